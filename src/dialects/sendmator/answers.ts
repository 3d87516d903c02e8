import type { ApiAnswer, Trouble } from '../../core/service/dialect.js'

/**
 * Every failure of Sendmator's OTP pages: HTTP status, text, `code`. Texts are single strings, which Sendmator's SDK shows as they are and integrations search for
 * "expired", "maximum", "invalid" and "not found in session".
 */
const FAILURES = {
  invalidBody: [400, 'Invalid request body', 'invalid_request'],
  invalidEmail: [400, 'Invalid recipient email address', 'invalid_recipient'],
  invalidNumber: [400, 'Invalid recipient phone number', 'invalid_recipient'],
  invalidChannel: [400, 'Invalid channel', 'invalid_channel'],
  missingRecipients: [400, 'Missing recipients', 'missing_recipients'],
  invalidConfig: [400, 'Invalid config', 'invalid_config'],
  missingToken: [400, 'session_token is required', 'missing_field'],
  missingCodes: [400, 'otps is required', 'missing_field'],
  channelNotFound: [400, 'Channel not found in session', 'channel_not_found'],
  channelVerified: [400, 'Channel already verified', 'already_verified'],
  expired: [400, 'OTP session expired', 'session_expired'],
  locked: [400, 'Maximum attempts exceeded', 'max_attempts_exceeded'],
  alreadyVerified: [400, 'Session already verified', 'already_verified'],
  invalidSession: [400, 'Invalid session token', 'invalid_session'],
  invalidKey: [401, 'Invalid API key', 'invalid_api_key'],
  noBalance: [402, 'Insufficient balance', 'insufficient_balance'],
  noSandbox: [403, 'Sandbox mode requires a test key', 'sandbox_forbidden'],
  forbidden: [403, 'Forbidden', 'forbidden'],
  notFound: [404, 'Not Found', 'not_found'],
  methodNotAllowed: [405, 'Method Not Allowed', 'method_not_allowed'],
  tooLarge: [413, 'Payload Too Large', 'body_too_large'],
  notJson: [415, 'Unsupported Media Type', 'unsupported_media_type'],
  tooMany: [429, 'Rate limit exceeded', 'rate_limit_exceeded'],
  internal: [500, 'Internal server error', 'internal_error'],
  undelivered: [502, 'Delivery failed', 'delivery_failed'],
  away: [503, 'Service Unavailable', 'temporarily_unavailable'],
} as const

/** Name of a failure that Sendmator's clients can be told. */
export type Failure = keyof typeof FAILURES

const PHRASES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
} as const

/** Seconds after which a caller may try again where nobody said when. */
const RETRY_SECONDS = 5

/** The answer that tells a failure, in the shape of the vendor's OTP pages; `details` name a field or what is left, never a value of the request. */
export function failure(name: Failure, details?: Readonly<Record<string, string | number>>): ApiAnswer {
  const [statusCode, message, code] = FAILURES[name]
  return {
    status: statusCode,
    body: { statusCode, message, error: PHRASES[statusCode], code, ...(details === undefined ? {} : { details }) },
  }
}

/** The same, with `Retry-After` in whole seconds. */
export function later(name: 'tooMany' | 'away', retryAfter: number | undefined): ApiAnswer {
  return { ...failure(name), headers: { 'Retry-After': String(retryAfter ?? RETRY_SECONDS) } }
}

/** What the host has to tell, in Sendmator's envelope. */
export function trouble(kind: Trouble, details: { readonly allow?: string; readonly retryAfter?: number } = {}): ApiAnswer {
  switch (kind) {
    case 'not_found':
      return failure('notFound')
    case 'method_not_allowed':
      return { ...failure('methodNotAllowed'), ...(details.allow === undefined ? {} : { headers: { Allow: details.allow } }) }
    case 'cross_site':
      return failure('forbidden')
    case 'body_too_large':
      return failure('tooLarge')
    case 'unsupported_media_type':
      return failure('notJson')
    case 'temporarily_unavailable':
      return later('away', details.retryAfter)
    case 'internal':
      return failure('internal')
  }
}
