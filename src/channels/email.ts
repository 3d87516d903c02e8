import { callback, checkOptions, having, optionError, required } from '../options.js'
import type { Channel, Wording } from '../ports/channel.js'
import type { Transport } from '../ports/transport.js'
import { emailHtml, emailSubject, emailText } from './email-wording.js'
import { parseMailbox } from './mailbox.js'

/** Options of {@link emailChannel}. Own words that break their rule are an `ERR_OTP_OPTION` when the message is worded. */
export interface EmailChannelOptions {
  /** Who delivers. */
  readonly transport: Transport
  /**
   * Your own subject: one line of 1 to 150 characters. Leave the code out, a locked screen shows it. Default:
   * `Your <service> code (<reference>)`.
   */
  readonly subject?: ((wording: Wording) => string) | undefined
  /** Your own plain text; must contain the code. Given without `html`, the message has no HTML part. Default: a short English text. */
  readonly text?: ((wording: Wording) => string) | undefined
  /** Your own HTML; must contain the code. Escape every value yourself. Default: the default text as simple HTML. */
  readonly html?: ((wording: Wording) => string) | undefined
}

/**
 * Codes by e-mail. Accepts one bare mailbox and words a message in plain text and HTML. From `express-otp/channels/email`.
 *
 * @example
 * ```ts
 * import { emailChannel } from 'express-otp/channels/email'
 * import { consoleTransport } from 'express-otp/transports/console'
 *
 * const email = emailChannel({ transport: consoleTransport() })
 * ```
 */
export function emailChannel(options: EmailChannelOptions): Channel {
  checkOptions('emailChannel', options, { transport: required(having('deliver')), subject: callback, text: callback, html: callback })
  const subject = options.subject === undefined ? emailSubject : ownSubject(options.subject)
  const text = options.text === undefined ? emailText : ownBody('text', options.text)
  const html = options.html === undefined ? (options.text === undefined ? emailHtml : undefined) : ownBody('html', options.html)
  return {
    name: 'email',
    transport: options.transport,
    parse: parseMailbox,
    word: (wording) => ({ subject: subject(wording), text: text(wording), html: html?.(wording), parts: 1 }),
  }
}

function ownSubject(write: (wording: Wording) => string): (wording: Wording) => string {
  return function checkedSubject(wording) {
    const written: unknown = write(wording)
    if (typeof written !== 'string' || !/^[^\p{Cc}\p{Zl}\p{Zp}]{1,150}$/u.test(written)) {
      throw optionError('emailChannel', 'option "subject" must return one line of 1 to 150 characters')
    }
    return written
  }
}

function ownBody(name: 'text' | 'html', write: (wording: Wording) => string): (wording: Wording) => string {
  return function checkedBody(wording) {
    const written: unknown = write(wording)
    // The message stays out of the error: it holds the code.
    if (typeof written !== 'string' || !written.includes(wording.code)) {
      throw optionError('emailChannel', `option "${name}" must return a string that contains the code`)
    }
    return written
  }
}
