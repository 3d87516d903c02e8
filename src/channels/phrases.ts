import type { Wording } from '../ports/channel.js'

/** The intent as words: `change_password` reads "change password". */
export function intentPhrase(intent: string): string {
  return intent.replace(/[_-]+/g, ' ')
}

/** A lifetime rounded down to whole minutes, so that no message promises more than is true. Under a minute, seconds. */
export function lifetime(ttlSeconds: number): { readonly count: number; readonly unit: 'minute' | 'second' } {
  return ttlSeconds < 60 ? { count: ttlSeconds, unit: 'second' } : { count: Math.floor(ttlSeconds / 60), unit: 'minute' }
}

/** What is being approved, name and value, in the order given. */
export function contextEntries(wording: Wording): readonly (readonly [string, string])[] {
  return Object.entries(wording.context ?? {})
}
