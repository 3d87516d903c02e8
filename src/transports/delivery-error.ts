import type { DeliveryFailure } from '../errors.js'
import { OtpError } from '../errors.js'

/**
 * The error that a transport throws when a message was not, or not certainly, taken: `OtpError` `ERR_OTP_DELIVERY`, status 502.
 * It keeps these five fields and nothing else. The vendor's own error is left out on purpose, also as `cause`: such errors
 * quote recipients, texts and keys. An `errorCode` that is not 1 to 40 characters of `[A-Za-z0-9_.-]`, or that holds a run of
 * digits as long as a phone number, is dropped. `uncertain` overrules `retryable`. From `express-otp/transports`.
 *
 * @example
 * ```ts
 * import { deliveryError } from 'express-otp/transports'
 *
 * throw deliveryError({ transport: 'acme', status: 429, errorCode: 'slow_down', retryable: true, uncertain: false })
 * ```
 */
export function deliveryError(failure: DeliveryFailure): OtpError {
  const transport = errorWord(failure.transport) ?? 'transport'
  const status = httpStatus(failure.status)
  const errorCode = errorWord(failure.errorCode)
  const details = [...(status === undefined ? [] : [`status ${status}`]), ...(errorCode === undefined ? [] : [errorCode])].join(', ')
  const outcome = failure.uncertain ? 'may or may not have taken the message' : 'did not take the message'
  return new OtpError('ERR_OTP_DELIVERY', `${transport} ${outcome}${details === '' ? '' : ` (${details})`}`, {
    status: 502,
    delivery: { transport, status, errorCode, retryable: failure.retryable && !failure.uncertain, uncertain: failure.uncertain },
  })
}

/** A vendor's code as it may be kept: 1 to 40 characters of `[A-Za-z0-9_.-]` without a run of digits as long as a phone number. */
export function errorWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,40}$/.test(value) && !/[0-9]{8}/.test(value) ? value : undefined
}

function httpStatus(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999 ? value : undefined
}
