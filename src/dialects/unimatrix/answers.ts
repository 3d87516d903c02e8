import type { ApiAnswer } from '../../core/service/dialect.js'

/** Unimatrix's error numbers that this server uses, with the names its clients show. Only the status of 104001 and 107111 is documented. */
const FAILURES = {
  Internal: { code: '101000', status: 500 },
  NoUpstreamConfigured: { code: '101301', status: 503 },
  NoUpstreamAvailable: { code: '101303', status: 503 },
  MissingParams: { code: '104001', status: 400 },
  InvalidParams: { code: '104002', status: 400 },
  RestrictedParams: { code: '104003', status: 403 },
  MissingAccessKeyId: { code: '104110', status: 401 },
  InvalidAccessKeyId: { code: '104111', status: 401 },
  InvalidSignature: { code: '104201', status: 401 },
  InvalidSignatureTimestamp: { code: '104202', status: 401 },
  Unauthorized: { code: '105001', status: 403 },
  LimitExceed: { code: '105300', status: 429 },
  InsufficientFunds: { code: '105400', status: 402 },
  InvalidPhoneNumbers: { code: '107111', status: 400 },
} as const

/** Unimatrix's name of an error, which goes out as `message`. */
export type FailureName = keyof typeof FAILURES

/** What is said beside the error. */
export interface FailureDetails {
  /** Another status than the error usually has. */
  readonly status?: number | undefined
  /** Whole seconds. */
  readonly retryAfter?: number | undefined
  readonly allow?: string | undefined
}

/** An error as Unimatrix's clients parse it: `code` a string, `message` its name, no `data`. */
export function failure(requestId: string, name: FailureName, { allow, retryAfter, status }: FailureDetails = {}): ApiAnswer {
  const { code, status: usual } = FAILURES[name]
  const headers = {
    ...idHeader(requestId),
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(allow === undefined ? {} : { Allow: allow }),
  }
  return { status: status ?? usual, headers, body: { code, message: name } }
}

/** A success as Unimatrix's clients parse it: 200, `code` the string `0`, `data` an object. */
export function success(requestId: string, data: Readonly<Record<string, unknown>>): ApiAnswer {
  return { status: 200, headers: idHeader(requestId), body: { code: '0', message: 'Success', data } }
}

/** Spelled exactly so: the .NET client compares the name case by case. */
function idHeader(requestId: string): { readonly 'X-Uni-Request-Id': string } {
  return { 'X-Uni-Request-Id': requestId }
}
