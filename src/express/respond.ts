import type { ServerResponse } from 'node:http'
import type { Reason, Refused } from '../core/results.js'

/** Every reason that the session door answers with. */
export type DoorReason =
  | Reason
  | 'cross_site'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'temporarily_unavailable'

/** A refusal on its way out. */
export interface Problem extends Omit<Refused, 'ok' | 'reason'> {
  readonly reason: DoorReason
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** The one place that turns a reason into a status and words (D10). */
export const PROBLEMS: Readonly<Record<DoorReason, { readonly status: number; readonly title: string }>> = {
  invalid_request: { status: 400, title: 'The request is not acceptable.' },
  invalid_code: { status: 400, title: 'The code is wrong.' },
  no_pending_challenge: { status: 400, title: 'No code is pending. Ask for a new one.' },
  expired: { status: 400, title: 'The code has expired. Ask for a new one.' },
  otp_required: { status: 401, title: 'This step needs a fresh code.' },
  cross_site: { status: 403, title: 'The request came from another site.' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  body_too_large: { status: 413, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, title: 'Send application/json.' },
  too_many_attempts: { status: 429, title: 'Too many wrong codes. Ask for a new one.' },
  rate_limited: { status: 429, title: 'Too many requests. Wait a moment.' },
  delivery_failed: { status: 502, title: 'The message could not be delivered.' },
  temporarily_unavailable: { status: 503, title: 'Try again in a moment.' },
}

/** Seconds after which a client may try again when the store was away. */
const UNAVAILABLE_RETRY_SECONDS = 5

/** Answers with a problem (RFC 9457). */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  const { status, title } = PROBLEMS[problem.reason]
  const retryAfter = problem.retryAfter ?? (problem.reason === 'temporarily_unavailable' ? UNAVAILABLE_RETRY_SECONDS : undefined)
  const body = {
    type: `urn:express-otp:${problem.reason}`,
    title,
    status,
    reason: problem.reason,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(problem.attemptsLeft === undefined ? {} : { attemptsLeft: problem.attemptsLeft }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
  const headers = { ...problem.headers, ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) }
  write(res, status, 'application/problem+json', body, headers)
}

/** Answers 200. */
export function sendJson(res: ServerResponse, body: object): void {
  write(res, 200, 'application/json', body, {})
}

/** Sends a browser on, so that a reload does not post again. */
export function sendSeeOther(res: ServerResponse, location: string): void {
  res.writeHead(303, { ...SHARED_HEADERS, Location: location, 'Content-Length': '0' })
  res.end()
}

/** No cache keeps an answer, no other origin reads one (T51). */
const SHARED_HEADERS = {
  'Cache-Control': 'no-store',
  Vary: 'Origin, Sec-Fetch-Site',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Written whole: no ETag, nothing that Express adds. */
function write(res: ServerResponse, status: number, type: string, body: object, headers: Readonly<Record<string, string>>): void {
  const text = JSON.stringify(body)
  res.writeHead(status, {
    ...SHARED_HEADERS,
    ...headers,
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(text),
  })
  res.end(text)
}
