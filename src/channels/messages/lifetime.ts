import type { Locale, LocaleName } from './locales.js'

const rules = new Map<LocaleName, Intl.PluralRules>()

/**
 * A lifetime in words, e.g. "5 minutes": rounded down to whole minutes, so that no message promises more than is true. Under a minute,
 * seconds.
 */
export function lifetime(ttlSeconds: number, name: LocaleName, words: Locale): string {
  const { count, unit } = measured(ttlSeconds)
  const last = said.get(name)
  if (last?.count === count && last.unit === unit) return last.text
  const forms = words[unit]
  const text = counted(forms[pluralRules(name).select(count)] ?? forms.other, count)
  said.set(name, { count, unit, text })
  return text
}

/** What was said last in each language: one message says it several times, and so does the next. */
const said = new Map<LocaleName, { readonly count: number; readonly unit: Unit; readonly text: string }>()

type Unit = 'minutes' | 'seconds'

/** The same in as few characters as the language has for it: "5 min". */
export function shortLifetime(ttlSeconds: number, words: Locale): string {
  const { count, unit } = measured(ttlSeconds)
  return counted(unit === 'minutes' ? words.minutesShort : words.secondsShort, count)
}

/** Minutes as a figure: whole ones, and tenths under one minute, always rounded down. */
export function minutes(ttlSeconds: number): string {
  return String(ttlSeconds < 60 ? Math.floor(ttlSeconds / 6) / 10 : Math.floor(ttlSeconds / 60))
}

function measured(ttlSeconds: number): { readonly count: number; readonly unit: Unit } {
  return ttlSeconds < 60 ? { count: ttlSeconds, unit: 'seconds' } : { count: Math.floor(ttlSeconds / 60), unit: 'minutes' }
}

function counted(form: string, count: number): string {
  return form.replace('{count}', String(count))
}

function pluralRules(name: LocaleName): Intl.PluralRules {
  const known = rules.get(name)
  if (known !== undefined) return known
  const made = new Intl.PluralRules(name)
  rules.set(name, made)
  return made
}
