import type { OtpError } from '../errors.js'
import { deliveryError } from './delivery-error.js'
import { neverConnected } from './never-connected.js'

/** Failures before a message is offered, and no fault of the message. */
const BEFORE_THE_MESSAGE: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'EPROXY'])
/** The mail was refused on this side. */
const NEVER_OFFERED: ReadonlySet<string> = new Set(['EENVELOPE', 'ECONFIG', 'EFILEACCESS', 'EURLACCESS'])
const SETUP_TIMEOUTS: ReadonlySet<unknown> = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT'])

/**
 * Reduces what nodemailer threw, which quotes the recipient and the server's words, to a delivery error. `command` is not
 * looked at: nodemailer says `CONN` also for a connection that was lost after the message was handed over.
 */
export function smtpFailure(err: unknown): OtpError {
  const transport = 'nodemailer'
  const field = (name: string): unknown => (typeof err === 'object' && err !== null ? Reflect.get(err, name) : undefined)
  const code = field('code')
  const errorCode = typeof code === 'string' ? code : undefined
  const reply = field('responseCode')
  const beforeTheMessage = errorCode !== undefined && BEFORE_THE_MESSAGE.has(errorCode)
  if (typeof reply === 'number' && reply >= 400 && reply <= 599) {
    return deliveryError({ transport, status: reply, errorCode, retryable: reply < 500 || beforeTheMessage, uncertain: false })
  }
  const connect = neverConnected(err)
  if (connect !== undefined) return deliveryError({ transport, errorCode: connect, retryable: true, uncertain: false })
  const retryable = beforeTheMessage || SETUP_TIMEOUTS.has(field('timeoutType'))
  const neverOffered = errorCode !== undefined && NEVER_OFFERED.has(errorCode)
  return deliveryError({ transport, errorCode, retryable, uncertain: !retryable && !neverOffered })
}
