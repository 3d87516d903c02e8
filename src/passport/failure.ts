import { problemLanguage, problemWords } from '../channels/messages/problem-words.js'
import type { Refused } from '../core/results.js'

/** What `passport.authenticate` hands on when it fails: fit for flash messages. */
export interface OtpFailure {
  /** One constant sentence for each reason. */
  readonly message: string
  readonly reason: Refused['reason'] | 'cross_site'
  /** The same in the language that the browser asks for, with what else the failure tells; absent where it asks for none. */
  readonly detail?: string | undefined
  /** For `invalid_code`: guesses that the challenge still has. */
  readonly attemptsLeft?: number | undefined
  /** For `no_pending_challenge`: true for the second of two submissions in flight, the first of which was right. Logs nobody in: that one does. */
  readonly alreadyVerified?: true | undefined
  /** For `rate_limited`: whole seconds, at least 1. */
  readonly retryAfter?: number | undefined
}

/** Statuses of what is not simply "wrong". */
const STATUSES: Partial<Record<OtpFailure['reason'], number>> = {
  invalid_request: 400,
  cross_site: 403,
  too_many_attempts: 429,
  rate_limited: 429,
}
const MESSAGES: Partial<Record<OtpFailure['reason'], string>> = {
  invalid_request: 'Enter the code from the message.',
  cross_site: 'The request came from another site.',
  too_many_attempts: 'Too many wrong codes. Ask for a new one.',
  rate_limited: 'Too many requests. Wait a moment.',
  expired: 'The code has expired. Ask for a new one.',
  no_pending_challenge: 'No code is pending. Ask for a new one.',
}
const WRONG_MESSAGE = 'The code is wrong.'

/** The HTTP status of a failure; 401 for a wrong code and for none (T47). */
export function statusOf({ reason }: OtpFailure): number {
  return STATUSES[reason] ?? 401
}

/** A refusal in the words of Passport. */
export function failureOf(
  refusal: Omit<Refused, 'ok' | 'reason'> & { readonly reason: OtpFailure['reason'] },
  acceptLanguage?: unknown,
): OtpFailure {
  const { alreadyVerified, attemptsLeft, reason, retryAfter } = refusal
  const language = problemLanguage(undefined, acceptLanguage)
  const detail = language === undefined ? undefined : problemWords(refusal, language)
  const already = alreadyVerified === undefined ? {} : { alreadyVerified }
  return {
    message: MESSAGES[reason] ?? WRONG_MESSAGE,
    reason,
    attemptsLeft,
    retryAfter,
    ...already,
    ...(detail === undefined ? {} : { detail }),
  }
}
