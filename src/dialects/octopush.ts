import type { ApiKey } from '../core/service/api-key.js'
import type { ApiAnswer, ApiRequest, Dialect } from '../core/service/dialect.js'
import { isTimeZone } from '../core/service/rights.js'
import type { Service } from '../core/service/service.js'
import { type Check, checkOptions, flag } from '../options.js'
import { failure, tooMany, trouble } from './octopush/answers.js'
import { readFields } from './octopush/fields.js'
import { generate } from './octopush/generate.js'
import { validate } from './octopush/validate.js'

/** Options of {@link octopushDialect}. */
export interface OctopushDialectOptions {
  /** IANA name of the zone in which `{hh:mm:ss}` of a text tells when the code expires. @default 'UTC' */
  readonly timeZone?: string | undefined
  /**
   * Whether a code that was asked for with `recipient_ip` is wrong when it is checked with another one, or with none. Addresses of one
   * IPv6 network of 64 bits are the same. @default true
   */
  readonly checkRecipientIp?: boolean | undefined
}

const DEFAULTS = { timeZone: 'UTC', checkRecipientIp: true } as const

const TIME_ZONE: Check = {
  allowed: 'a time zone of the IANA list, such as "Europe/Paris"',
  accepts: (value) => typeof value === 'string' && isTimeZone(value),
}

const GENERATE = '/v1/public/service/otp/generate'
const VALIDATE = '/v1/public/service/otp/validate'

/** Method by path. The vendor's page has `PUT` alone for validate; clients that send `POST` lose nothing. */
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  [GENERATE, ['POST']],
  [VALIDATE, ['PUT', 'POST']],
])

/**
 * Serves clients of Octopush's OTP API: `POST /v1/public/service/otp/generate` and `PUT /v1/public/service/otp/validate`, below any mount. From
 * `express-otp/dialects/octopush`.
 *
 * `api-login` and `api-key` are the `login` and the secret of a key. Keys without the right `weakCodes` get codes of at least 6 digits that live for at
 * most 600 s, whatever they ask for. Throws `ERR_OTP_OPTION` for a wrong option.
 *
 * @example
 * ```ts
 * import { octopushDialect } from 'express-otp/dialects/octopush'
 *
 * const dialect = octopushDialect({ timeZone: 'Europe/Paris' })
 * ```
 */
export function octopushDialect(options: OctopushDialectOptions = {}): Dialect {
  checkOptions('octopushDialect', options, { timeZone: TIME_ZONE, checkRecipientIp: flag })
  const timeZone = options.timeZone ?? DEFAULTS.timeZone
  const checkRecipientIp = options.checkRecipientIp ?? DEFAULTS.checkRecipientIp
  return {
    name: 'octopush',
    trouble,
    owns: ({ path }) => METHODS.has(path),
    async handle(request, service) {
      const methods = METHODS.get(request.path)
      if (methods === undefined) return trouble('not_found')
      if (!methods.includes(request.method)) return trouble('method_not_allowed', { allow: methods.join(', ') })
      const key = await authenticate(request, service)
      if ('status' in key) return key
      const fields = readFields(request.body)
      if (fields === undefined) return failure('malformed')
      return request.path === GENERATE
        ? await generate(service, key, fields, { timeZone })
        : await validate(service, key, fields, { checkRecipientIp })
    },
  }
}

/** The key of a request, or the answer to one that has none (T67). */
async function authenticate({ headers, ip }: ApiRequest, service: Service): Promise<ApiKey | ApiAnswer> {
  const login = headers['api-login']
  const secret = headers['api-key']
  const hasLogin = typeof login === 'string' && login !== ''
  const hasSecret = typeof secret === 'string' && secret !== ''
  const key = hasLogin && hasSecret ? service.keys.byLogin(login, secret) : undefined
  if (key !== undefined) return key
  const { retryAfter } = await service.refuseKey(ip)
  if (retryAfter !== undefined) return tooMany(retryAfter)
  return failure(hasLogin ? (hasSecret ? 'wrongLogin' : 'noKey') : 'noLogin')
}
