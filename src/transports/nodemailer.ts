import type { Check } from '../options.js'
import { checkOptions, having, optionError, required } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS, TIMEOUT_CHECK } from './deadline.js'
import { importNodemailer } from './import-nodemailer.js'
import { smtpFailure } from './smtp-failure.js'
import { timedDelivery } from './timed-delivery.js'
import { vendorId } from './vendor-id.js'

/** A sender or recipient in two parts, so that neither is parsed out of the other. */
export interface MailAddress {
  readonly name: string
  readonly address: string
}

/** What is handed to `sendMail`. */
export interface OutgoingMail {
  readonly from: string | MailAddress
  readonly to: MailAddress
  readonly subject: string | undefined
  readonly text: string
  readonly html: string | undefined
  readonly headers: Record<string, string>
  readonly disableFileAccess: true
  readonly disableUrlAccess: true
  readonly signal: AbortSignal
}

/** The part of nodemailer's `Transporter` that is called. */
export interface MailTransporter {
  sendMail(mail: OutgoingMail): Promise<unknown>
}

/** Options of {@link nodemailerTransport}: one of `transporter` and `url`. */
export interface NodemailerTransportOptions {
  /** What `nodemailer.createTransport(...)` returned. */
  readonly transporter?: MailTransporter | undefined
  /** An `smtp:` or `smtps:` URL, credentials included; then the package `nodemailer` is loaded for you. */
  readonly url?: string | undefined
  /** The sender: `Acme <codes@acme.example>` or its two parts. */
  readonly from: string | MailAddress
  /** Seconds until silence counts as "may have sent": 0.05 to 60. @default 10 */
  readonly timeoutSeconds?: number | undefined
}

const NAME = 'nodemailer'

const smtpUrl: Check = {
  allowed: 'an smtp: or smtps: URL',
  secret: true,
  accepts: (value) => typeof value === 'string' && /^smtps?:\/\/[^\s]+$/i.test(value) && URL.canParse(value),
}

const sender: Check = {
  allowed: 'an e-mail address, with or without a name, on one line',
  accepts: (value) => (typeof value === 'string' ? isLine(value) && value.includes('@') : isMailAddress(value)),
}

/**
 * Sends e-mail through nodemailer. From `express-otp/transports/nodemailer`.
 *
 * A 4xx or 5xx reply is a definite refusal (after 4xx, and after a failed login, another transport may be tried), as is a
 * server that was never reached; a timeout or a lost connection is uncertain. Messages are marked `Auto-Submitted:
 * auto-generated` (RFC 3834) so that no vacation note answers them, carry no tracking, and read no file and no URL.
 *
 * Throws `OtpError` `ERR_OTP_MISSING_PACKAGE` on delivery when `url` is used without the package `nodemailer`.
 *
 * @example
 * ```ts
 * import { nodemailerTransport } from 'express-otp/transports/nodemailer'
 *
 * const transport = nodemailerTransport({ url: process.env.SMTP_URL ?? '', from: 'Acme <codes@acme.example>' })
 * ```
 */
export function nodemailerTransport(options: NodemailerTransportOptions): Transport {
  checkOptions('nodemailerTransport', options, {
    transporter: having('sendMail'),
    url: smtpUrl,
    from: required(sender),
    timeoutSeconds: TIMEOUT_CHECK,
  })
  const { from, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options
  const transporter = transporterOf(options, timeoutSeconds)

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const mailer = await transporter()
    const info = await timedDelivery({ transport: NAME, signal, seconds: timeoutSeconds, failure: smtpFailure }, (inner) =>
      mailer.sendMail(mail(message, from, inner)),
    )
    return { id: typeof info === 'object' && info !== null ? vendorId(Reflect.get(info, 'messageId')) : undefined }
  }
  return { name: NAME, timeoutSeconds, deliver }
}

function transporterOf(options: NodemailerTransportOptions, timeoutSeconds: number): () => Promise<MailTransporter> {
  const { transporter, url } = options
  if (transporter !== undefined && url !== undefined) throw optionError('nodemailerTransport', 'give `transporter` or `url`, not both')
  if (transporter !== undefined) return async () => transporter
  if (url === undefined) throw optionError('nodemailerTransport', 'option "transporter" or "url" is missing')
  const timeout = timeoutSeconds * 1000
  // A server that does not answer at all is given up before the deadline, while it is still certain that nothing was sent.
  const loading = importNodemailer().then(({ createTransport }) =>
    createTransport({ url, connectionTimeout: timeout / 2, greetingTimeout: timeout / 2, socketTimeout: timeout }),
  )
  // A missing package is worth knowing at start, not at the first login.
  loading.catch((err: unknown) => process.emitWarning(err instanceof Error ? err : String(err)))
  return () => loading
}

function mail(message: Message, from: string | MailAddress, signal: AbortSignal): OutgoingMail {
  return {
    from,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
    signal,
  }
}

function isMailAddress(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const name: unknown = Reflect.get(value, 'name')
  const address: unknown = Reflect.get(value, 'address')
  return (
    typeof name === 'string' && (name === '' || isLine(name)) && typeof address === 'string' && isLine(address) && address.includes('@')
  )
}

function isLine(value: string): boolean {
  return /^[^\p{Cc}\p{Zl}\p{Zp}]{1,320}$/u.test(value)
}
