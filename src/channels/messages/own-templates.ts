import { type Check, checkOptions, list, optionError, record, text } from '../../options.js'
import { isLanguageTag, matchLanguage } from './match-language.js'
import { readOwnTemplate, type Template, type TemplateRules } from './template.js'

/**
 * One text for every language, or one for each: `{ en: '...', 'pt-BR': '...' }`, BCP 47. A language that is not among them keeps the
 * built-in wording.
 */
export type Localized = string | Readonly<Record<string, string>>

/**
 * Texts of your own for one intent. Each may hold `{service}`, `{intent}` (the phrase), `{reference}`, `{lifetime}` ("5 minutes"),
 * `{lifetimeShort}` ("5 min"), `{minutes}` and `{seconds}` (figures), `{code}`, and the fields named in `context`. Any other placeholder
 * is `ERR_OTP_OPTION` at construction, and so is a missing `{code}` in `sms`, `text` and `html`. A channel uses what concerns it, so
 * that one set may be given to all.
 */
export interface IntentTemplates {
  /** Names of the context fields that these texts may hold, as in the `context` of the intent, e.g. `['amount', 'payee']`. @default [] */
  readonly context?: readonly string[] | undefined
  /** What the code is for, after "Your code": `to pay {amount} to {payee}`. May hold `{service}` and context, nothing else. */
  readonly intent?: Localized | undefined
  /** The whole SMS, without its origin-bound last line. */
  readonly sms?: Localized | undefined
  /** Subject of the e-mail, one line; `{code}` only if a locked screen may show it. */
  readonly subject?: Localized | undefined
  /** Plain text of the e-mail. Given without `html`, the message has no HTML part. */
  readonly text?: Localized | undefined
  /** HTML of the e-mail; what is filled in is escaped, the rest is sent as it stands. */
  readonly html?: Localized | undefined
  /** What a call says around the code, which is spelled by itself: no `{code}`. */
  readonly speech?:
    | { readonly prompt?: Localized | undefined; readonly before?: Localized | undefined; readonly after?: Localized | undefined }
    | undefined
  /** Name of the template that the vendor of WhatsApp messages has approved. */
  readonly whatsapp?: string | undefined
}

/** A place for a text of one's own. */
export type Place = 'intent' | 'sms' | 'subject' | 'text' | 'html' | 'prompt' | 'before' | 'after'

/** A text in every language that it was given in. */
interface OwnText {
  readonly everywhere: Template | undefined
  readonly byLanguage: ReadonlyMap<string, Template>
}

/** What {@link readTemplates} makes of the templates of one intent. */
export interface OwnTemplates {
  readonly texts: ReadonlyMap<Place, OwnText>
  readonly whatsapp: string | undefined
}

/** What a vendor may call a template: letters, digits and `_ . : -`. */
export const templateName: Check = text(1, 512, /^[A-Za-z0-9_.:-]*$/, 'a name of letters, digits and _ . : -')

const INTENT = /^(?:[a-z0-9_-]{1,36}|\*)$/

const localized: Check = {
  allowed: 'a text, or an object of texts by language such as { en: "..." }',
  accepts: (value) => isText(value) || (record.accepts(value) && isTextByLanguage(Object.entries(value as object))),
}

const SPEECH: Readonly<Record<string, Check>> = { prompt: localized, before: localized, after: localized }

const CHECKS: Readonly<Record<keyof IntentTemplates, Check>> = {
  context: list(text(1, 36, /^[A-Za-z][A-Za-z0-9_-]*$/), 0, 20),
  intent: localized,
  sms: localized,
  subject: localized,
  text: localized,
  html: localized,
  speech: record,
  whatsapp: templateName,
}

/** Placeholders that every text may hold but where it says so. */
const COMMON = ['service', 'intent', 'reference', 'lifetime', 'lifetimeShort', 'minutes', 'seconds'] as const

const RULES: Readonly<Record<Place, Pick<TemplateRules, 'known' | 'needed' | 'bracesAllowed'>>> = {
  intent: { known: ['service'] },
  sms: { known: [...COMMON, 'code'], needed: ['code'] },
  subject: { known: [...COMMON, 'code'] },
  text: { known: [...COMMON, 'code'], needed: ['code'] },
  html: { known: [...COMMON, 'code'], needed: ['code'], bracesAllowed: true },
  prompt: { known: COMMON },
  before: { known: COMMON },
  after: { known: COMMON },
}

/** Control characters but the line feed never stand in a message (T41); only the bodies of an e-mail and an SMS have several lines. */
export const UNPRINTABLE: Readonly<Record<'lines' | 'line', RegExp>> = {
  lines: /[^\P{Cc}\n]|[\u2028\u2029]/u,
  line: /[\p{Cc}\u2028\u2029]/u,
}

const MAX_SUBJECT_LENGTH = 150

/** Reads the option `templates`, whose keys are intents, and `*` for all others. */
export function readTemplates(owner: string, templates: Readonly<Record<string, IntentTemplates>>): ReadonlyMap<string, OwnTemplates> {
  return new Map(
    Object.entries(templates).map(([intent, given]) => {
      const option = `templates.${intent}`
      if (!INTENT.test(intent)) throw optionError(owner, `option ${JSON.stringify(option)} must be named after an intent, or "*"`)
      checkOptions(`${owner} ${option}`, given, CHECKS)
      const { context = [], speech = {}, whatsapp } = given
      checkOptions(`${owner} ${option}.speech`, speech, SPEECH)
      const places: readonly (readonly [Place, string, Localized | undefined])[] = [
        ...(['intent', 'sms', 'subject', 'text', 'html'] as const).map((place) => [place, place, given[place]] as const),
        ...(['prompt', 'before', 'after'] as const).map((place) => [place, `speech.${place}`, speech[place]] as const),
      ]
      const reserved = context.find((name) => RULES.sms.known.includes(name))
      if (reserved !== undefined) throw optionError(owner, `option "${option}.context" names "${reserved}", which has a meaning of its own`)
      const texts = places.flatMap(([place, name, value]) =>
        value === undefined ? [] : [[place, readText(owner, `${option}.${name}`, place, context, value)] as const],
      )
      return [intent, { texts: new Map(texts), whatsapp }]
    }),
  )
}

/** The text for a language: the one for it, or the one for all, or none. `tags` in the order of preference. */
export function ownText(text: OwnText | undefined, tags: readonly (string | undefined)[]): Template | undefined {
  if (text === undefined || text.everywhere !== undefined) return text?.everywhere
  const names = [...text.byLanguage.keys()]
  for (const tag of tags) {
    const match = matchLanguage(tag, names)
    if (match !== undefined) return text.byLanguage.get(match)
  }
  return undefined
}

function readText(owner: string, option: string, place: Place, context: readonly string[], value: Localized): OwnText {
  const { known, ...rules } = RULES[place]
  const read = (source: string, name: string): Template => {
    const lines = place === 'sms' || place === 'text'
    if (place !== 'html' && UNPRINTABLE[lines ? 'lines' : 'line'].test(source)) {
      throw optionError(owner, `option "${name}" must not contain control characters${lines ? '' : ' or line breaks'}`)
    }
    if (place === 'subject' && source.length > MAX_SUBJECT_LENGTH) {
      throw optionError(owner, `option "${name}" must have at most ${MAX_SUBJECT_LENGTH} characters`)
    }
    return readOwnTemplate(source, { owner, option: name, known: [...known, ...context], ...rules })
  }
  if (typeof value === 'string') return { everywhere: read(value, option), byLanguage: new Map() }
  const byLanguage = Object.entries(value).map(([tag, source]) => [tag, read(source, `${option}.${tag}`)] as const)
  return { everywhere: undefined, byLanguage: new Map(byLanguage) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 100_000
}

function isTextByLanguage(entries: readonly (readonly [string, unknown])[]): boolean {
  return entries.length > 0 && entries.every(([tag, value]) => isLanguageTag(tag) && isText(value))
}
