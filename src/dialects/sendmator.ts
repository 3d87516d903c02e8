import type { ApiKey } from '../core/service/api-key.js'
import type { ApiAnswer, ApiRequest, Dialect } from '../core/service/dialect.js'
import type { Service } from '../core/service/service.js'
import { callback, checkOptions, integer } from '../options.js'
import { failure, later, trouble } from './sendmator/answers.js'
import type { Call } from './sendmator/call.js'
import type { OnContact } from './sendmator/contact.js'
import { readFields } from './sendmator/fields.js'
import { resend } from './sendmator/resend.js'
import { send } from './sendmator/send.js'
import { verify } from './sendmator/verify.js'
import { rateHeaders, untouched, windowsOf } from './sendmator/windows.js'

export type { OnContact, VerifiedContact } from './sendmator/contact.js'

/** Options of {@link sendmatorDialect}. */
export interface SendmatorDialectOptions {
  /**
   * Stores a contact: called once for a session that was sent with `add_contact`, when the first of its channels is proved. No answer waits for it, and what it throws
   * becomes a warning. @default nothing is stored
   */
  readonly onContact?: OnContact | undefined
  /** Sends and resends for one recipient in 5 minutes, 1 to 1000, beside the limits of `createOtp`. @default 5 */
  readonly sendsPer5Minutes?: number | undefined
  /**
   * Sends and resends of one calling host in an hour, 0 to 1000000. 0 for no such limit: right for a backend with much traffic, which is one host. @default 20
   */
  readonly sendsPerHourPerAddress?: number | undefined
}

const DEFAULTS = { sendsPer5Minutes: 5, sendsPerHourPerAddress: 20 } as const

const ROUTES: ReadonlyMap<string, (call: Call) => Promise<ApiAnswer>> = new Map([
  ['/api/v1/otp/send', send],
  ['/api/v1/otp/verify', verify],
  ['/api/v1/otp/resend', resend],
])

/**
 * Serves clients of Sendmator's OTP API: `POST /api/v1/otp/send`, `/verify` and `/resend`, below any mount; `baseURL` of its SDK is then the mount with `/api`. From
 * `express-otp/dialects/sendmator`.
 *
 * `X-API-Key` is the secret of a key; Sendmator's SDK wants it to begin with `sk_`. Each channel gets a code of its own. `sandbox_mode` needs a key with the right `sandbox` whose secret does not
 * begin with `sk_live_`. Codes of 4 or 5 digits, and lives above 10 minutes, need the right `weakCodes`: without it the first are refused, the second cut. A session token is opaque, and stands for 24 h.
 *
 * The vendor's limit of 100 open sessions for a recipient never binds: `createOtp` allows three codes at once. Throws `ERR_OTP_OPTION` for a wrong option.
 *
 * @example
 * ```ts
 * import { sendmatorDialect } from 'express-otp/dialects/sendmator'
 *
 * const dialect = sendmatorDialect({ sendsPerHourPerAddress: 0 })
 * ```
 */
export function sendmatorDialect(options: SendmatorDialectOptions = {}): Dialect {
  checkOptions('sendmatorDialect', options, {
    onContact: callback,
    sendsPer5Minutes: integer(1, 1000),
    sendsPerHourPerAddress: integer(0, 1_000_000),
  })
  const { onContact } = options
  const limits = {
    sendsPer5Minutes: options.sendsPer5Minutes ?? DEFAULTS.sendsPer5Minutes,
    sendsPerHourPerAddress: options.sendsPerHourPerAddress ?? DEFAULTS.sendsPerHourPerAddress,
  }

  /** Of whoever has no window: nothing is known of it, or it has none yet. */
  const outside = (answer: ApiAnswer, now: number): ApiAnswer => withHeaders(answer, rateHeaders(untouched(limits, now)))

  return {
    name: 'sendmator',
    // The host's clock is not at hand here, and nothing is decided by this instant.
    trouble: (kind, details) => outside(trouble(kind, details), Date.now()),
    owns: ({ path }) => ROUTES.has(path),
    async handle(request, service) {
      const route = ROUTES.get(request.path)
      if (route === undefined) return outside(trouble('not_found'), service.now())
      if (request.method !== 'POST') return outside(trouble('method_not_allowed', { allow: 'POST' }), service.now())
      const signedIn = await authenticate(request, service)
      if ('refused' in signedIn) {
        const { refused: retryAfter } = signedIn
        if (retryAfter === undefined) return outside(failure('invalidKey'), service.now())
        const standing = { ...untouched(limits, service.now()), remaining: 0, resetAt: service.now() + retryAfter * 1000 }
        return withHeaders(later('tooMany', retryAfter), rateHeaders(standing))
      }
      const notebook = service.notebook(signedIn.key, 'sendmator')
      const windows = windowsOf(notebook, () => service.now(), limits, request.ip)
      const fields = readFields(request.body)
      const answer =
        fields === undefined ? failure('invalidBody') : await route({ ...signedIn, service, notebook, windows, fields, onContact })
      return withHeaders(answer, rateHeaders(await windows.standing()))
    },
  }
}

/** The key of a request; where it has none, the seconds to wait, if any (T67). `X-Team-ID` is a label of the vendor's and decides nothing. */
async function authenticate(
  { headers, ip }: ApiRequest,
  service: Service,
): Promise<{ readonly key: ApiKey; readonly isTestKey: boolean } | { readonly refused: number | undefined }> {
  const secret = headers['x-api-key']
  const key = typeof secret === 'string' ? service.keys.bySecret(secret) : undefined
  if (typeof secret !== 'string' || key === undefined) return { refused: (await service.refuseKey(ip)).retryAfter }
  return { key, isTestKey: key.rights.has('sandbox') && !secret.startsWith('sk_live_') }
}

function withHeaders(answer: ApiAnswer, headers: Readonly<Record<string, string>>): ApiAnswer {
  return { ...answer, headers: { ...headers, ...answer.headers } }
}
