import type { PumpedKind } from './numbers.js'

/** Who asks for messages and guesses codes. */
export type ActorName = 'people' | 'slow guesser' | 'parallel guesser' | 'bomber' | 'pumper' | 'locker'

/** Everybody who means harm. */
export const ATTACKERS: readonly ActorName[] = ['slow guesser', 'parallel guesser', 'bomber', 'pumper', 'locker']

/** What one actor did, and what came of it. */
export interface ActorFigures {
  /** Sends asked for. */
  asked: number
  /** Messages that went out. */
  delivered: number
  /** What these cost. */
  cost: number
  /** Guesses, right or wrong, that were compared with a code. */
  compared: number
  /** Accounts that were broken. */
  broken: number
}

/** How long people stood before the door of somebody who wanted them to. */
export interface LockoutFigures {
  /** Times that such a person wanted to log in. */
  tries: number
  /** Times that it took longer than 15 minutes. */
  delayed: number
  /** The longest time, in minutes. */
  longestMinutes: number
  /** Times that it took more than an hour, by the limit that refused last. */
  readonly overAnHourBy: Record<string, number>
}

/** All figures of one run. */
export interface Figures {
  /** Logins that people wanted and did not abandon by themselves. */
  logins: number
  /** Of these, on devices that had logged in before. */
  knownLogins: number
  /** Those that a limit refused, and with it the person's patience of two minutes. */
  refused: number
  /** By the limit. */
  readonly refusedBy: Record<string, number>
  /** People who gave up because no message came. */
  gaveUp: number
  readonly actors: Record<ActorName, ActorFigures>
  /** Cost of what each kind of the pumper's numbers was sent. */
  readonly pumpedCost: Record<PumpedKind, number>
  /** The pumper's cost up to the end of each day. */
  readonly costByDay: number[]
  /** How often the help desk released each number. */
  readonly released: Record<string, number>
  /** Most guesses of one actor that were compared for one target. */
  mostGuessesOfOne: number
  readonly lockouts: { readonly known: LockoutFigures; readonly unknown: LockoutFigures }
}

/** Figures before anything happened. */
export function noFigures(): Figures {
  const actor = (): ActorFigures => ({ asked: 0, delivered: 0, cost: 0, compared: 0, broken: 0 })
  const lockout = (): LockoutFigures => ({ tries: 0, delayed: 0, longestMinutes: 0, overAnHourBy: {} })
  return {
    logins: 0,
    knownLogins: 0,
    refused: 0,
    refusedBy: {},
    gaveUp: 0,
    actors: {
      people: actor(),
      'slow guesser': actor(),
      'parallel guesser': actor(),
      bomber: actor(),
      pumper: actor(),
      locker: actor(),
    },
    pumpedCost: { premium: 0, abroad: 0, ordinary: 0 },
    costByDay: [],
    released: {},
    mostGuessesOfOne: 0,
    lockouts: { known: lockout(), unknown: lockout() },
  }
}

/** Adds to a figure that may not be there yet. */
export function count(figures: Record<string, number>, name: string, amount = 1): void {
  figures[name] = (figures[name] ?? 0) + amount
}
