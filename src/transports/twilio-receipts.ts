import { createHmac } from 'node:crypto'
import { checkOptions, required } from '../options.js'
import type { Receipt, ReceiptAnswer, ReceiptParser, ReceiptRequest } from '../ports/receipt.js'
import { equalDigests } from '../util/equal-digests.js'
import { bodyText, FORGED, header, MALFORMED, rawQuery, receiptOf, secretList, verifyingSecrets } from './receipt-request.js'
import { openSpeech } from './sealed-speech.js'
import { codeTwiml, HANG_UP_TWIML } from './twilio-twiml.js'
import { type TwilioVoices, twilioVoices } from './twilio-voices.js'
import { httpsUrl } from './vendor-options.js'

/** Options of {@link twilioReceipts}. */
export interface TwilioReceiptsOptions {
  /** The account's auth token, or up to 5 of them while it is changed over. */
  readonly authToken: string | readonly string[]
  /**
   * The address that Twilio calls, without query, for apps whose requests do not tell it, such as those behind a proxy. Only the query is
   * then taken from a request. @default the request's own `url`
   */
  readonly url?: string | URL | undefined
  /** The same as for `twilioTransport`. */
  readonly voices?: TwilioVoices | undefined
}

/** Statuses of messages and calls (docs/messaging/api/message-resource, docs/voice/api/call-resource); others say nothing new. */
const STATUSES: ReadonlyMap<string, Receipt['status']> = new Map<string, Receipt['status']>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['completed', 'delivered'],
  ['busy', 'failed'],
  ['no-answer', 'failed'],
  ['canceled', 'failed'],
])

/**
 * Reads Twilio's status callbacks for messages and calls, and answers a key press of a call with the code (T33). Each request must bear
 * Twilio's signature, `X-Twilio-Signature` over URL and parameters, compared in constant time. From `express-otp/transports/twilio-receipts`.
 *
 * @example
 * ```ts
 * import { twilioReceipts } from 'express-otp/transports/twilio-receipts'
 *
 * const receipts = twilioReceipts({ authToken: process.env.TWILIO_AUTH_TOKEN ?? '', url: 'https://app.example/otp/receipts/twilio' })
 * ```
 */
export function twilioReceipts(options: TwilioReceiptsOptions): ReceiptParser {
  checkOptions('twilioReceipts', options, { authToken: required(verifyingSecrets), url: httpsUrl, voices: twilioVoices })
  const tokens = secretList(options.authToken)
  const own = options.url === undefined ? undefined : String(options.url).replace(/[?#].*$/s, '')

  return {
    name: 'twilio',
    parse(request) {
      const body = bodyText(request)
      const query = rawQuery(request.url)
      const url = own === undefined ? request.url : `${own}${query}`
      if (request.method !== 'POST' || body === undefined || !URL.canParse(url)) return MALFORMED
      const form = new URLSearchParams(body)
      if (!isSigned(request, url, form, tokens)) return FORGED
      const speech = new URLSearchParams(query).get('speech')
      if (speech !== null) return { ok: true, receipts: [], answer: keypress(form, speech, tokens, options.voices ?? {}) }
      const status = form.get('MessageStatus') ?? form.get('CallStatus')
      const id = form.get('MessageSid') ?? form.get('CallSid')
      if (status === null || id === null) return MALFORMED
      return { ok: true, receipts: receiptOf(id, STATUSES.get(status), form.get('ErrorCode') ?? status) }
    },
  }
}

/** Twilio signs the URL with its port or without it, whichever the account's edge does; both are tried, as its own libraries do. */
function isSigned(request: ReceiptRequest, url: string, form: URLSearchParams, tokens: readonly string[]): boolean {
  const signature = header(request, 'x-twilio-signature')
  if (signature === undefined) return false
  const names = [...new Set(form.keys())].sort()
  const parameters = names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => `${name}${value}`)).join('')
  return tokens.some((token) =>
    [url, ...withOtherPort(url)].some((spelled) =>
      equalDigests(createHmac('sha1', token).update(`${spelled}${parameters}`).digest('base64'), signature),
    ),
  )
}

function withOtherPort(url: string): readonly string[] {
  const { protocol, port, host } = new URL(url)
  const authority = /^[a-z]+:\/\/[^/?]+/i.exec(url)?.[0]
  if (authority === undefined) return []
  const rest = url.slice(authority.length)
  if (port !== '') return [`${authority.replace(/:[0-9]+$/, '')}${rest}`]
  return [`${protocol}//${host}${rest}`, `${protocol}//${host}:${protocol === 'https:' ? 443 : 80}${rest}`]
}

function keypress(form: URLSearchParams, sealed: string, tokens: readonly string[], voices: TwilioVoices): ReceiptAnswer {
  const pressed = (form.get('Digits') ?? '') !== ''
  const speech = pressed ? tokens.flatMap((token) => openSpeech(sealed, token, Date.now()) ?? []).at(0) : undefined
  const body = speech === undefined ? HANG_UP_TWIML : codeTwiml(speech, voices)
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' }, body }
}
