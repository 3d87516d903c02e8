import { type Check, callback, checkOptions, flag, having, optionError, required, text } from '../options.js'
import type { Channel } from '../ports/channel.js'
import type { Worded, Wording } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'
import { callerText, MAX_CALLER_PARTS } from './caller-text.js'
import { withLastLines } from './last-lines.js'
import { type Draft, drafter, type Ink, MESSAGE_CHECKS, type MessageOptions, PLAIN } from './messages/draft.js'
import type { PhoneNumberOptions } from './phone-number.js'
import { PHONE_NUMBER_CHECKS, phoneNumberParser, requireCountries } from './phone-number.js'
import { plainLetters } from './plain-letters.js'
import { smsSegments } from './sms-segments.js'

export type { IntentTemplates } from './messages/own-templates.js'
export { smsSegments } from './sms-segments.js'

/** Options of {@link smsChannel}. */
export interface SmsChannelOptions extends PhoneNumberOptions, MessageOptions {
  /** Who delivers. */
  readonly transport: Transport
  /**
   * Your own text, for every intent without an `sms` among the `templates`. It must contain the code and, with the lines that are added
   * for phones, fit two segments; a text that does not is an `ERR_OTP_OPTION` when the message is worded. Say the service, the intent and
   * "do not share", and write without markup: nothing is escaped. Default: a short text in the person's language.
   */
  readonly text?: ((wording: Wording) => string) | undefined
  /**
   * The hash of your Android app, 11 characters of `A-Z a-z 0-9 + /`, by which SMS Retriever hands the message to that app. It stands
   * before the line `@host #code`, or last without a host. Google asks for at most 140 bytes, so the wording is then kept to one segment
   * where it can be. @see https://developers.google.com/identity/sms-retriever/verify
   */
  readonly androidAppHash?: string | undefined
  /**
   * Writes the wording without the accents that the GSM 7-bit alphabet lacks ("codigo"), so that a segment holds 160 characters
   * and not 70 in languages of the Latin script. The service's name and context stay as they are. @default false
   */
  readonly withoutAccents?: boolean | undefined
}

/** Most segments that one code may cost in our own words, or those of the application. */
const MAX_PARTS = 2

const WITHOUT_ACCENTS: Ink = { literal: plainLetters, value: PLAIN.value }

const CHECKS: Readonly<Record<keyof SmsChannelOptions, Check>> = {
  transport: required(having('deliver')),
  ...PHONE_NUMBER_CHECKS,
  ...MESSAGE_CHECKS,
  text: callback,
  androidAppHash: text(11, 11, /^[A-Za-z0-9+/]*$/, 'the 11 characters of an app hash'),
  withoutAccents: flag,
}

/**
 * Codes by SMS. Accepts phone numbers that are not certainly landlines, words one short message, and ends it with the line `@host #code` where a host is
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
  checkOptions('smsChannel', options, CHECKS)
  requireCountries('smsChannel', options)
  const { androidAppHash, transport } = options
  const draft = drafter('smsChannel', options)
  const ink = options.withoutAccents === true ? WITHOUT_ACCENTS : PLAIN
  const own = options.text === undefined ? undefined : checkedText(options.text)
  const wantedParts = androidAppHash === undefined ? MAX_PARTS : 1
  return {
    name: 'sms',
    transport,
    parse: phoneNumberParser(options, { landlines: 'refused' }),
    word(wording) {
      const pieces = callerText('smsChannel', wording)
      // Exactly as the caller has it, who pays for the segments that it takes: no last lines, nothing shortened.
      if (pieces !== undefined) return withinCallersParts(sized(pieces.join(wording.code)))
      const finished = (words: string): Sized => sized(withLastLines(words, wording, androidAppHash))
      const message = firstWithin(wantedParts, waysToSay(draft(wording), wording, ink, own), finished)
      if (message.parts <= MAX_PARTS) return message
      // A message that says everything in English is better than none; its letters take less than half the room of other scripts.
      const english =
        own === undefined ? firstWithin(MAX_PARTS, waysToSay(draft({ ...wording, locale: 'en' }), wording, ink, own), finished) : message
      if (english.parts <= MAX_PARTS) return english
      const problem = `the text takes ${message.parts} segments of ${MAX_PARTS} allowed`
      throw optionError('smsChannel', `${problem}; shorten it, the service or the context`)
    },
  }
}

type Sized = Pick<Worded, 'text' | 'parts'>

function sized(text: string): Sized {
  return { text, parts: smsSegments(text).parts }
}

function withinCallersParts(message: Sized): Sized {
  if (message.parts <= MAX_CALLER_PARTS) return message
  throw optionError('smsChannel', `a text of the caller takes ${message.parts} segments of ${MAX_CALLER_PARTS} allowed`)
}

/** The first way that takes no more segments, or else the one that takes the fewest. */
function firstWithin(parts: number, ways: readonly (() => string)[], finished: (words: string) => Sized): Sized {
  let shortest: Sized = { text: '', parts: Number.POSITIVE_INFINITY }
  for (const say of ways) {
    const message = finished(say())
    if (message.parts <= parts) return message
    if (message.parts < shortest.parts) shortest = message
  }
  return shortest
}

/** Ways to say it, the best first. */
function waysToSay(
  { unsaid, words, write, writeOwn }: Draft,
  wording: Wording,
  ink: Ink,
  own: ((wording: Wording) => string) | undefined,
): readonly (() => string)[] {
  const only = writeOwn('sms', ink) ?? own?.(wording)
  if (only !== undefined) return [() => only]
  return [
    () => write(words.sms, ink) + unsaid.map(([field, value]) => `\n${field}: ${value}`).join(''),
    () => write(words.smsBrief, ink, 'briefly'),
    () => write(words.smsBrief, WITHOUT_ACCENTS, 'briefly'),
    () => write(words.smsBrief, WITHOUT_ACCENTS, 'tersely'),
  ]
}

function checkedText(write: (wording: Wording) => string): (wording: Wording) => string {
  return function checked(wording) {
    const written: unknown = write(wording)
    // The message stays out of the error: it holds the code.
    if (typeof written !== 'string') throw optionError('smsChannel', 'option "text" must return a string')
    if (!written.includes(wording.code)) throw optionError('smsChannel', 'option "text" must return a text that contains the code')
    if (/[^\P{Cc}\n]/u.test(written)) throw optionError('smsChannel', 'option "text" must not return control characters')
    return written
  }
}
