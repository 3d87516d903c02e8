import type { ApiAnswer, ApiRequest, Dialect, Trouble } from '../core/service/dialect.js'
import type { Service } from '../core/service/service.js'
import { checkOptions, oneOf } from '../options.js'
import { readJsonObject } from '../util/json-object.js'
import { nodeRandom } from '../util/node-random.js'
import { type FailureDetails, type FailureName, failure } from './unimatrix/answers.js'
import { readQuery } from './unimatrix/query.js'
import { sendCode } from './unimatrix/send.js'
import { signIn } from './unimatrix/sign-in.js'
import { verifyCode } from './unimatrix/verify.js'

/** Options of {@link unimatrixDialect}. */
export interface UnimatrixDialectOptions {
  /**
   * Whether a signed request counts `once`, by its nonce, for the 20 minutes in which its timestamp may be in time; a repeat gets `104201`.
   * Unimatrix itself documents no such guard: `any` is for clients that repeat a request as it stands. @default 'once'
   */
  readonly nonces?: 'once' | 'any' | undefined
}

/** Defaults of {@link UnimatrixDialectOptions}. */
export const UNIMATRIX_DEFAULTS: { readonly nonces: 'once' } = { nonces: 'once' }

const ACTIONS: ReadonlyMap<string | undefined, typeof sendCode> = new Map([
  ['otp.send', sendCode],
  ['otp.verify', verifyCode],
])

/**
 * The service door as Unimatrix's clients (`uni-sdk` and its siblings) know it: `POST ?action=otp.send` and `otp.verify`, signed or, where
 * the key has the right `unsigned`, in simple mode. From `express-otp/dialects/unimatrix`.
 *
 * A number has one code for each purpose: a further send takes the place of the code before, and that one is gone too where the new one is then not sent, for lack of money or because every transport
 * refused it. A send that a limit refuses leaves it as it is.
 *
 * The clients put keys into the query: never log query strings. A key's `secret` is needed in the clear to check signatures; one with
 * neither `secret` nor `unsigned` can never sign in. Mount it at the host's root too: two of the clients drop the path of their endpoint.
 *
 * @example
 * ```ts
 * import { apiRouter } from 'express-otp/express'
 * import { unimatrixDialect } from 'express-otp/dialects/unimatrix'
 *
 * app.use(apiRouter(otp, { keys, dialect: unimatrixDialect() }))
 * ```
 */
export function unimatrixDialect(options: UnimatrixDialectOptions = {}): Dialect {
  checkOptions('unimatrixDialect', options, { nonces: oneOf('once', 'any') })
  const nonces = options.nonces ?? UNIMATRIX_DEFAULTS.nonces

  async function handle(request: ApiRequest, service: Service): Promise<ApiAnswer> {
    const requestId = service.randomHex()
    if (request.method !== 'POST') return failure(requestId, 'InvalidParams', { status: 405, allow: 'POST' })
    const query = readQuery(request.query)
    const act = ACTIONS.get(query.values.get('action'))
    if (act === undefined) return failure(requestId, 'InvalidParams')
    const caller = await signIn(query, service, nonces)
    if (!caller.ok) {
      const { retryAfter } = await service.refuseKey(request.ip)
      return retryAfter === undefined ? failure(requestId, caller.failure) : failure(requestId, 'LimitExceed', { retryAfter })
    }
    const fields = readJsonObject(request.body)
    return fields === undefined ? failure(requestId, 'InvalidParams') : await act(requestId, fields, caller.key, service)
  }
  return {
    name: 'unimatrix',
    // The clients append nothing, `/` or a second `/` to their endpoint.
    owns: ({ method, path, query }) => /^\/*$/.test(path) && (method === 'POST' || new URLSearchParams(query).has('action')),
    handle,
    trouble: (trouble, details) => {
      const { name, ...about } = troubleOf(trouble)
      return failure(Buffer.from(nodeRandom.bytes(16)).toString('hex'), name, { ...about, ...details })
    },
  }
}

/** Unimatrix has no words of its own for most of it: the status tells the rest. */
function troubleOf(trouble: Trouble): { readonly name: FailureName } & FailureDetails {
  switch (trouble) {
    case 'not_found':
      return { name: 'InvalidParams', status: 404 }
    case 'method_not_allowed':
      return { name: 'InvalidParams', status: 405 }
    case 'cross_site':
      return { name: 'Unauthorized' }
    case 'body_too_large':
      return { name: 'InvalidParams', status: 413 }
    case 'unsupported_media_type':
      return { name: 'InvalidParams', status: 415 }
    case 'temporarily_unavailable':
      return { name: 'Internal', status: 503 }
    case 'internal':
      return { name: 'Internal' }
  }
}
