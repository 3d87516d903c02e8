import type { Reason, Refused } from './results.js'

/** Every reason that the session door and our own service door answer with. */
export type DoorReason =
  | Reason
  | 'unauthorized'
  | 'forbidden'
  | 'insufficient_balance'
  | 'cross_site'
  | 'human_check_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'idempotency_conflict'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'idempotency_key_reused'
  | 'internal'
  | 'temporarily_unavailable'

/** The one place that turns a reason into a status and words (D10); dialects of vendors have their own. */
export const PROBLEMS: Readonly<Record<DoorReason, { readonly status: number; readonly title: string }>> = {
  invalid_request: { status: 400, title: 'The request is not acceptable.' },
  invalid_code: { status: 400, title: 'The code is wrong.' },
  no_pending_challenge: { status: 400, title: 'No code is pending. Ask for a new one.' },
  expired: { status: 400, title: 'The code has expired. Ask for a new one.' },
  otp_required: { status: 401, title: 'This step needs a fresh code.' },
  unauthorized: { status: 401, title: 'The API key is missing or wrong.' },
  insufficient_balance: { status: 402, title: 'The balance does not suffice.' },
  cross_site: { status: 403, title: 'The request came from another site.' },
  human_check_required: { status: 403, title: 'Show that you are a person, then ask again.' },
  forbidden: { status: 403, title: 'This API key may not do that.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  idempotency_conflict: { status: 409, title: 'The first request with this idempotency key is still running.' },
  body_too_large: { status: 413, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, title: 'Send application/json.' },
  idempotency_key_reused: { status: 422, title: 'This idempotency key was used for another request.' },
  too_many_attempts: { status: 429, title: 'Too many wrong codes. Ask for a new one.' },
  rate_limited: { status: 429, title: 'Too many requests. Wait a moment.' },
  internal: { status: 500, title: 'Something went wrong.' },
  delivery_failed: { status: 502, title: 'The message could not be delivered.' },
  temporarily_unavailable: { status: 503, title: 'Try again in a moment.' },
}

/** Seconds after which a client may try again when the store was away. */
const UNAVAILABLE_RETRY_SECONDS = 5

/** A refusal on its way out. */
export interface Problem extends Omit<Refused, 'ok' | 'reason'> {
  readonly reason: DoorReason
  /** What to say to a person, in their language. */
  readonly detail?: string | undefined
  /** Where another status than that of {@link PROBLEMS} is the truth. */
  readonly status?: number | undefined
}

/** What a client reads of a problem: `application/problem+json` (RFC 9457). */
export interface ProblemBody extends Omit<Refused, 'ok' | 'reason'> {
  readonly type: string
  readonly title: string
  readonly detail?: string | undefined
  readonly status: number
  readonly reason: DoorReason
}

/** Writes a problem out. Its `retryAfter` belongs into the header of that name too. */
export function problemBody({ alreadyVerified, attemptsLeft, errors, reason, ...problem }: Problem): ProblemBody {
  const { status, title } = PROBLEMS[reason]
  const retryAfter = problem.retryAfter ?? (reason === 'temporarily_unavailable' ? UNAVAILABLE_RETRY_SECONDS : undefined)
  return {
    type: `urn:express-otp:${reason}`,
    title,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    status: problem.status ?? status,
    reason,
    ...(errors === undefined ? {} : { errors }),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
    ...(alreadyVerified === undefined ? {} : { alreadyVerified }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
