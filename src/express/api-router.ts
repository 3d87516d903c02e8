import type { Request, RequestHandler } from 'express'
import type { Otp } from '../core/otp.js'
import { type ApiKeyOptions, KEY_RECORD } from '../core/service/api-key.js'
import type { ApiAnswer, ApiRequest, Dialect } from '../core/service/dialect.js'
import { nativeDialect } from '../dialects/native.js'
import { OtpError, type OtpErrorCode } from '../errors.js'
import { checkOptions, flag, having, list, optionError, required } from '../options.js'
import { clientAddress } from '../session/caller.js'
import { collectBody } from '../session/collect-body.js'
import { sendApiAnswer } from './respond.js'

/** Options of {@link apiRouter}. */
export interface ApiRouterOptions {
  /** Who may call, and what each may do. At least one. */
  readonly keys: readonly ApiKeyOptions[]
  /** The wire format: ours, or `unimatrixDialect()`, `octopushDialect()`, `sendmatorDialect()`. @default ours, under `/v1/otp` */
  readonly dialect?: Dialect | undefined
  /** False counts failed authentications of no address: for hosts that cannot know it. @default true */
  readonly addressLimits?: boolean | undefined
}

/** A request of another backend is a few hundred bytes (T42). */
const MAX_BODY_BYTES = 4096

/** Errors by which a first request tells an application what is wrong with it. */
const CONFIGURATION_ERRORS: readonly OtpErrorCode[] = ['ERR_OTP_OPTION', 'ERR_OTP_TRUST_PROXY']

/** Seconds after which a caller may try again when the store was away. */
const UNAVAILABLE_RETRY_SECONDS = 5

/**
 * The door for other backends, which name an API key: no cookie is read, no session is made, no other origin may call it, and whatever carries the marks of a browser is refused (T67). Mount it
 * ahead of body parsers or behind `express.json()`. At the host's root it passes on what is not its own; below a prefix it answers everything. From `express-otp/express`.
 *
 * @example
 * app.use(apiRouter(otp, { keys: [{ id: 'shop', hash: process.env.OTP_SHOP_KEY_SHA256 }] }))
 */
export function apiRouter(otp: Otp, options: ApiRouterOptions): RequestHandler {
  checkOptions('apiRouter', options, {
    keys: required(list(KEY_RECORD, 1, 10_000)),
    dialect: having('owns', 'handle', 'trouble'),
    addressLimits: flag,
  })
  const service = otp.serve(options.keys)
  const dialect = options.dialect ?? nativeDialect()
  warnOfKeys(options.keys, 'weakCodes', 'Their codes may be short and live long.')
  warnOfKeys(options.keys, 'sandbox', 'They may be answered with codes, in a tenant of their own.')
  warnOfKeys(options.keys, 'unsigned', "In Unimatrix's simple mode their id is all that a caller must know.")

  async function answer(req: Request): Promise<ApiAnswer> {
    if (req.headers.origin !== undefined || req.headers['sec-fetch-site'] !== undefined) return dialect.trouble('cross_site')
    const body = await bodyOf(req)
    if (typeof body === 'string') return dialect.trouble(body)
    const ip = options.addressLimits === false ? undefined : clientAddress(req)
    return await dialect.handle({ ...describe(req), headers: req.headers, body, ip }, service)
  }

  return function apiRouterMiddleware(req, res, next) {
    if (!dialect.owns(describe(req))) {
      if (req.baseUrl === '') return next()
      return sendApiAnswer(res, dialect.trouble('not_found'))
    }
    answer(req)
      .catch((err: unknown) => afterFault(req, err))
      // Whoever answered in the meantime, such as a timeout of the application's own, has answered.
      .then((said) => (res.headersSent ? undefined : sendApiAnswer(res, said)))
      .catch(next)
  }

  /** What the caller hears of a fault, in its own words. A wrong option is thrown on, because it is the application's to see. */
  function afterFault(req: Request, err: unknown): ApiAnswer {
    if (err instanceof OtpError && CONFIGURATION_ERRORS.includes(err.code)) throw err
    if (err instanceof OtpError && err.status === 503) {
      return dialect.trouble('temporarily_unavailable', { retryAfter: UNAVAILABLE_RETRY_SECONDS })
    }
    // A caller that hangs up in the middle of its body is no fault of ours, and must not fill anybody's log.
    if (req.complete || !req.destroyed) process.emitWarning(err instanceof Error ? err : String(err), 'OtpWarning')
    return dialect.trouble('internal')
  }
}

/** Says which keys may weaken codes, be answered with them or do without a secret, so that nobody overlooks it (T66, T68, T69). */
function warnOfKeys(keys: readonly ApiKeyOptions[], right: 'weakCodes' | 'sandbox' | 'unsigned', meaning: string): void {
  // The id of an unsigned key is the whole credential, and warnings end up in logs: such a key is told by its place in the list (T67).
  const named = keys.flatMap(({ id, rights = [] }, index) =>
    rights.includes(right) ? [rights.includes('unsigned') ? `keys[${index}]` : id] : [],
  )
  if (named.length > 0) process.emitWarning(`apiRouter: keys with the right "${right}": ${named.join(', ')}. ${meaning}`, 'OtpWarning')
}

function describe(req: Request): Pick<ApiRequest, 'method' | 'path' | 'query'> {
  const mark = req.url.indexOf('?')
  return { method: req.method, path: mark < 0 ? req.url : req.url.slice(0, mark), query: mark < 0 ? '' : req.url.slice(mark + 1) }
}

/** The bytes of a JSON body, or why there are none to look at (T38, T42). */
async function bodyOf(req: Request): Promise<Uint8Array | 'body_too_large' | 'unsupported_media_type'> {
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  const isEmpty = req.headers['transfer-encoding'] === undefined && Number(req.headers['content-length'] ?? 0) === 0
  if (isEmpty) return new Uint8Array()
  if (type !== 'application/json' || req.headers['content-encoding'] !== undefined) return 'unsupported_media_type'
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'body_too_large'
  if (req.readableDidRead) return parsedBody(req.body)
  return (await collectBody(req, MAX_BODY_BYTES)) ?? 'body_too_large'
}

/** What a body parser of the application has read already, as bytes again. */
function parsedBody(body: unknown): Uint8Array | 'body_too_large' {
  if (body === undefined) throw optionError('apiRouter', 'something read the request and left no body: mount the router ahead of it')
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : written(body))
  // Its parser may have let through more than we do, and its length need not have been announced (T42).
  return bytes.length > MAX_BODY_BYTES ? 'body_too_large' : bytes
}

function written(body: unknown): string {
  try {
    return JSON.stringify(body)
  } catch {
    // Nested deeper than can be written, hence longer than anything that is let through.
    return ' '.repeat(MAX_BODY_BYTES + 1)
  }
}
