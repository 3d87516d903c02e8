/** How much of everything there is. */
export interface Scenario {
  /** Seed of all chance. */
  readonly seed: number
  /** Days that are counted. */
  readonly days: number
  /** Days before, in which people log in for the first time and nobody attacks. */
  readonly warmUpDays: number
  /** People with an account on the first day; a twentieth of them joins later. */
  readonly people: number
  /** Logins of each in 30 days, on average. */
  readonly loginsPerMonth: number
  /** Targets of the slow guesser. */
  readonly slowTargets: number
  /** Targets of the parallel guesser. */
  readonly parallelTargets: number
  /** People whom the bomber sends codes to. */
  readonly bombed: number
  /** People whom the locker keeps out. */
  readonly locked: number
  /** Messages that the pumper asks for in an hour of a campaign. */
  readonly pumpedPerHour: number
  /** Hours of the month, since its beginning, at which a campaign starts. */
  readonly campaigns: readonly number[]
  readonly campaignHours: number
}

/** One month of a site with 6 000 people. */
export const MONTH: Scenario = {
  seed: 20260101,
  days: 30,
  warmUpDays: 7,
  people: 6_000,
  loginsPerMonth: 8,
  slowTargets: 20,
  parallelTargets: 40,
  bombed: 5,
  locked: 20,
  pumpedPerHour: 10_000,
  // By night, at noon, in the evening.
  campaigns: [4 * 24 + 1, 13 * 24 + 11, 22 * 24 + 18],
  campaignHours: 6,
}
