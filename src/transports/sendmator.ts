import { checkOptions, integer, required, text } from '../options.js'
import type { DelegatedOutcome, DelegatedVerification } from '../ports/delegated-verification.js'
import type { ChannelName, Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { escapeXml } from './spoken.js'
import { callVendor, isSuccess, notCarried, type VendorAnswer, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

/** Options that both ways through Sendmator have. */
interface SendmatorAccount extends VendorOptions {
  /** Begins with `sk_`. */
  readonly apiKey: string
  readonly teamId?: string | undefined
}

/** Options of {@link sendmatorTransport}. */
export interface SendmatorTransportOptions extends SendmatorAccount {
  /** Sender of e-mail. @default the account's */
  readonly fromEmail?: string | undefined
  readonly fromName?: string | undefined
  /** Template of SMS; its variables are `code`, `text` (our whole wording) and `reference`. Without it SMS is refused. */
  readonly smsTemplateKey?: string | undefined
  /** Template of WhatsApp messages where the message names none; its variable is `code`. */
  readonly whatsappTemplateKey?: string | undefined
}

/** Options of {@link sendmatorDelegate}. */
export interface SendmatorDelegateOptions extends SendmatorAccount {
  /** Digits of the code that Sendmator makes: 4 to 8. @default 6 */
  readonly codeLength?: number | undefined
  /** Wrong codes that Sendmator takes before it locks: 1 to 10. @default 3 */
  readonly maxAttempts?: number | undefined
}

const NAME = 'sendmator'
const DEFAULT_BASE_URL = 'https://api.sendmator.com/api'

const templateKey = text(1, 200, /^[!-~]+$/, 'a template key')

const ACCOUNT_CHECKS = {
  apiKey: required({ ...credential, allowed: 'a key that begins with "sk_"', accepts: isKey }),
  teamId: text(1, 200, /^[!-~]+$/, 'a team id'),
  ...VENDOR_CHECKS,
}

/**
 * Delivers our own codes through Sendmator: e-mail with its content (`messages/send`), SMS and WhatsApp by templates of the account
 * (`sms/send`, `whatsapp/send`). From `express-otp/transports/sendmator`.
 *
 * 2xx is taken. There is no idempotency key: silence and 5xx are uncertain and never repeated (T35).
 *
 * @example
 * ```ts
 * import { sendmatorTransport } from 'express-otp/transports/sendmator'
 *
 * const transport = sendmatorTransport({ apiKey: process.env.SENDMATOR_API_KEY ?? '', smsTemplateKey: 'otp-sms' })
 * ```
 */
export function sendmatorTransport(options: SendmatorTransportOptions): Transport {
  checkOptions('sendmatorTransport', options, {
    ...ACCOUNT_CHECKS,
    fromEmail: text(3, 254, /^[!-?A-~]+@[!-?A-~]+$/, 'an e-mail address'),
    fromName: text(1, 200, /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'a name on one line'),
    smsTemplateKey: templateKey,
    whatsappTemplateKey: templateKey,
  })
  const ask = sendmatorClient(options)

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const { path, body } = ownMessage(message, options)
    const answer = await ask(path, body, signal)
    if (!isSuccess(answer)) throw refusal(answer)
    return { id: vendorId(jsonField(answer.body, 'message_id') ?? jsonField(answer.body, 'data', 'message_id')) }
  }
  return { name: NAME, timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, deliver }
}

/** The codes that `otp/verify` takes. */
const TAKES_CODE = /^[0-9]{4,8}$/

/**
 * Lets Sendmator make, keep and compare the code, by e-mail, SMS or WhatsApp (`otp/send`, then `otp/verify`). The ticket holds the channel
 * and Sendmator's session token. From `express-otp/transports/sendmator`.
 */
export function sendmatorDelegate(options: SendmatorDelegateOptions): DelegatedVerification {
  checkOptions('sendmatorDelegate', options, { ...ACCOUNT_CHECKS, codeLength: integer(4, 8), maxAttempts: integer(1, 10) })
  const ask = sendmatorClient(options)
  const limits = {
    ...(options.codeLength === undefined ? {} : { otp_length: options.codeLength }),
    ...(options.maxAttempts === undefined ? {} : { max_attempts: options.maxAttempts }),
  }
  return {
    name: NAME,
    timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    async start({ channel, to, intent, ttlSeconds }, { signal }) {
      if (channel === 'call') throw notCarried(NAME, 'CHANNEL')
      const config = { ...limits, expiry_minutes: Math.max(1, Math.ceil(ttlSeconds / 60)) }
      const body = { channels: [channel], recipients: { [channel]: to }, config, metadata: { intent } }
      const answer = await ask('/v1/otp/send', body, signal)
      if (!isSuccess(answer)) throw refusal(answer)
      // One channel was asked for: where it failed, nothing was sent.
      if (jsonField(answer.body, 'channels_sent', channel, 'success') === false) {
        throw vendorRefusal(NAME, answer, { code: 'CHANNEL_FAILED', retryable: true })
      }
      const token = sessionToken(answer.body)
      if (token === undefined) throw vendorRefusal(NAME, answer, { code: 'BAD_ANSWER', uncertain: true })
      return { ticket: `${channel}:${token}`, id: vendorId(jsonField(answer.body, 'channels_sent', channel, 'message_id')) }
    },
    async check({ ticket, code }, { signal }) {
      const [channel, token] = readTicket(ticket)
      if (channel === undefined || token === undefined) return 'gone'
      if (!TAKES_CODE.test(code)) return 'wrong'
      const answer = await ask('/v1/otp/verify', { session_token: token, otps: { [channel]: code } }, signal)
      return outcome(answer)
    },
  }
}

type Ask = (path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<VendorAnswer>

function sendmatorClient(options: SendmatorAccount): Ask {
  const { apiKey, teamId, timeoutSeconds: seconds = DEFAULT_TIMEOUT_SECONDS } = options
  const base = baseUrl(options.baseUrl, DEFAULT_BASE_URL)
  const headers = { 'x-api-key': apiKey, ...(teamId === undefined ? {} : { 'x-team-id': teamId }) }
  return (path, body, signal) => callVendor({ transport: NAME, signal, seconds, url: `${base}${path}`, headers, body })
}

function ownMessage(
  message: Message,
  options: SendmatorTransportOptions,
): { readonly path: string; readonly body: Readonly<Record<string, unknown>> } {
  const { channel, to, code, reference } = message
  if (channel === 'email') return { path: '/v1/messages/send', body: mail(message, options) }
  const template_key = channel === 'sms' ? options.smsTemplateKey : (message.template?.name ?? options.whatsappTemplateKey)
  if (channel === 'call') throw notCarried(NAME, 'CHANNEL')
  if (template_key === undefined) throw notCarried(NAME, 'TEMPLATE')
  if (channel === 'sms') {
    const variables = { code, text: message.text, reference }
    return { path: '/v1/sms/send', body: { recipient_type: 'direct_sms', direct_sms: to, template_key, variables } }
  }
  const body = { recipient_type: 'direct_whatsapp', direct_whatsapp: to, template_key, variables: { code } }
  return { path: '/v1/whatsapp/send', body: { ...body, conversation_category: 'AUTHENTICATION' } }
}

function mail(message: Message, { fromEmail, fromName }: SendmatorTransportOptions): Readonly<Record<string, unknown>> {
  return {
    recipient_type: 'direct_email',
    direct_email: message.to,
    subject: message.subject ?? '',
    content: message.html ?? `<pre>${escapeXml(message.text)}</pre>`,
    plain_text_content: message.text,
    ...(fromEmail === undefined ? {} : { from_email: fromEmail }),
    ...(fromName === undefined ? {} : { from_name: fromName }),
  }
}

/** Under the names that Sendmator's pages, its SDK and its answers use. */
function sessionToken(body: unknown): string | undefined {
  for (const name of ['session_token', 'token', 'session_id']) {
    const token = jsonField(body, name) ?? jsonField(body, 'data', name)
    if (typeof token === 'string' && /^[!-~]{1,1990}$/.test(token)) return token
  }
  return undefined
}

function readTicket(ticket: string): readonly [channel: ChannelName | undefined, token: string | undefined] {
  const [, channel, token] = /^(email|sms|whatsapp):([!-~]{1,1990})$/.exec(ticket) ?? []
  return [channel === 'email' || channel === 'sms' || channel === 'whatsapp' ? channel : undefined, token]
}

const GONE = /expired|maximum|exceeded|locked|already verified|invalid session|not found/i

/** A wrong code is a 200 with `verified: false`, or a 400 that says "invalid"; which, the vendor's pages leave open. */
function outcome(answer: VendorAnswer): DelegatedOutcome {
  const verified = jsonField(answer.body, 'verified') ?? jsonField(answer.body, 'data', 'verified')
  if (isSuccess(answer) && verified === true && jsonField(answer.body, 'session_verified') !== false) return 'right'
  const words = jsonField(answer.body, 'message')
  if (isSuccess(answer) && verified === false) return typeof words === 'string' && GONE.test(words) ? 'gone' : 'wrong'
  if (answer.status === 400 && typeof words === 'string') {
    if (GONE.test(words)) return 'gone'
    if (/invalid/i.test(words)) return 'wrong'
  }
  if (isSuccess(answer)) throw vendorRefusal(NAME, answer, { code: 'BAD_ANSWER', uncertain: true })
  throw refusal(answer)
}

function refusal(answer: VendorAnswer): Error {
  return vendorRefusal(NAME, answer, { code: jsonField(answer.body, 'code') ?? jsonField(answer.body, 'error', 'type') })
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && /^sk_[!-~]{1,500}$/.test(value)
}
