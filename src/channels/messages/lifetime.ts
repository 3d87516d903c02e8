import type { Locale, LocaleName } from './locales.js'

const rules = new Map<LocaleName, Intl.PluralRules>()

/**
 * A lifetime in words, e.g. "5 minutes": rounded down to whole minutes, so that no message promises more than is true. Under a minute,
 * seconds.
 */
export function lifetime(ttlSeconds: number, name: LocaleName, words: Locale): string {
  const { count, unit } = measured(ttlSeconds)
  const forms = words[unit]
  return counted(forms[pluralRules(name).select(count)] ?? forms.other, count)
}

/** The same in as few characters as the language has for it: "5 min". */
export function shortLifetime(ttlSeconds: number, words: Locale): string {
  const { count, unit } = measured(ttlSeconds)
  return counted(unit === 'minutes' ? words.minutesShort : words.secondsShort, count)
}

/** Minutes as a figure: whole ones, and tenths under one minute, always rounded down. */
export function minutes(ttlSeconds: number): string {
  return String(ttlSeconds < 60 ? Math.floor(ttlSeconds / 6) / 10 : Math.floor(ttlSeconds / 60))
}

function measured(ttlSeconds: number): { readonly count: number; readonly unit: 'minutes' | 'seconds' } {
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
