import type { Request, RequestHandler, Response } from 'express'
import type { Otp } from '../core/otp.js'
import { type ApiKeyOptions, KEY_RECORD } from '../core/service/api-key.js'
import type { ApiAnswer, ApiRequest, Dialect } from '../core/service/dialect.js'
import { nativeDialect } from '../dialects/native.js'
import { OtpError } from '../errors.js'
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
    answer(req).then(
      (said) => sendApiAnswer(res, said),
      (err: unknown) => fail(res, err, next),
    )
  }

  function fail(res: Response, err: unknown, next: (err: unknown) => void): void {
    const isAway = err instanceof OtpError && err.status === 503
    // A wrong option is the application's to see; so is any fault. The caller of the door still hears it in its own words.
    if (err instanceof OtpError && err.code === 'ERR_OTP_OPTION') next(err)
    else sendApiAnswer(res, dialect.trouble(isAway ? 'temporarily_unavailable' : 'internal', { retryAfter: UNAVAILABLE_RETRY_SECONDS }))
    if (!isAway) process.emitWarning(err instanceof Error ? err : String(err), 'OtpWarning')
  }
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
function parsedBody(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string') return Buffer.from(body)
  if (body === undefined) throw optionError('apiRouter', 'something read the request and left no body: mount the router ahead of it')
  return Buffer.from(JSON.stringify(body))
}
