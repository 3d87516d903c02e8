/** Every `code` that an `OtpError` can carry. */
export const ERROR_CODES = [
  'ERR_OTP_OPTION',
  'ERR_OTP_NO_SESSION',
  'ERR_OTP_SESSION_KIND',
  'ERR_OTP_TRUST_PROXY',
  'ERR_OTP_STORE',
  'ERR_OTP_STORE_FULL',
  'ERR_OTP_DELIVERY',
  'ERR_OTP_MISSING_PACKAGE',
] as const

/** One of {@link ERROR_CODES}. */
export type OtpErrorCode = (typeof ERROR_CODES)[number]

/** What a vendor's failure is reduced to before anything else sees it: no body, no header, no address. */
export interface DeliveryFailure {
  readonly transport: string
  /** The vendor's HTTP or SMTP status, where there was one. */
  readonly status?: number | undefined
  /** The vendor's own error code, at most 40 characters of `[A-Za-z0-9_.-]`. */
  readonly errorCode?: string | undefined
  /** True where another transport may be tried at once. */
  readonly retryable: boolean
  /** True where the message may have gone out all the same. */
  readonly uncertain: boolean
}

interface OtpErrorOptions {
  readonly status?: number | undefined
  readonly cause?: unknown
  readonly delivery?: DeliveryFailure | undefined
}

/**
 * The one error class of this package, thrown where something is broken: a wrong option, a store that does not answer,
 * a vendor that fails. What honest users can cause is a value, never a throw.
 */
export class OtpError extends Error {
  override readonly name = 'OtpError'
  readonly code: OtpErrorCode
  /** HTTP status that suits it. */
  readonly status: number
  /** True where the message may be shown to a client (below 500). */
  readonly expose: boolean
  /** For `ERR_OTP_DELIVERY`. */
  readonly delivery: DeliveryFailure | undefined

  constructor(code: OtpErrorCode, message: string, options: OtpErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? 500
    this.expose = this.status < 500
    this.delivery = options.delivery
  }
}
