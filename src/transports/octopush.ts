import { checkOptions, flag, integer, required, text } from '../options.js'
import type { DelegatedOutcome, DelegatedVerification } from '../ports/delegated-verification.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { callVendor, isSuccess, notCarried, type VendorAnswer, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

/** Options that both ways through Octopush have. */
interface OctopushAccount extends VendorOptions {
  /** The account's login, an e-mail address. */
  readonly apiLogin: string
  readonly apiKey: string
  /** 3 to 11 letters, digits and blanks, where the operator allows it. @default the account's */
  readonly sender?: string | undefined
}

/** Options of {@link octopushTransport}. */
export interface OctopushTransportOptions extends OctopushAccount {
  /** Pretends to send. @default false */
  readonly simulate?: boolean | undefined
}

/** Options of {@link octopushDelegate}. */
export interface OctopushDelegateOptions extends OctopushAccount {
  /** Text with `{code}`, and `{hh:mm:ss}` for the time of expiry if you like: 1 to 1224 characters. @default the code alone */
  readonly text?: string | undefined
  /** Digits of the code that Octopush makes: 4 to 32. @default the account's */
  readonly codeLength?: number | undefined
  /** Voice of calls. @default 'female' */
  readonly voiceGender?: 'female' | 'male' | undefined
}

const NAME = 'octopush'
const DEFAULT_BASE_URL = 'https://api.octopush.com/v1/public'
const MAX_TEXT_LENGTH = 1224

const ACCOUNT_CHECKS = {
  apiLogin: required(credential),
  apiKey: required(credential),
  sender: text(3, 11, /^[A-Za-z0-9 ]+$/, '3 to 11 letters, digits and blanks'),
  ...VENDOR_CHECKS,
}

/**
 * Delivers our own codes by SMS through Octopush (`sms-campaign/send`, premium and transactional). From
 * `express-otp/transports/octopush`.
 *
 * Octopush fills `{...}` in a text with fields of the recipient, so braces go out as parentheses. A text of more than 1224 characters is
 * refused definitely. There is no idempotency key: silence and 5xx are uncertain and never repeated (T35).
 *
 * @example
 * ```ts
 * import { octopushTransport } from 'express-otp/transports/octopush'
 *
 * const transport = octopushTransport({ apiLogin: process.env.OCTOPUSH_LOGIN ?? '', apiKey: process.env.OCTOPUSH_KEY ?? '' })
 * ```
 */
export function octopushTransport(options: OctopushTransportOptions): Transport {
  checkOptions('octopushTransport', options, { ...ACCOUNT_CHECKS, simulate: flag })
  const ask = octopushClient(options)
  const settings = {
    type: 'sms_premium',
    purpose: 'alert',
    ...(options.sender === undefined ? {} : { sender: options.sender }),
    ...(options.simulate === true ? { simulation_mode: true } : {}),
  }

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    if (message.channel !== 'sms') throw notCarried(NAME, 'CHANNEL')
    if (message.text.length > MAX_TEXT_LENGTH) throw notCarried(NAME, 'TEXT_TOO_LONG')
    const written = message.text.replaceAll('{', '(').replaceAll('}', ')')
    const asked = message.sender === undefined ? {} : { sender: message.sender }
    const body = { recipients: [{ phone_number: message.to }], text: written, ...settings, ...asked }
    const answer = await ask('POST', '/sms-campaign/send', body, signal)
    const code = jsonField(answer.body, 'code')
    if (!isSuccess(answer) || (code !== undefined && code !== 0)) throw refusal(answer)
    return { id: vendorId(jsonField(answer.body, 'sms_ticket')) }
  }
  return { name: NAME, timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, deliver }
}

/** What Octopush speaks. */
const VOICES = ['en-US', 'en-GB', 'el-GR', 'pl-PL', 'hu-HU', 'sv-SE', 'de-DE', 'es-ES', 'es-LA', 'fr-FR', 'it-IT', 'pt-BR', 'ru-RU']

/**
 * Lets Octopush make, keep and compare the code, by SMS or voice call (`service/otp/generate`, then `service/otp/validate`). The ticket is
 * Octopush's request token. From `express-otp/transports/octopush`.
 */
export function octopushDelegate(options: OctopushDelegateOptions): DelegatedVerification {
  checkOptions('octopushDelegate', options, {
    ...ACCOUNT_CHECKS,
    text: text(1, MAX_TEXT_LENGTH, /\{code\}/, 'a text of up to 1224 characters with "{code}"'),
    codeLength: integer(4, 32),
    voiceGender: { allowed: '"female" or "male"', accepts: (value) => value === 'female' || value === 'male' },
  })
  const ask = octopushClient(options)
  const settings = {
    ...(options.text === undefined ? {} : { text: options.text }),
    ...(options.sender === undefined ? {} : { sender: options.sender.replaceAll(' ', '') }),
    ...(options.codeLength === undefined ? {} : { code_length: options.codeLength }),
  }
  return {
    name: NAME,
    timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    async start({ channel, to, ttlSeconds, locale }, { signal }) {
      if (channel !== 'sms' && channel !== 'call') throw notCarried(NAME, 'CHANNEL')
      const voice =
        channel === 'sms'
          ? { channel: 'sms' }
          : { channel: 'voice_sms', voice_language: voiceFor(locale), voice_gender: options.voiceGender ?? 'female' }
      const validity = Math.max(3, Math.floor(ttlSeconds))
      const answer = await ask(
        'POST',
        '/service/otp/generate',
        { phone_number: to, ...voice, ...settings, validity_period: validity },
        signal,
      )
      if (!isSuccess(answer)) throw refusal(answer)
      const ticket = vendorId(jsonField(answer.body, 'otp_request_token'))
      if (jsonField(answer.body, 'code') !== 0 || ticket === undefined) throw refusal(answer)
      return { ticket, id: vendorId(jsonField(answer.body, 'ticket_number')) }
    },
    async check({ ticket, to, code }, { signal }): Promise<DelegatedOutcome> {
      const body = { code, otp_request_token: ticket, phone_number: to }
      const answer = await ask('PUT', '/service/otp/validate', body, signal)
      const said = jsonField(answer.body, 'code')
      if (isSuccess(answer) && said === 0) return 'right'
      if (said === WRONG_CODE) return 'wrong'
      if (typeof said === 'number' && GONE.has(said)) return 'gone'
      throw refusal(answer)
    },
  }
}

const WRONG_CODE = 199
/** Attempts used up, expired, unknown. */
const GONE: ReadonlySet<number> = new Set([196, 197, 198])

type Ask = (method: 'POST' | 'PUT', path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<VendorAnswer>

function octopushClient(options: OctopushAccount): Ask {
  const { apiLogin, apiKey, timeoutSeconds: seconds = DEFAULT_TIMEOUT_SECONDS } = options
  const base = baseUrl(options.baseUrl, DEFAULT_BASE_URL)
  const headers = { 'api-login': apiLogin, 'api-key': apiKey }
  return (method, path, body, signal) => callVendor({ transport: NAME, signal, seconds, method, url: `${base}${path}`, headers, body })
}

function voiceFor(locale: string | undefined): string {
  const asked = locale?.toLowerCase() ?? ''
  const language = asked.split('-', 1)[0]
  const same = VOICES.find((voice) => voice.toLowerCase() === asked)
  return same ?? VOICES.find((voice) => voice.toLowerCase().split('-', 1)[0] === language) ?? 'en-US'
}

/** "An error occurred": it may have happened after the message was taken. */
const INTERNAL = 125
/** Login, key and rights (101, 108, 109, 113), credit (104), frequency (128). */
const ACCOUNT_TROUBLE: ReadonlySet<unknown> = new Set([101, 104, 108, 109, 113, 128])

function refusal(answer: VendorAnswer): Error {
  const code = jsonField(answer.body, 'code')
  if (isSuccess(answer) && (code === undefined || code === 0)) return vendorRefusal(NAME, answer, { code: 'BAD_ANSWER', uncertain: true })
  return vendorRefusal(NAME, answer, { code, retryable: ACCOUNT_TROUBLE.has(code), uncertain: code === INTERNAL || undefined })
}
