import type { Attributes } from '@opentelemetry/api'
import type { Reason, Refused } from '../core/results.js'
import { type DeliveryFailure, OtpError } from '../errors.js'

/** Said where a name is none of those that were configured, so that no client makes new time series. Named so in OpenTelemetry's conventions. */
export const OTHER = '_OTHER'

/** The class of each refusal. */
const CLASSES: Readonly<Record<Reason, string>> = {
  invalid_request: 'SHAPE',
  invalid_code: 'WRONG',
  no_pending_challenge: 'GONE',
  expired: 'GONE',
  too_many_attempts: 'EXHAUSTED',
  rate_limited: 'LIMITED',
  delivery_failed: 'DELIVERY_FAILED',
  otp_required: 'OTP_REQUIRED',
  forbidden: 'FORBIDDEN',
  insufficient_balance: 'INSUFFICIENT_BALANCE',
}

/** The class of an answer. */
export function outcomeOf(answer: { readonly ok: true } | Refused, good: 'SENT' | 'VERIFIED'): string {
  return answer.ok ? good : CLASSES[answer.reason]
}

/** `error.type` of what was thrown: its code alone. */
export function errorType(err: unknown): string {
  return err instanceof OtpError ? err.code : OTHER
}

/** `error.type` of a delivery: the vendor's status, or that it was silent; a vendor has too many codes of its own. */
export function failureType({ errorCode, status }: DeliveryFailure): string {
  if (status !== undefined && status >= 100 && status < 600) return String(status)
  return errorCode === 'timeout' ? 'timeout' : OTHER
}

/** The ending of what was thrown. */
export function unanswered(err: unknown): { readonly attributes: Attributes; readonly error: string } {
  return { attributes: { 'otp.outcome': err instanceof OtpError && err.status === 503 ? 'UNAVAILABLE' : 'ERROR' }, error: errorType(err) }
}
