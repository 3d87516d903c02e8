import { type Check, checkOptions, flag, having, integer, list, oneOf, optionError, required, text } from '../options.js'
import type { Channel } from '../ports/channel.js'
import type { Speech } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'
import { callerText } from './caller-text.js'
import { drafter, MESSAGE_CHECKS, type MessageOptions, PLAIN } from './messages/draft.js'
import { LOCALES } from './messages/locales.js'
import { matchLanguage } from './messages/match-language.js'
import type { PhoneNumberOptions } from './phone-number.js'
import { PHONE_NUMBER_CHECKS, phoneNumberParser, requireCountries } from './phone-number.js'
import { spell } from './spell.js'
import { voiceBook, voiceFor, wishedVoice } from './voices.js'

export type { IntentTemplates } from './messages/own-templates.js'

/** Options of {@link callChannel}. */
export interface CallChannelOptions extends PhoneNumberOptions, MessageOptions {
  /** Who calls. */
  readonly transport: Transport
  /**
   * Whether the code is said only after a key was pressed, so that no voicemail records it (T33). Turning it off is for vendors that
   * cannot ask for a key. @default true
   */
  readonly requireKeypress?: boolean | undefined
  /** @default 'female' */
  readonly gender?: 'female' | 'male' | undefined
  /** How often the code is spoken, 1 to 5. @default 2 */
  readonly times?: number | undefined
  /**
   * The voices that the vendor has, BCP 47 such as `en-GB`, or `es-LA` for Latin America. A person whose language is not among them
   * gets the next choice: the language of the number's country, then `locale`. Default: one voice or two for each built-in language.
   */
  readonly voices?: readonly string[] | undefined
}

/** Defaults of {@link CallChannelOptions}. */
const DEFAULTS: Pick<Speech, 'gender' | 'requireKeypress' | 'times'> = { gender: 'female', requireKeypress: true, times: 2 }

const CHECKS: Readonly<Record<keyof CallChannelOptions, Check>> = {
  transport: required(having('deliver')),
  ...PHONE_NUMBER_CHECKS,
  ...MESSAGE_CHECKS,
  requireKeypress: flag,
  gender: oneOf('female', 'male'),
  times: integer(1, 5),
  voices: list(text(2, 35, /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'a language tag such as "en-GB"'), 1, 200),
}

/**
 * Codes by voice call. Accepts phone numbers, and says the code character by character, slowly and twice, after a key was pressed. From
 * `express-otp/channels/call`.
 *
 * @example
 * ```ts
 * import { callChannel } from 'express-otp/channels/call'
 * import { consoleTransport } from 'express-otp/transports/console'
 *
 * const call = callChannel({ transport: consoleTransport(), countries: ['US', 'CA'], defaultCountry: 'US' })
 * ```
 */
export function callChannel(options: CallChannelOptions): Channel {
  checkOptions('callChannel', options, CHECKS)
  requireCountries('callChannel', options)
  const { locale: fallback, transport } = options
  const book = voiceBook(options.voices)
  if (voiceFor(book, matchLanguage(fallback, LOCALES) ?? 'en', { locale: undefined, fallback }) === undefined) {
    throw optionError(
      'callChannel',
      `option "voices" has none for the language of last resort, "${fallback ?? 'en'}"; name it, or set "locale"`,
    )
  }
  const { gender, requireKeypress, times } = {
    gender: options.gender ?? DEFAULTS.gender,
    requireKeypress: options.requireKeypress ?? DEFAULTS.requireKeypress,
    times: options.times ?? DEFAULTS.times,
  }
  const draft = drafter('callChannel', options, (name) => book.has(name))
  return {
    name: 'call',
    transport,
    parse: phoneNumberParser(options),
    word(wording) {
      const wish = wishedVoice(book, wording.voice?.language)
      const { name, words, write, writeOwn } = draft(wish === undefined ? wording : { ...wording, locale: wish })
      const pieces = callerText('callChannel', wording)
      const spelled = spell(wording.code, words)
      const [before, after] =
        pieces === undefined
          ? [
              writeOwn('before', PLAIN) ?? write(words.speech.before, PLAIN, 'briefly'),
              writeOwn('after', PLAIN) ?? write(words.speech.after, PLAIN),
            ]
          : aroundTheCode(pieces, spelled)
      const speech: Speech = {
        language: wish ?? voiceFor(book, name, { ...wording, fallback }) ?? name,
        gender: wording.voice?.gender ?? gender,
        prompt: writeOwn('prompt', PLAIN) ?? write(words.speech.prompt, PLAIN),
        requireKeypress,
        before,
        spelled,
        after,
        times,
      }
      return { text: pieces?.join(wording.code) ?? `${before} ${wording.code}. ${after}`, speech, parts: 1 }
    },
  }
}

/** What closed the sentence that the code stood in. After the pause behind the code a voice might name it. */
const CLOSING = /^[\s.,:;!?\u060c\u06d4\u0964\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]+/

/** What is said before and after the code; where it stands once more, it is spelled there too. */
function aroundTheCode([before, ...after]: readonly [string, ...string[]], spelled: readonly string[]): readonly [string, string] {
  const oneLine = (said: string): string => said.replace(/\s+/g, ' ').trim()
  return [oneLine(before), oneLine(after.join(` ${spelled.join(', ')} `)).replace(CLOSING, '')]
}
