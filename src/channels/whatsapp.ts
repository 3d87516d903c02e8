import { type Check, checkOptions, having, record, required } from '../options.js'
import type { Channel } from '../ports/channel.js'
import type { Wording } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'
import { callerText } from './caller-text.js'
import { drafter, MESSAGE_CHECKS, type MessageOptions, PLAIN } from './messages/draft.js'
import { matchLanguage } from './messages/match-language.js'
import { templateName } from './messages/own-templates.js'
import type { PhoneNumberOptions } from './phone-number.js'
import { PHONE_NUMBER_CHECKS, phoneNumberParser, requireCountries } from './phone-number.js'

export type { IntentTemplates } from './messages/own-templates.js'

/** A message template that the vendor has approved. */
export interface WhatsAppTemplate {
  /** The name, or the vendor's id of it, e.g. `login_code`. The `templates` may name another for an intent. */
  readonly name: string
  /**
   * The languages in which it was approved, in the vendor's spelling such as `en_US` or `pt_BR`. With several, each person gets the one that
   * suits best, or else the first. @default 'en_US'
   */
  readonly language?: string | readonly string[] | undefined
}

/** Options of {@link whatsappChannel}. */
export interface WhatsAppChannelOptions extends PhoneNumberOptions, MessageOptions {
  /** Who delivers. */
  readonly transport: Transport
  /** The template of category "authentication", whose one parameter is the code. WhatsApp lets a business begin a conversation in no other way. */
  readonly template: WhatsAppTemplate
}

const DEFAULT_LANGUAGE = 'en_US'

const languageCode: Check = {
  allowed: 'a language code such as "en_US", or a list of them',
  accepts: (value) => (Array.isArray(value) ? value.length > 0 && value.every(isLanguageCode) : isLanguageCode(value)),
}

const CHECKS: Readonly<Record<keyof WhatsAppChannelOptions, Check>> = {
  transport: required(having('deliver')),
  ...PHONE_NUMBER_CHECKS,
  ...MESSAGE_CHECKS,
  template: required(record),
}

/**
 * Codes by WhatsApp. Accepts phone numbers, and names the approved template and its language; the vendor words the message. The text that
 * goes along, in the person's language, is for transports that need none. From `express-otp/channels/whatsapp`.
 *
 * @example
 * ```ts
 * import { whatsappChannel } from 'express-otp/channels/whatsapp'
 * import { consoleTransport } from 'express-otp/transports/console'
 *
 * const whatsapp = whatsappChannel({ transport: consoleTransport(), template: { name: 'login_code', language: ['en_US', 'es'] } })
 * ```
 */
export function whatsappChannel(options: WhatsAppChannelOptions): Channel {
  checkOptions('whatsappChannel', options, CHECKS)
  requireCountries('whatsappChannel', options)
  checkOptions('whatsappChannel template', options.template, { name: required(templateName), language: languageCode })
  const { template, transport } = options
  const languages = new Map([template.language ?? DEFAULT_LANGUAGE].flat().map((code) => [code.replaceAll('_', '-'), code]))
  const [first = DEFAULT_LANGUAGE] = languages.values()
  const draft = drafter('whatsappChannel', options)
  return {
    name: 'whatsapp',
    transport,
    parse: phoneNumberParser(options),
    word(wording) {
      const { name, unsaid, whatsapp, words, write } = draft(wording)
      const context = unsaid.map(([field, value]) => `\n${field}: ${value}`).join('')
      const tags = [...languages.keys()]
      const tag = matchLanguage(wording.locale, tags) ?? matchLanguage(regional(name, wording), tags)
      return {
        text: callerText('whatsappChannel', wording)?.join(wording.code) ?? write(words.sms, PLAIN) + context,
        template: { name: whatsapp ?? template.name, language: (tag === undefined ? undefined : languages.get(tag)) ?? first },
        parts: 1,
      }
    },
  }
}

/** The language chosen for the person, as spoken in the number's country: `es` in MX prefers `es_MX` to `es_AR`. */
function regional(name: string, { country }: Wording): string {
  return country === undefined || name.includes('-') ? name : `${name}-${country}`
}

function isLanguageCode(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z]{2,3}(?:_[A-Z][A-Za-z]{1,3}){0,2}$/.test(value)
}
