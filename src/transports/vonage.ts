import type { KeyObject } from 'node:crypto'
import type { OtpError } from '../errors.js'
import { checkOptions, flag, optionError, text } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { isGsm7 } from '../util/gsm7.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { sealSpeech } from './sealed-speech.js'
import { callVendor, isSuccess, notCarried, type VendorAnswer, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, httpsUrl, phoneNumber, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'
import { rsaKey, rsaPrivateKey, vonageJwt } from './vonage-jwt.js'
import { codeNcco, promptNcco, type VonageStyles, voiceStyles } from './vonage-ncco.js'

export type { VonageStyles } from './vonage-ncco.js'

/** Options of {@link vonageTransport}: the three for SMS, the three for calls, or all of them. */
export interface VonageTransportOptions extends VendorOptions {
  /** For SMS, with `apiSecret` and `from`. */
  readonly apiKey?: string | undefined
  readonly apiSecret?: string | undefined
  /** Sends SMS: a number in E.164 form, or an alphanumeric sender of up to 11 characters. */
  readonly from?: string | undefined
  /** For calls, with `privateKey` and `callFrom`: the application's UUID. */
  readonly applicationId?: string | undefined
  /** The application's RSA private key in PEM form. */
  readonly privateKey?: string | undefined
  /** Number that calls, in E.164 form. */
  readonly callFrom?: string | undefined
  /** Where Vonage reports delivery; mount `vonageReceipts` from `express-otp/transports/vonage-receipts` there. */
  readonly statusCallback?: string | URL | undefined
  /** Where Vonage asks for the code once a key was pressed; mount `vonageReceipts` there. Needs `signatureSecret`. */
  readonly keypressUrl?: string | URL | undefined
  /** The account's signature secret, which seals the code on its way to `keypressUrl`. */
  readonly signatureSecret?: string | undefined
  /** Voice styles by language and gender; Vonage lists them without gender, so choose by ear. @default style 0 of each language */
  readonly styles?: VonageStyles | undefined
  /** Speaks the code also where Vonage hears that a machine has answered. @default false: the call is ended (T33) */
  readonly dangerouslySpeakToMachines?: boolean | undefined
}

const NAME = 'vonage'

/**
 * Sends SMS through Vonage's SMS API and calls through its Voice API. From `express-otp/transports/vonage`.
 *
 * The SMS API says in the body of a 200 whether a message was taken; an answer that does not say so is uncertain, and so is one where
 * only some parts were taken. Calls speak the code slowly; with `requireKeypress` only after a key was pressed, and never to a machine
 * that Vonage recognises. Neither API has an idempotency key: silence and 5xx are uncertain and never repeated (T35).
 *
 * @example
 * ```ts
 * import { vonageTransport } from 'express-otp/transports/vonage'
 *
 * const transport = vonageTransport({
 *   apiKey: process.env.VONAGE_API_KEY ?? '',
 *   apiSecret: process.env.VONAGE_API_SECRET ?? '',
 *   from: 'Acme',
 * })
 * ```
 */
export function vonageTransport(options: VonageTransportOptions): Transport {
  checkOptions('vonageTransport', options, {
    apiKey: credential,
    apiSecret: credential,
    from: text(1, 16, /^(?:\+[1-9][0-9]{6,14}|[A-Za-z0-9]{1,11})$/, 'a number or a sender of up to 11 letters and digits'),
    applicationId: text(36, 36, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID'),
    privateKey: rsaPrivateKey,
    callFrom: phoneNumber,
    statusCallback: httpsUrl,
    keypressUrl: httpsUrl,
    signatureSecret: credential,
    styles: voiceStyles,
    dangerouslySpeakToMachines: flag,
    ...VENDOR_CHECKS,
  })
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const smsUrl = `${baseUrl(options.baseUrl, 'https://rest.nexmo.com')}/sms/json`
  const callsUrl = `${baseUrl(options.baseUrl, 'https://api.nexmo.com')}/v1/calls`
  const account = smsAccount(options)
  const application = voiceApplication(options)
  if (account === undefined && application === undefined) {
    throw optionError('vonageTransport', 'give `apiKey`, `apiSecret` and `from`, or `applicationId`, `privateKey` and `callFrom`')
  }
  if (options.keypressUrl !== undefined && options.signatureSecret === undefined) {
    throw optionError('vonageTransport', 'option "keypressUrl" needs `signatureSecret`')
  }
  const callback = options.statusCallback === undefined ? undefined : String(options.statusCallback)

  async function sms(message: Message, signal: AbortSignal): Promise<Delivered> {
    if (account === undefined) throw notCarried(NAME, 'CHANNEL')
    const { sender = account.from, text } = message
    // What is not of that alphabet arrives as question marks unless it is sent as `unicode`.
    const type = isGsm7(text) ? 'text' : 'unicode'
    const form = { ...account, from: sender, to: message.to.slice(1), type, text, ...(callback === undefined ? {} : { callback }) }
    const body = new URLSearchParams(form)
    return smsTaken(await callVendor({ transport: NAME, signal, seconds: timeoutSeconds, url: smsUrl, body }))
  }

  async function call(message: Message, signal: AbortSignal): Promise<Delivered> {
    if (application === undefined) throw notCarried(NAME, 'CHANNEL')
    const { id, key, from } = application
    const body = {
      to: [{ type: 'phone', number: message.to.slice(1) }],
      from: { type: 'phone', number: from },
      ncco: instructions(message),
      ...(callback === undefined ? {} : { event_url: [callback] }),
      ...(options.dangerouslySpeakToMachines === true ? {} : { machine_detection: 'hangup' }),
    }
    const headers = { authorization: `Bearer ${vonageJwt(id, key, Date.now())}` }
    const answer = await callVendor({ transport: NAME, signal, seconds: timeoutSeconds, url: callsUrl, headers, body })
    if (!isSuccess(answer)) throw vendorRefusal(NAME, answer, { code: jsonField(answer.body, 'type') })
    return { id: vendorId(jsonField(answer.body, 'uuid')) }
  }

  function instructions({ speech, expiresAt }: Message): unknown {
    if (speech === undefined) throw notCarried(NAME, 'SPEECH')
    const styles = options.styles ?? {}
    const ncco = codeNcco(speech, styles)
    if (ncco === undefined) throw notCarried(NAME, 'SPEECH_TOO_LONG')
    if (!speech.requireKeypress) return ncco
    if (options.keypressUrl === undefined || options.signatureSecret === undefined) throw notCarried(NAME, 'KEYPRESS_URL')
    const url = new URL(options.keypressUrl)
    url.searchParams.set('speech', sealSpeech(speech, expiresAt, options.signatureSecret))
    return promptNcco(speech, styles, url.href)
  }

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    if (message.channel === 'sms') return sms(message, signal)
    if (message.channel === 'call') return call(message, signal)
    throw notCarried(NAME, 'CHANNEL')
  }
  return { name: NAME, timeoutSeconds, deliver }
}

interface Application {
  readonly id: string
  readonly key: KeyObject
  readonly from: string
}

function smsAccount(
  options: VonageTransportOptions,
): { readonly api_key: string; readonly api_secret: string; readonly from: string } | undefined {
  const { apiKey, apiSecret, from } = options
  if (apiKey !== undefined && apiSecret !== undefined && from !== undefined) {
    return { api_key: apiKey, api_secret: apiSecret, from: from.replace('+', '') }
  }
  if (apiKey === undefined && apiSecret === undefined && from === undefined) return undefined
  throw optionError('vonageTransport', '`apiKey`, `apiSecret` and `from` belong together')
}

function voiceApplication(options: VonageTransportOptions): Application | undefined {
  const { applicationId, privateKey, callFrom } = options
  const key = privateKey === undefined ? undefined : rsaKey(privateKey)
  if (applicationId !== undefined && key !== undefined && callFrom !== undefined) return { id: applicationId, key, from: callFrom.slice(1) }
  if (applicationId === undefined && key === undefined && callFrom === undefined) return undefined
  throw optionError('vonageTransport', '`applicationId`, `privateKey` and `callFrom` belong together')
}

/**
 * Refusals for the account's or the sender's sake: throttled (1), credentials (4), account barred (8), quota (9), too many binds (10),
 * not allowed (11), signature (14), sender (15), destination not enabled (29), number of the account (33).
 */
const SENDER_TROUBLE: ReadonlySet<unknown> = new Set(['1', '4', '8', '9', '10', '11', '14', '15', '29', '33'])
/** The platform failed while it processed the message. */
const INTERNAL_ERROR = '5'

function smsTaken(answer: VendorAnswer): Delivered {
  if (!isSuccess(answer)) throw vendorRefusal(NAME, answer)
  const parts = jsonField(answer.body, 'messages')
  const statuses = Array.isArray(parts) ? parts.map((part) => jsonField(part, 'status')) : []
  const refused: unknown = statuses.find((status) => status !== '0')
  if (statuses.length > 0 && refused === undefined) return { id: vendorId(jsonField(parts, 0, 'message-id')) }
  throw smsRefusal(answer, refused, statuses)
}

function smsRefusal(answer: VendorAnswer, refused: unknown, statuses: readonly unknown[]): OtpError {
  if (typeof refused !== 'string') return vendorRefusal(NAME, answer, { code: 'BAD_ANSWER', uncertain: true })
  const uncertain = refused === INTERNAL_ERROR || statuses.includes('0')
  return vendorRefusal(NAME, answer, { code: refused, retryable: SENDER_TROUBLE.has(refused), uncertain })
}
