import { type Check, optionError, record } from '../../options.js'
import type { Wording } from '../../ports/message.js'
import { countryLanguage } from './country-languages.js'
import { intentWords, phraseName } from './intent-phrases.js'
import { lifetime, minutes, shortLifetime } from './lifetime.js'
import { LOCALES, type Locale, type LocaleName, loadLocale } from './locales.js'
import { isLanguageTag, matchLanguage } from './match-language.js'
import { type IntentTemplates, type OwnTemplates, ownText, type Place, readTemplates } from './own-templates.js'
import { fill, readTemplate, type Template } from './template.js'

/** Options that every channel has for its words. */
export interface MessageOptions {
  /**
   * Language of people who ask for none and whose number tells none, BCP 47. The order is: the language asked for, the language of the
   * number's country, this. Of about thirty languages the wording is built in; for any other it is English.
   * @default 'en'
   */
  readonly locale?: string | undefined
  /** Texts of your own, by intent; `*` stands for every intent without its own. @default {} */
  readonly templates?: Readonly<Record<string, IntentTemplates>> | undefined
}

/** How the options of {@link MessageOptions} are checked; the templates further by {@link drafter}. */
export const MESSAGE_CHECKS: Readonly<Record<keyof MessageOptions, Check>> = {
  locale: { allowed: 'a BCP 47 language tag such as "en" or "pt-BR"', accepts: isLanguageTag },
  templates: record,
}

/** How a medium writes. */
export interface Ink {
  /** Writes what stands in the built-in wording. */
  readonly literal: (text: string) => string
  /** Writes what is filled in. */
  readonly value: (text: string) => string
  /** Writes what stands in a text of the application's own. Default: `literal`. */
  readonly own?: ((text: string) => string) | undefined
}

/** Writes as it is. */
export const PLAIN: Ink = { literal: (text) => text, value: (text) => text }

/** One message to be written in one language. */
export interface Draft {
  /** The built-in wording chosen. */
  readonly name: LocaleName
  readonly words: Locale
  /** Context that the intent's phrase does not say, name and value, in the order given. */
  readonly unsaid: readonly (readonly [string, string])[]
  /** Writes a built-in text. `briefly` puts the unsaid context behind the intent; `tersely` says of a payment the amount and the payee alone. */
  write(source: string, ink: Ink, manner?: 'briefly' | 'tersely'): string
  /** Writes the application's own text for a place, if it has one in this language. */
  writeOwn(place: Place, ink: Ink): string | undefined
  /** The vendor's template for the intent, if the application named one. */
  readonly whatsapp: string | undefined
}

/** What is filled in but belongs to the wording. */
const WORDS: ReadonlySet<string> = new Set(['lifetime', 'lifetimeShort'])

const TERSE_PAYMENT = readTemplate('{amount}, {payee}')

const NOTHING: Readonly<Record<string, string>> = {}

/** Makes the writer of one channel. `speaks` limits the built-in languages, e.g. to those that a vendor's voices have. */
export function drafter(
  owner: string,
  options: MessageOptions,
  speaks: (name: LocaleName) => boolean = () => true,
): (wording: Wording) => Draft {
  const templates = readTemplates(owner, options.templates ?? {})
  const fallback = matchLanguage(options.locale, LOCALES) ?? 'en'
  // Read at once: a package without its files fails at start, not at the first message.
  loadLocale(fallback)

  return function draft(wording) {
    const { context = NOTHING } = wording
    const choices = [matchLanguage(wording.locale, LOCALES), countryLanguage(wording.country), fallback]
    const name = choices.find((choice) => choice !== undefined && speaks(choice)) ?? fallback
    const words = loadLocale(name)
    const tags = [wording.locale, name]
    const own = (place: Place): Template | undefined =>
      ownText(templates.get(wording.intent)?.texts.get(place), tags) ?? ownText(templates.get('*')?.texts.get(place), tags)
    const builtIn = phraseName(wording.intent, context)
    const payment = builtIn === 'pay' ? builtInTemplate(words.intents.pay) : undefined
    const phrase = own('intent') ?? payment ?? builtInTemplate(words.intents[builtIn])
    const common = (field: string): string | undefined => commonValue(field, wording, name, words)
    const unsaid = Object.entries(context).filter(([field]) => common(field) !== undefined || !mentions(phrase, field))

    const writing = (template: Template, ink: Ink, literal: Ink['literal'], manner?: 'briefly' | 'tersely'): string => {
      const value = (field: string): string => {
        const known = common(field) ?? context[field]
        if (known === undefined) throw optionError(owner, `the templates of "${wording.intent}" name "${field}", which its context has not`)
        return (WORDS.has(field) ? ink.literal : ink.value)(known)
      }
      const intent = (): string => {
        const behind = manner === undefined ? '' : unsaid.map(([, text]) => `, ${ink.value(text)}`).join('')
        return fill(manner === 'tersely' && phrase === payment ? TERSE_PAYMENT : phrase, value, ink.literal) + behind
      }
      return fill(template, (field) => (field === 'intent' ? intent() : value(field)), literal)
    }
    return {
      name,
      words,
      unsaid,
      write: (source, ink, manner) => writing(builtInTemplate(source), ink, ink.literal, manner),
      writeOwn: (place, ink) => {
        const template = own(place)
        return template === undefined ? undefined : writing(template, ink, ink.own ?? ink.literal)
      },
      whatsapp: whatsappOf(templates, wording.intent),
    }
  }
}

/** What every text may say; `undefined` for a name that means nothing here. */
function commonValue(field: string, wording: Wording, name: LocaleName, words: Locale): string | undefined {
  switch (field) {
    case 'code':
      return wording.code
    case 'service':
      return wording.service
    case 'reference':
      return wording.reference
    case 'name':
      return intentWords(wording.intent)
    case 'lifetime':
      return lifetime(wording.ttlSeconds, name, words)
    case 'lifetimeShort':
      return shortLifetime(wording.ttlSeconds, words)
    case 'minutes':
      return minutes(wording.ttlSeconds)
    case 'seconds':
      return String(wording.ttlSeconds)
    default:
      return undefined
  }
}

/** Texts of the built-in wording, read once: there are no more than the languages have. */
const builtIns = new Map<string, Template>()

function builtInTemplate(source: string): Template {
  const known = builtIns.get(source)
  if (known !== undefined) return known
  const template = readTemplate(source)
  builtIns.set(source, template)
  return template
}

function mentions(template: Template, field: string): boolean {
  return template.some((part) => typeof part !== 'string' && part.name === field)
}

function whatsappOf(templates: ReadonlyMap<string, OwnTemplates>, intent: string): string | undefined {
  return templates.get(intent)?.whatsapp ?? templates.get('*')?.whatsapp
}
