import type { SpeedResults } from './results.js'
import { ROUTES } from './targets.js'

/** One figure to reach. */
export interface Goal {
  readonly what: string
  readonly measured: number
  readonly goal: number
  /** What is still acceptable. */
  readonly least: number
  /** True where more is better. */
  readonly more: boolean
}

/** Ratios of requests per second to the reference: goal and least, for send, wrong and right. */
const RATIOS: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'behind/redis': [
    [1.2, 1],
    [1.05, 0.9],
    [0.95, 0.8],
  ],
  'behind/memory': [
    [1.2, 1],
    [1, 0.9],
    [0.95, 0.8],
  ],
  'ahead/redis': [
    [2.2, 1.8],
    [2, 1.6],
    [1.5, 1.2],
  ],
  'ahead/memory': [
    [1.85, 1.6],
    [1.8, 1.5],
    [1.15, 1],
  ],
}

/** Times the requests per second of others on the same store. */
const QUOTIENTS: readonly (readonly [string, string, readonly [number, number, number]])[] = [
  ['behind/redis', 'hand-written/redis', [1.5, 1.3, 1.2]],
  ['behind/memory', 'hand-written/memory', [1.5, 1.3, 1.2]],
  ['behind/redis', 'better-auth/redis', [6, 4, 5.5]],
]

const SIZES: readonly (readonly [string, (results: SpeedResults) => number | undefined, number])[] = [
  ['behind/redis: Redis bytes of a pending challenge', ({ targets }) => targets['behind/redis']?.redisBytes?.used, 600],
  ['ahead/redis: Redis bytes of a pending challenge', ({ targets }) => targets['ahead/redis']?.redisBytes?.used, 450],
  ['behind/memory: heap bytes of a pending challenge', ({ targets }) => targets['behind/memory']?.heapBytes, 700],
  ['ahead/memory: heap bytes of a pending challenge', ({ targets }) => targets['ahead/memory']?.heapBytes, 500],
  ['import without phone channels, ms', ({ imports }) => imports['express-otp']?.median, 10],
  ['import with phone channels, ms', ({ imports }) => imports['express-otp with phone channels']?.median, 70],
  ['packed, KiB', ({ package: { packed } }) => packed / 1024, 250],
  ['packages installed', ({ installed }) => installed['express-otp']?.packages, 20],
]

/** Every figure to reach that this run has measured. */
export function goalsOf(results: SpeedResults): readonly Goal[] {
  const { targets } = results
  const goals: Goal[] = []
  const add = (what: string, measured: number | undefined, goal: number, { least = goal, more = true } = {}): void => {
    if (measured !== undefined) goals.push({ what, measured, goal, least, more })
  }
  for (const [name, bounds] of Object.entries(RATIOS)) {
    for (const [index, route] of ROUTES.entries()) {
      const [goal = 0, least = 0] = bounds[index] ?? []
      add(`${name}: ${route}, ratio of requests/s`, targets[name]?.routes[route].ratio.median, goal, { least })
    }
    const p99 = Math.max(...ROUTES.map((route) => targets[name]?.routes[route].p99Ratio.median ?? 0))
    add(`${name}: worst ratio of p99`, targets[name] && p99, 1, { more: false })
  }
  for (const [name, other, bounds] of QUOTIENTS) {
    for (const [index, route] of ROUTES.entries()) {
      const [one, two] = [targets[name], targets[other]].map((target) => target?.routes[route].ratio.median)
      add(`${name}: ${route}, times ${other}`, one !== undefined && two !== undefined ? one / two : undefined, bounds[index] ?? 0)
    }
  }
  for (const route of ROUTES) {
    const extra = ownCommands(targets['behind/redis']?.traffic?.[route].commands)
    add(`behind/redis: ${route}, commands beyond the session's`, extra, 1, { more: false })
    add(`ahead/redis: ${route}, round trips`, targets['ahead/redis']?.traffic?.[route].roundTrips, route === 'right' ? 2 : 1, {
      more: false,
    })
  }
  for (const [what, measured, most] of SIZES) add(what, measured(results), most, { more: false })
  return goals
}

/** Ours are scripts; everything else is the session's. */
function ownCommands(commands: string | undefined): number | undefined {
  return commands?.match(/EVAL/g)?.length
}
