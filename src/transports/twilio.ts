import type { OtpError } from '../errors.js'
import { checkOptions, optionError, required, text } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { sealSpeech } from './sealed-speech.js'
import { codeTwiml, MAX_TWIML_LENGTH, promptTwiml } from './twilio-twiml.js'
import { type TwilioVoices, twilioVoices } from './twilio-voices.js'
import { callVendor, isSuccess, notCarried, type VendorAnswer, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, httpsUrl, isPhoneNumber, phoneNumber, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

export type { TwilioVoices } from './twilio-voices.js'

/** Options of {@link twilioTransport}: at least one of the senders. */
export interface TwilioTransportOptions extends VendorOptions {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string
  readonly authToken: string
  /** Sends SMS: a number in E.164 form, a short code, or an alphanumeric sender of up to 11 characters. */
  readonly from?: string | undefined
  /** `MG` and 32 hexadecimal digits: sends SMS, and WhatsApp too where `whatsappFrom` is not given. Goes before `from`. */
  readonly messagingServiceSid?: string | undefined
  /** Number that sends WhatsApp messages, in E.164 form without `whatsapp:`. */
  readonly whatsappFrom?: string | undefined
  /** Number that calls, in E.164 form. Default: `from`, where that is a number. */
  readonly callFrom?: string | undefined
  /** Where Twilio reports delivery; mount `twilioReceipts` from `express-otp/transports/twilio-receipts` there. */
  readonly statusCallback?: string | URL | undefined
  /**
   * Where Twilio asks for the code once a key was pressed; mount `twilioReceipts` there as well. Without it a call that requires a
   * key press is refused: inline instructions have no address of their own to go on from.
   */
  readonly keypressUrl?: string | URL | undefined
  /** Voices to use rather than the built-in choice, by language and gender. @default a standard voice for each language that `callChannel` speaks */
  readonly voices?: TwilioVoices | undefined
}

const NAME = 'twilio'

/**
 * Sends SMS, WhatsApp messages and voice calls through Twilio (REST API 2010-04-01). From `express-otp/transports/twilio`.
 *
 * WhatsApp messages with a template go out as `ContentSid`, so `template.name` is the content's SID (`HX...`), with the code as
 * variable `1`. Calls speak the code slowly, with a voice of the language and gender asked for; with `requireKeypress` only after
 * a key was pressed. Answering machine detection is not used: it cannot change inline instructions, a key press can.
 *
 * Twilio has no idempotency key for messages and calls: 5xx and silence are uncertain and never repeated (T35). 401, 402, 403, 429,
 * 503 and refusals for the sender's or account's sake are definite, and another transport may be tried.
 *
 * @example
 * ```ts
 * import { twilioTransport } from 'express-otp/transports/twilio'
 *
 * const transport = twilioTransport({
 *   accountSid: process.env.TWILIO_ACCOUNT_SID ?? '',
 *   authToken: process.env.TWILIO_AUTH_TOKEN ?? '',
 *   from: '+12065550100',
 * })
 * ```
 */
export function twilioTransport(options: TwilioTransportOptions): Transport {
  checkOptions('twilioTransport', options, {
    accountSid: required(text(34, 34, /^AC[0-9a-f]{32}$/, '"AC" and 32 hexadecimal digits')),
    authToken: required(credential),
    from: text(
      3,
      16,
      /^(?:\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11})$/,
      'a number, a short code or a sender of up to 11 characters',
    ),
    messagingServiceSid: text(34, 34, /^MG[0-9a-f]{32}$/, '"MG" and 32 hexadecimal digits'),
    whatsappFrom: phoneNumber,
    callFrom: phoneNumber,
    statusCallback: httpsUrl,
    keypressUrl: httpsUrl,
    voices: twilioVoices,
    ...VENDOR_CHECKS,
  })
  const { accountSid, authToken, from, messagingServiceSid, whatsappFrom, voices = {} } = options
  if (from === undefined && messagingServiceSid === undefined && whatsappFrom === undefined && options.callFrom === undefined) {
    throw optionError('twilioTransport', 'give `from`, `messagingServiceSid`, `whatsappFrom` or `callFrom`')
  }
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const account = `${baseUrl(options.baseUrl, 'https://api.twilio.com')}/2010-04-01/Accounts/${accountSid}`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const callFrom = options.callFrom ?? (isPhoneNumber(from) ? from : undefined)
  const statusCallback = options.statusCallback === undefined ? {} : { StatusCallback: String(options.statusCallback) }

  function sms(message: Message): Record<string, string> {
    const sender = messagingServiceSid === undefined ? from && { From: from } : { MessagingServiceSid: messagingServiceSid }
    if (sender === undefined || sender === '') throw notCarried(NAME, 'CHANNEL')
    // Beside a messaging service `From` picks one of its senders.
    const asked = message.sender === undefined ? {} : { From: message.sender }
    return { To: message.to, ...sender, ...asked, Body: message.text }
  }

  function whatsapp(message: Message): Record<string, string> {
    const sender =
      whatsappFrom === undefined
        ? messagingServiceSid && { MessagingServiceSid: messagingServiceSid }
        : { From: `whatsapp:${whatsappFrom}` }
    if (sender === undefined || sender === '') throw notCarried(NAME, 'CHANNEL')
    const to = { To: `whatsapp:${message.to}`, ...sender }
    if (message.template === undefined) return { ...to, Body: message.text }
    const { name } = message.template
    if (!/^HX[0-9a-f]{32}$/.test(name)) throw notCarried(NAME, 'TEMPLATE')
    return { ...to, ContentSid: name, ContentVariables: JSON.stringify({ 1: message.code }) }
  }

  function call(message: Message): Record<string, string> {
    const { speech } = message
    if (callFrom === undefined || speech === undefined) throw notCarried(NAME, callFrom === undefined ? 'CHANNEL' : 'SPEECH')
    const code = codeTwiml(speech, voices)
    const twiml = speech.requireKeypress ? promptTwiml(speech, voices, keypressAction(message)) : code
    if (Math.max(code.length, twiml.length) > MAX_TWIML_LENGTH) throw notCarried(NAME, 'SPEECH_TOO_LONG')
    return { To: message.to, From: callFrom, Twiml: twiml }
  }

  function keypressAction({ speech, expiresAt }: Message): string {
    if (options.keypressUrl === undefined || speech === undefined) throw notCarried(NAME, 'KEYPRESS_URL')
    const url = new URL(options.keypressUrl)
    url.searchParams.set('speech', sealSpeech(speech, expiresAt, authToken))
    return url.href
  }

  function request(message: Message): { readonly resource: string; readonly form: Record<string, string> } {
    switch (message.channel) {
      case 'sms':
        return { resource: 'Messages', form: sms(message) }
      case 'whatsapp':
        return { resource: 'Messages', form: whatsapp(message) }
      case 'call':
        return { resource: 'Calls', form: call(message) }
      case 'email':
        throw notCarried(NAME, 'CHANNEL')
    }
  }

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const { resource, form } = request(message)
    const answer = await callVendor({
      transport: NAME,
      signal,
      seconds: timeoutSeconds,
      url: `${account}/${resource}.json`,
      headers: { authorization },
      body: new URLSearchParams({ ...form, ...statusCallback }),
    })
    if (!isSuccess(answer)) throw refusal(answer)
    return { id: vendorId(jsonField(answer.body, 'sid')) }
  }
  return { name: NAME, timeoutSeconds, deliver }
}

/**
 * Refusals for the account's or the sender's sake: inactive (10001, 20005), queue full (21611), region not enabled (21408), sender
 * that cannot reach this number (21606, 21612, 21659, 21660), WhatsApp sender unknown or throttled (63007, 63018). Not among them: an
 * invalid number (21211, 21614) and a person who has opted out (21610), whom no other vendor should write to either.
 */
const SENDER_TROUBLE: ReadonlySet<unknown> = new Set([10001, 20005, 21408, 21606, 21611, 21612, 21659, 21660, 63007, 63018])

function refusal(answer: VendorAnswer): OtpError {
  const code = jsonField(answer.body, 'code')
  return vendorRefusal(NAME, answer, { code, retryable: SENDER_TROUBLE.has(code) })
}
