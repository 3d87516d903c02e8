import { readLocale } from './read-locale.js'

/** Languages with built-in wording, BCP 47. */
export const LOCALES = [
  'ar',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'fi',
  'fr',
  'he',
  'hi',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nb',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'ro',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const

/** One of {@link LOCALES}. */
export type LocaleName = (typeof LOCALES)[number]

/** What a built-in phrase is about; `pay` names an amount and a payee, `payment` does not, `other` names the intent itself. */
export type PhraseName = 'login' | 'signup' | 'verify' | 'password' | 'pay' | 'payment' | 'other'

/** Forms of a count, by the plural categories that the language has (CLDR). */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

/** The wording of one language, as its JSON file holds it. */
export interface Locale {
  /** The language's own name. */
  readonly name: string
  readonly direction: 'ltr' | 'rtl'
  readonly minutes: Plural
  readonly seconds: Plural
  readonly minutesShort: string
  readonly secondsShort: string
  readonly intents: Readonly<Record<PhraseName, string>>
  readonly sms: string
  readonly smsBrief: string
  readonly subject: string
  readonly subjectWithCode: string
  readonly lead: string
  readonly validity: string
  readonly mark: string
  readonly warning: string
  readonly speech: { readonly prompt: string; readonly before: string; readonly after: string; readonly small: string }
  /** How a voice names a character. Letters name themselves. */
  readonly characters: Readonly<Record<string, string>>
  /** What to say of a refusal; `attempts` is said behind `invalid_code`. */
  readonly problems: Readonly<Record<ProblemName, string>> & { readonly attempts: Plural }
}

/** Refusals that have a sentence for people: reasons, and reasons of fields. */
export type ProblemName =
  | 'invalid_code'
  | 'expired'
  | 'no_pending_challenge'
  | 'too_many_attempts'
  | 'rate_limited'
  | 'delivery_failed'
  | 'temporarily_unavailable'
  | 'human_check_required'
  | 'invalid_phone_number'
  | 'invalid_email_address'
  | 'country_not_served'
  | 'not_an_sms_number'
  | 'invalid_request'

const loaded = new Map<LocaleName, Locale>()

/** The wording of a language, read from its file the first time it is needed. */
export function loadLocale(name: LocaleName): Locale {
  const known = loaded.get(name)
  if (known !== undefined) return known
  // A file of this package; test/channels/locales.test.ts holds each to the interface.
  const locale = readLocale(name) as Locale
  loaded.set(name, locale)
  return locale
}
