import type { Problem } from '../core/problem.js'
import type { ApiKey } from '../core/service/api-key.js'
import type { ApiAnswer, ApiRequest, Dialect, Trouble } from '../core/service/dialect.js'
import type { Service } from '../core/service/service.js'
import { checkOptions, text } from '../options.js'
import { readJsonObject } from '../util/json-object.js'
import { invalidFields, refusal } from './native/answers.js'
import { presentedSecret } from './native/credentials.js'
import { openApi } from './native/openapi.js'
import { ROUTES } from './native/routes.js'

/** Options of {@link nativeDialect}. */
export interface NativeDialectOptions {
  /**
   * Where the router is mounted, as callers see it, for the `servers` of the OpenAPI document: an `http` or `https` URL, or a path.
   * @default '..', relative to the document
   */
  readonly baseUrl?: string | undefined
}

const FOLDER = '/v1/otp/'
const DOCUMENT = '/v1/openapi.json'

/**
 * Our own JSON: `POST /v1/otp/send`, `/resend`, `/verify`, `/cancel` and `/status`, with the key as `Authorization: Bearer` or `X-API-Key`, and `GET /v1/openapi.json` for everybody.
 * Refusals are `application/problem+json`. From `express-otp/dialects/native`; `apiRouter` uses it where no other dialect is named.
 *
 * @example
 * app.use(apiRouter(otp, { keys, dialect: nativeDialect({ baseUrl: 'https://codes.example' }) }))
 */
export function nativeDialect(options: NativeDialectOptions = {}): Dialect {
  checkOptions('nativeDialect', options, {
    baseUrl: text(1, 200, /^(https?:\/\/[^\s/]|\/|\.)[^\s]*$/, 'a URL that begins with http:// or https://, or a path'),
  })
  const document = openApi(options.baseUrl ?? '..')

  async function handle(request: ApiRequest, service: Service): Promise<ApiAnswer> {
    const { body, headers, method, path } = request
    if (path === DOCUMENT) {
      return method === 'GET' || method === 'HEAD' ? { status: 200, body: document } : trouble('method_not_allowed', { allow: 'GET, HEAD' })
    }
    const route = path.startsWith(FOLDER) ? ROUTES.get(path.slice(FOLDER.length)) : undefined
    if (route === undefined) return trouble('not_found')
    if (method !== 'POST') return trouble('method_not_allowed', { allow: 'POST' })
    const key = keyOf(request, service)
    if (key === undefined) return await unauthorized(request, service)
    const fields = readJsonObject(body)
    return fields === undefined ? invalidFields([{ field: 'body', reason: 'malformed' }]) : route({ service, key, headers, fields })
  }

  return { name: 'native', owns: ({ path }) => path === DOCUMENT || path.startsWith(FOLDER), handle, trouble }
}

function keyOf({ headers }: ApiRequest, { keys }: Service): ApiKey | undefined {
  const secret = presentedSecret(headers)
  return secret === undefined ? undefined : keys.bySecret(secret)
}

/** Missing, malformed, unknown and revoked look the same (T67). */
async function unauthorized({ ip }: ApiRequest, service: Service): Promise<ApiAnswer> {
  const { retryAfter } = await service.refuseKey(ip)
  if (retryAfter !== undefined) return refusal({ reason: 'rate_limited', retryAfter })
  return refusal({ reason: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' })
}

function trouble(reason: Trouble, details: { readonly allow?: string; readonly retryAfter?: number } = {}): ApiAnswer {
  const { allow, retryAfter } = details
  const problem: Problem = { reason, ...(reason === 'temporarily_unavailable' ? { retryAfter } : {}) }
  return refusal(problem, allow === undefined ? {} : { Allow: allow })
}
