import type { ApiAnswer } from '../../core/service/dialect.js'
import type { Session, SessionChannel } from './session.js'

/** How a call that was compared came out. */
export interface Verdict {
  /** Every channel of the call, and whether its code was right. */
  readonly results: ReadonlyMap<SessionChannel, boolean>
  /** Whether the session is complete under its mode. */
  readonly isComplete: boolean
  readonly attemptsLeft: number
}

const WRONG = 'Invalid OTP'

/**
 * The superset of what Sendmator's clients read: flat fields, and `data` as the typings of its SDK have it. A wrong code is a 200 too, with `verified: false`: users of
 * the SDK get a value, not an exception.
 */
export function verdict({ metadata, mode }: Session, { attemptsLeft, isComplete, results }: Verdict): ApiAnswer {
  const verified = [...results.values()].every((isRight) => isRight)
  const verification_results = Object.fromEntries(
    [...results].map(([channel, isRight]) => [channel, isRight ? { success: true } : { success: false, message: WRONG }]),
  )
  const flat = { success: verified, verified, session_verified: isComplete, attempts_remaining: attemptsLeft }
  const further = verified ? {} : { message: WRONG, details: { attempts_remaining: attemptsLeft } }
  // The caller's notes are for whoever proved something.
  const notes = verified || isComplete ? { metadata } : {}
  const data = { verified, verification_results }
  return { status: 200, body: { ...flat, ...further, verification_mode: mode, verification_results, ...notes, data } }
}
