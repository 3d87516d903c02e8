import { checkOptions, integer, required, text } from '../options.js'
import type { DelegatedOutcome, DelegatedVerification } from '../ports/delegated-verification.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { lifetimeSeconds } from './lifetime.js'
import { unimatrixQuery } from './unimatrix-query.js'
import { callVendor, isSuccess, notCarried, type VendorAnswer, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

/** Options of {@link unimatrixTransport}. */
export interface UnimatrixTransportOptions extends VendorOptions {
  readonly accessKeyId: string
  /** Signs each request by HMAC-SHA256; without it the key must be set to simple mode. */
  readonly accessKeySecret?: string | undefined
  /** Sender of free texts: 2 to 16 characters, registered with Unimatrix. @default the account's */
  readonly signature?: string | undefined
}

/** Options of {@link unimatrixDelegate}. */
export interface UnimatrixDelegateOptions extends Omit<UnimatrixTransportOptions, 'signature'> {
  /** Digits of the code that Unimatrix makes: 4 to 8. @default 6 */
  readonly codeLength?: number | undefined
}

const NAME = 'unimatrix'
const DEFAULT_BASE_URL = 'https://api.unimtx.com'

/** The codes that `otp.send` and `otp.verify` take. */
const TAKES_CODE = /^[0-9]{4,8}$/
const MAX_INTENT_LENGTH = 36
/** What `ttl` may be. */
const TTL = { min: 1, max: 1800 }
const CHANNELS: ReadonlySet<string> = new Set(['sms', 'call', 'whatsapp'])

const KEY_CHECKS = {
  accessKeyId: required(text(1, 128, /^[A-Za-z0-9._-]+$/, 'an access key id of letters, digits, ".", "_" and "-"')),
  accessKeySecret: credential,
  ...VENDOR_CHECKS,
}

/**
 * Delivers our own codes through Unimatrix by SMS, voice call and WhatsApp (`otp.send` with `code` and `ttl`; the wording is
 * Unimatrix's). A code that is not 4 to 8 digits goes by SMS as free text (`sms.message.send`), and is refused definitely on the other
 * channels. From `express-otp/transports/unimatrix`.
 *
 * Taken is 2xx with `code` `"0"`; a success without it is uncertain. There is no idempotency key: silence and `101000` are uncertain and
 * never repeated (T35).
 *
 * @example
 * ```ts
 * import { unimatrixTransport } from 'express-otp/transports/unimatrix'
 *
 * const transport = unimatrixTransport({ accessKeyId: process.env.UNIMTX_ACCESS_KEY_ID ?? '' })
 * ```
 */
export function unimatrixTransport(options: UnimatrixTransportOptions): Transport {
  checkOptions('unimatrixTransport', options, { ...KEY_CHECKS, signature: text(2, 16) })
  const ask = unimatrixClient(options)

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const { action, body } = ownCode(message, options.signature)
    const data = await ask(action, body, signal)
    return { id: vendorId(jsonField(data, 'id') ?? jsonField(data, 'messages', 0, 'id')) }
  }
  return { name: NAME, timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, deliver }
}

/**
 * Lets Unimatrix make, keep and compare the code (`otp.send` without `code`, then `otp.verify`). It does not tell a wrong code from one
 * that has expired or was used: both are `wrong`. The ticket holds the lifetime, which Unimatrix applies when it compares; the code itself
 * is found by number and intent, so that a new one replaces the old. From `express-otp/transports/unimatrix`.
 */
export function unimatrixDelegate(options: UnimatrixDelegateOptions): DelegatedVerification {
  checkOptions('unimatrixDelegate', options, { ...KEY_CHECKS, codeLength: integer(4, 8) })
  const ask = unimatrixClient(options)
  const digits = options.codeLength === undefined ? {} : { digits: options.codeLength }
  return {
    name: NAME,
    timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    async start({ channel, to, intent, ttlSeconds }, { signal }) {
      if (!CHANNELS.has(channel) || intent.length > MAX_INTENT_LENGTH) throw notCarried(NAME, 'CHANNEL')
      const data = await ask('otp.send', { to, channel, intent, ...digits }, signal)
      const ttl = Math.min(TTL.max, Math.max(TTL.min, Math.floor(ttlSeconds)))
      return { ticket: `ttl-${ttl}`, id: vendorId(jsonField(data, 'id')) }
    },
    async check({ ticket, to, intent, code }, { signal }): Promise<DelegatedOutcome> {
      const ttl = /^ttl-([0-9]{1,4})$/.exec(ticket)?.[1]
      if (ttl === undefined) return 'gone'
      if (!TAKES_CODE.test(code)) return 'wrong'
      const valid = jsonField(await ask('otp.verify', { to, code, intent, ttl: Number(ttl) }, signal), 'valid')
      if (typeof valid !== 'boolean') throw vendorRefusal(NAME, { status: 200, body: undefined }, { code: 'BAD_ANSWER', uncertain: true })
      return valid ? 'right' : 'wrong'
    },
  }
}

type Ask = (action: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>

/** Asks for one action and resolves to the answer's `data`. */
function unimatrixClient(options: Omit<UnimatrixTransportOptions, 'signature'>): Ask {
  const { accessKeyId, accessKeySecret, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options
  const base = baseUrl(options.baseUrl, DEFAULT_BASE_URL)
  return async (action, body, signal) => {
    const url = `${base}/?${unimatrixQuery(action, { accessKeyId, accessKeySecret })}`
    const answer = await callVendor({ transport: NAME, signal, seconds: timeoutSeconds, url, body })
    const code = jsonField(answer.body, 'code')
    if (isSuccess(answer) && String(code) === '0') return jsonField(answer.body, 'data')
    throw refusal(answer, code)
  }
}

function ownCode(
  message: Message,
  signature: string | undefined,
): { readonly action: string; readonly body: Readonly<Record<string, unknown>> } {
  const { channel, to, code, intent, expiresAt } = message
  if (!CHANNELS.has(channel)) throw notCarried(NAME, 'CHANNEL')
  if (TAKES_CODE.test(code) && intent.length <= MAX_INTENT_LENGTH) {
    return { action: 'otp.send', body: { to, channel, code, ttl: lifetimeSeconds(expiresAt, TTL), intent } }
  }
  if (channel !== 'sms') throw notCarried(NAME, 'CODE')
  return { action: 'sms.message.send', body: { to, text: message.text, ...(signature === undefined ? {} : { signature }) } }
}

/** Nothing was done: no upstream (101301, 101303), key, signature and rights (1041xx, 1042xx, 1050xx, 105100), frequency, credit, sender, template. */
const ANOTHER_MAY = /^(?:10130[13]|1041[0-9]{2}|1042[0-9]{2}|1050[0-9]{2}|105100|105300|105400|1071[24][0-9]|104003)$/
const NO_UPSTREAM = /^10130[13]$/
/** "Internal": it may have happened after the message was taken. */
const INTERNAL = '101000'

function refusal(answer: VendorAnswer, code: unknown): Error {
  const known = typeof code === 'string' || typeof code === 'number' ? String(code) : undefined
  if (known === undefined && isSuccess(answer)) return vendorRefusal(NAME, answer, { code: 'BAD_ANSWER', uncertain: true })
  const internal = known === INTERNAL || known === '0'
  const uncertain = NO_UPSTREAM.test(known ?? '') ? false : internal || undefined
  return vendorRefusal(NAME, answer, { code: known, retryable: ANOTHER_MAY.test(known ?? ''), uncertain })
}
