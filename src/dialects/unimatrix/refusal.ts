import type { FieldError, Refused } from '../../core/results.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { type FailureName, failure } from './answers.js'

/** A refusal of the use cases, in Unimatrix's words. */
export function refusal(requestId: string, { errors, reason, retryAfter }: Refused): ApiAnswer {
  switch (reason) {
    case 'rate_limited':
      return failure(requestId, 'LimitExceed', { retryAfter: retryAfter ?? 1 })
    case 'delivery_failed':
      return failure(requestId, 'NoUpstreamAvailable')
    case 'insufficient_balance':
      return failure(requestId, 'InsufficientFunds')
    case 'forbidden':
    case 'otp_required':
      return failure(requestId, 'Unauthorized')
    case 'invalid_request':
      return failure(requestId, nameOf(errors ?? []))
    // Said of a guess only, where the answer is a `valid: false`.
    case 'invalid_code':
    case 'no_pending_challenge':
    case 'expired':
    case 'too_many_attempts':
      return failure(requestId, 'InvalidParams')
  }
}

/** The number first, as Unimatrix checks it first. */
function nameOf(errors: readonly FieldError[]): FailureName {
  if (errors.some(({ field, reason }) => field === 'to' && reason !== 'not_allowed')) return 'InvalidPhoneNumbers'
  if (errors.some(({ reason }) => reason === 'not_allowed')) return 'RestrictedParams'
  return errors.some(({ reason }) => reason === 'not_configured') ? 'NoUpstreamConfigured' : 'InvalidParams'
}
