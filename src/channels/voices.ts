import { LOCALES, type LocaleName } from './messages/locales.js'
import { matchLanguage } from './messages/match-language.js'

/**
 * Voices by language, BCP 47, the usual one first. `es-LA` is what vendors call the Spanish of Latin America. The languages of Octopush's
 * voice calls are all here.
 */
const VOICES: Readonly<Record<LocaleName, readonly [string, ...string[]]>> = {
  ar: ['ar-SA'],
  cs: ['cs-CZ'],
  da: ['da-DK'],
  de: ['de-DE'],
  el: ['el-GR'],
  en: ['en-US', 'en-GB'],
  es: ['es-ES', 'es-LA'],
  fi: ['fi-FI'],
  fr: ['fr-FR'],
  he: ['he-IL'],
  hi: ['hi-IN'],
  hu: ['hu-HU'],
  id: ['id-ID'],
  it: ['it-IT'],
  ja: ['ja-JP'],
  ko: ['ko-KR'],
  nb: ['nb-NO'],
  nl: ['nl-NL'],
  pl: ['pl-PL'],
  pt: ['pt-PT'],
  'pt-BR': ['pt-BR'],
  ro: ['ro-RO'],
  ru: ['ru-RU'],
  sv: ['sv-SE'],
  th: ['th-TH'],
  tr: ['tr-TR'],
  uk: ['uk-UA'],
  vi: ['vi-VN'],
  'zh-Hans': ['zh-CN'],
  'zh-Hant': ['zh-TW'],
}

/** Where English is spoken rather as in the United States. Everywhere else the British voice is the nearer one. */
const AMERICAN: ReadonlySet<string> = new Set(['US', 'CA', 'PH', 'PR', 'VI', 'GU', 'AS', 'MP', 'LR'])
const EUROPEAN_SPANISH: ReadonlySet<string> = new Set(['ES', 'AD', 'GQ'])

/** Where a person is from, as far as the tag asked for, the number or the channel's own language tell. */
export interface Whereabouts {
  readonly locale: string | undefined
  readonly country?: string | undefined
  readonly fallback: string | undefined
}

/** Voices by the built-in language that they speak. */
export type VoiceBook = ReadonlyMap<LocaleName, readonly string[]>

/** Sorts the voices that a vendor has by language; without any, every voice of the table. */
export function voiceBook(voices: readonly string[] | undefined): VoiceBook {
  const book = new Map<LocaleName, string[]>()
  for (const voice of voices ?? Object.values(VOICES).flat()) {
    const name = matchLanguage(voice, LOCALES)
    if (name !== undefined) book.set(name, [...(book.get(name) ?? []), voice])
  }
  return book
}

/** The voice for a language, in the accent of where the person is from if there is one; `undefined` where no voice speaks it. */
export function voiceFor(book: VoiceBook, name: LocaleName, from: Whereabouts): string | undefined {
  const offered = book.get(name)
  const wanted = accent(name, from)
  return offered?.find((voice) => voice === wanted) ?? offered?.[0]
}

/**
 * The voice that a caller names, or else one of its language in the nearest accent; `undefined` where none of the book speaks that language. `es-LA`
 * names the Spanish of Latin America, whatever the book calls it.
 */
export function wishedVoice(book: VoiceBook, language: string | undefined): string | undefined {
  const name = matchLanguage(language, LOCALES)
  if (language === undefined || name === undefined) return undefined
  const offered = book.get(name)
  const named = offered?.find((voice) => voice.toLowerCase() === language.toLowerCase())
  return named ?? voiceFor(book, name, { locale: language, fallback: undefined })
}

function accent(name: LocaleName, from: Whereabouts): string {
  const [usual, other] = VOICES[name]
  if (other === undefined) return usual
  const region = regionOf(from.locale, name) ?? from.country ?? regionOf(from.fallback, name)
  if (region === undefined) return usual
  const isUsual = name === 'en' ? AMERICAN.has(region) : EUROPEAN_SPANISH.has(region)
  return isUsual ? usual : other
}

/** The region that a tag of this language names. */
function regionOf(tag: string | undefined, name: LocaleName): string | undefined {
  return tag === undefined || matchLanguage(tag, [name]) === undefined ? undefined : new Intl.Locale(tag).region
}
