import { type Check, callback, checkOptions, flag, having, optionError, required } from '../options.js'
import type { Channel } from '../ports/channel.js'
import type { Worded, Wording } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'
import { callerText } from './caller-text.js'
import { callerHtml, emailHtml, HTML } from './email-html.js'
import { emailText } from './email-text.js'
import { parseMailbox } from './mailbox.js'
import { type Draft, drafter, MESSAGE_CHECKS, type MessageOptions, PLAIN } from './messages/draft.js'
import { stencilled } from './stencil.js'

export type { IntentTemplates } from './messages/own-templates.js'

/**
 * Options of {@link emailChannel}. Own words that break their rule are an `ERR_OTP_OPTION` when the message is worded. For an intent that
 * has a text of its kind among the `templates`, that one is used.
 */
export interface EmailChannelOptions extends MessageOptions {
  /** Who delivers. */
  readonly transport: Transport
  /**
   * Your own subject: one line of 1 to 150 characters. Leave the code out, a locked screen shows it. Default: names the service and the
   * reference in the person's language.
   */
  readonly subject?: ((wording: Wording) => string) | undefined
  /** Puts the code into the built-in subject, where a locked screen shows it. @default false */
  readonly codeInSubject?: boolean | undefined
  /** Your own plain text; must contain the code. Given without `html`, the message has no HTML part. Default: a short text in the person's language. */
  readonly text?: ((wording: Wording) => string) | undefined
  /** Your own HTML; must contain the code. Escape every value yourself. Default: the default text as simple HTML. */
  readonly html?: ((wording: Wording) => string) | undefined
}

const CHECKS: Readonly<Record<keyof EmailChannelOptions, Check>> = {
  transport: required(having('deliver')),
  ...MESSAGE_CHECKS,
  subject: callback,
  codeInSubject: flag,
  text: callback,
  html: callback,
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
  checkOptions('emailChannel', options, CHECKS)
  const draft = drafter('emailChannel', options)
  const own = {
    subject: options.subject === undefined ? undefined : ownSubject(options.subject),
    text: options.text === undefined ? undefined : ownBody('text', options.text),
    html: options.html === undefined ? undefined : ownBody('html', options.html),
  }
  const builtIn = (words: Draft['words']): string => (options.codeInSubject === true ? words.subjectWithCode : words.subject)
  function write(wording: Wording): Worded {
    const letter = draft(wording)
    const subject = letter.writeOwn('subject', PLAIN) ?? own.subject?.(wording) ?? letter.write(builtIn(letter.words), PLAIN)
    const hidesCode = !subject.includes(wording.code)
    const pieces = callerText('emailChannel', wording)
    if (pieces !== undefined) {
      return { subject, text: pieces.join(wording.code), html: callerHtml(letter, subject, pieces, { hidesCode }), parts: 1 }
    }
    const text = letter.writeOwn('text', PLAIN) ?? own.text?.(wording)
    const html = letter.writeOwn('html', HTML) ?? own.html?.(wording)
    return {
      subject,
      text: text ?? emailText(letter),
      // No HTML beside a text of one's own: it would say something else.
      html: html ?? (text === undefined ? emailHtml(letter, subject, { hidesCode }) : undefined),
      parts: 1,
    }
  }
  const isOwn = Object.values(own).some((one) => one !== undefined) || Object.keys(options.templates ?? {}).length > 0
  const print = stencilled(write)
  return {
    name: 'email',
    transport: options.transport,
    parse: parseMailbox,
    word: (wording) => (isOwn || wording.text !== undefined || wording.context !== undefined ? write(wording) : print(wording)),
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
