import { callback, checkOptions, having, optionError, required } from '../options.js'
import type { Channel, Wording } from '../ports/channel.js'
import type { Transport } from '../ports/transport.js'
import type { PhoneNumberOptions } from './phone-number.js'
import { PHONE_NUMBER_CHECKS, phoneNumberParser } from './phone-number.js'
import { smsSegments } from './sms-segments.js'
import { briefSmsText, originBoundLine, smsText } from './sms-text.js'

/** Options of {@link smsChannel}. */
export interface SmsChannelOptions extends PhoneNumberOptions {
  /** Who delivers. */
  readonly transport: Transport
  /**
   * Your own text. It must contain the code and, with the origin-bound last line that is added when a host is configured, fit two
   * segments; a text that does not is an `ERR_OTP_OPTION` when the message is worded. Say the service, the intent and "do not
   * share", and write without markup: nothing is escaped. Default: a short English text of the GSM-7 alphabet.
   */
  readonly text?: ((wording: Wording) => string) | undefined
}

/** Most segments that one code may cost. */
const MAX_PARTS = 2

/**
 * Codes by SMS. Accepts phone numbers, words one short message, and ends it with the line `@host #code` where a host is
 * configured, so that a phone fills the code in on that site only. From `express-otp/channels/sms`.
 *
 * @example
 * ```ts
 * import { smsChannel } from 'express-otp/channels/sms'
 * import { consoleTransport } from 'express-otp/transports/console'
 *
 * const sms = smsChannel({ transport: consoleTransport(), countries: ['US', 'CA'], defaultCountry: 'US' })
 * ```
 */
export function smsChannel(options: SmsChannelOptions): Channel {
  checkOptions('smsChannel', options, { transport: required(having('deliver')), ...PHONE_NUMBER_CHECKS, text: callback })
  const texts = options.text === undefined ? [smsText, briefSmsText] : [ownText(options.text)]
  return {
    name: 'sms',
    transport: options.transport,
    parse: phoneNumberParser(options),
    word(wording) {
      let parts = 0
      for (const write of texts) {
        const text = withOrigin(write(wording), wording)
        parts = smsSegments(text).parts
        if (parts <= MAX_PARTS) return { text, parts }
      }
      throw optionError('smsChannel', `the text takes ${parts} segments of ${MAX_PARTS} allowed; shorten it, the service or the context`)
    },
  }
}

function ownText(text: (wording: Wording) => string): (wording: Wording) => string {
  return function checkedText(wording) {
    const written: unknown = text(wording)
    // The message stays out of the error: it holds the code.
    if (typeof written !== 'string') throw optionError('smsChannel', 'option "text" must return a string')
    if (!written.includes(wording.code)) throw optionError('smsChannel', 'option "text" must return a text that contains the code')
    if (/[^\P{Cc}\n]/u.test(written)) throw optionError('smsChannel', 'option "text" must not return control characters')
    return written
  }
}

function withOrigin(text: string, wording: Wording): string {
  if (wording.host === undefined) return text
  const line = originBoundLine(wording.host, wording.code)
  return text.endsWith(`\n${line}`) ? text : `${text}\n\n${line}`
}
