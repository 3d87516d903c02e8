import type { ApiAnswer, Trouble } from '../../core/service/dialect.js'

/**
 * Every failure: HTTP status, Octopush's number, text. 194 to 199 are the literals of the vendor's page, which clients compare; the statuses 401 and 403
 * are the vendor's too. Which number the other cases have is not published: the older list of the vendor is followed.
 */
const FAILURES = {
  malformed: [400, 100, 'Request is missing or malformed.'],
  notFound: [404, 100, 'Not found.'],
  methodNotAllowed: [405, 100, 'Not found.'],
  bodyTooLarge: [413, 100, 'Request is missing or malformed.'],
  mediaType: [415, 100, 'Request is missing or malformed.'],
  wrongLogin: [401, 101, 'Incorrect login details.'],
  textTooLong: [400, 102, 'Text is too long.'],
  noCredit: [402, 104, 'Not enough credit.'],
  noLogin: [401, 108, 'Login is missing.'],
  noKey: [401, 109, 'API key is missing.'],
  noRecipient: [400, 110, 'Recipient is missing.'],
  notAllowed: [403, 113, 'Account not allowed.'],
  badNumber: [400, 117, 'Invalid phone number.'],
  internal: [500, 125, 'An error occurred.'],
  away: [503, 125, 'An error occurred.'],
  tooMany: [429, 128, 'Too many requests.'],
  nothingNamed: [400, 194, 'At least phone number or request token is mandatory.'],
  noCode: [400, 195, 'The code field is mandatory.'],
  spent: [400, 196, 'Maximum amount of wrong attempts has been reached.'],
  expired: [400, 197, 'OTP Request expired.'],
  unknown: [400, 198, 'OTP Request not found.'],
  wrong: [400, 199, 'Wrong OTP code.'],
} as const

/** Name of a failure that Octopush's clients can be told. */
export type Failure = keyof typeof FAILURES

/** Seconds after which a caller may try again where nobody said when. */
const RETRY_SECONDS = 5

/** The answer that tells a failure. */
export function failure(name: Failure): ApiAnswer {
  const [status, code, message] = FAILURES[name]
  return { status, body: { code, message } }
}

/** A wrong code, with what is left after this call. */
export function wrongCode(attemptsLeft: number): ApiAnswer {
  const { status, body } = failure('wrong')
  return { status, body: { ...body, remaining_number_of_attempts: attemptsLeft } }
}

/** 429 with `Retry-After` in whole seconds. */
export function tooMany(retryAfter: number | undefined): ApiAnswer {
  return { ...failure('tooMany'), headers: { 'Retry-After': String(retryAfter ?? RETRY_SECONDS) } }
}

/** 200 with Octopush's lower-case `success`, which clients compare, and what else there is to tell. */
export function success(fields: Readonly<Record<string, string>> = {}): ApiAnswer {
  return { status: 200, body: { code: 0, message: 'success', ...fields } }
}

/** What the host has to tell, in Octopush's envelope. */
export function trouble(kind: Trouble, details: { readonly allow?: string; readonly retryAfter?: number } = {}): ApiAnswer {
  switch (kind) {
    case 'not_found':
      return failure('notFound')
    case 'method_not_allowed':
      return { ...failure('methodNotAllowed'), ...(details.allow === undefined ? {} : { headers: { Allow: details.allow } }) }
    case 'cross_site':
      return failure('notAllowed')
    case 'body_too_large':
      return failure('bodyTooLarge')
    case 'unsupported_media_type':
      return failure('mediaType')
    case 'temporarily_unavailable':
      return { ...failure('away'), headers: { 'Retry-After': String(details.retryAfter ?? RETRY_SECONDS) } }
    case 'internal':
      return failure('internal')
  }
}
