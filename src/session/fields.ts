import type { FieldError } from '../core/results.js'
import { CHANNEL_NAMES, type ChannelName } from '../ports/message.js'

const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/

/** Unknown fields that an answer names at most: it is not to be longer than the question. */
const MAX_TOLD = 10

/** The fields of one request, each checked once; what is wrong is gathered. */
export interface FieldReader {
  readonly errors: FieldError[]
  /** A value that the core checks itself. */
  raw(name: string): unknown
  text(name: string, maxLength: number): string | undefined
  channel(name: string): 'auto' | ChannelName | undefined
  locale(name: string): string | undefined
}

/** Reads the fields that a route knows, and refuses every other one by name (T43). */
export function readFields(fields: ReadonlyMap<string, unknown>, known: readonly string[]): FieldReader {
  const errors: FieldError[] = []
  const unknown = [...fields.keys()].filter((name) => !known.includes(name))
  for (const name of unknown.slice(0, MAX_TOLD)) {
    // A name is repeated only where it is harmless.
    errors.push({ field: /^[\w.-]{1,40}$/.test(name) ? name : 'body', reason: 'unknown_field' })
  }
  function text(name: string, maxLength: number): string | undefined {
    const value = fields.get(name)
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.length <= maxLength) return value
    errors.push({ field: name, reason: typeof value === 'string' ? 'too_long' : 'must_be_text' })
    return undefined
  }
  return {
    errors,
    raw: (name) => fields.get(name),
    text,
    channel(name) {
      const value = text(name, 20)
      if (value === undefined || value === 'auto') return value
      const channel = CHANNEL_NAMES.find((one) => one === value)
      if (channel === undefined) errors.push({ field: name, reason: 'unknown' })
      return channel
    },
    locale(name) {
      const value = text(name, 35)
      if (value === undefined || LOCALE.test(value)) return value
      errors.push({ field: name, reason: 'invalid_locale' })
      return undefined
    },
  }
}

/** The language that a browser likes best. */
export function acceptedLocale(header: unknown): string | undefined {
  const first = typeof header === 'string' ? header.slice(0, 200).split(/[,;]/, 1)[0]?.trim() : undefined
  return first !== undefined && LOCALE.test(first) ? first : undefined
}
