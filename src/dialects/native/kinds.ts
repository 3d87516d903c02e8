import type { FieldError } from '../../core/results.js'

/** A JSON Schema of 2020-12, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>

/** A value that was looked at: as what it is, or with every complaint; `field` says where, from the value on: `''` for itself, `.gender` for a part. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly FieldError[] }

/** What a field accepts, for the validation and for the document alike. */
export interface Kind<T> {
  readonly schema: Schema
  check(value: unknown): Checked<T>
}

/** No control characters, line separators, bidirectional overrides or halves of a character, in no field (T41). */
const SAFE_TEXT = '[^\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]*'
const SAFE = new RegExp(`^${SAFE_TEXT}$`, 'u')

/** Reasons that stand for themselves. */
function wrong(reason: string): Checked<never> {
  return { ok: false, errors: [{ field: '', reason }] }
}

interface TextRules {
  /** Characters. @default 1 */
  readonly min?: number
  /** Characters. */
  readonly max: number
  readonly pattern?: string
  /** What no pattern can say. */
  readonly accepts?: (text: string) => boolean
  /** Why a text is refused that does not match. */
  readonly reason?: string
}

/** A text. Its length is checked before any pattern (T42). */
export function text({ min = 1, max, pattern, accepts, reason = 'invalid_text' }: TextRules): Kind<string> {
  const shape = pattern === undefined ? SAFE : new RegExp(pattern, 'u')
  return {
    schema: { type: 'string', minLength: min, maxLength: max, pattern: pattern ?? `^${SAFE_TEXT}$` },
    check(value) {
      if (typeof value !== 'string') return wrong('must_be_text')
      if (value === '' && min > 0) return wrong('required')
      const length = value.length > 2 * max ? value.length : [...value].length
      if (length > max) return wrong('too_long')
      if (length < min) return wrong('too_short')
      if (!SAFE.test(value)) return wrong('invalid_text')
      return shape.test(value) && (accepts === undefined || accepts(value)) ? { ok: true, value } : wrong(reason)
    },
  }
}

/** A whole number. */
export function whole(min: number, max: number): Kind<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    check(value) {
      if (typeof value !== 'number' || !Number.isInteger(value)) return wrong('must_be_a_whole_number')
      return value >= min && value <= max ? { ok: true, value } : wrong('out_of_range')
    },
  }
}

/** `true` or `false`. */
export const flag: Kind<boolean> = {
  schema: { type: 'boolean' },
  check: (value) => (typeof value === 'boolean' ? { ok: true, value } : wrong('must_be_true_or_false')),
}

/** One of these words. */
export function choice<T extends string>(...words: readonly T[]): Kind<T> {
  return {
    schema: { type: 'string', enum: words },
    check(value) {
      if (typeof value !== 'string') return wrong('must_be_text')
      const word = words.find((one) => one === value)
      return word === undefined ? wrong('unknown') : { ok: true, value: word }
    },
  }
}

/** Different words, at least one. */
export function list<T>(entry: Kind<T>, max: number): Kind<readonly T[]> {
  return {
    schema: { type: 'array', items: entry.schema, minItems: 1, maxItems: max, uniqueItems: true },
    check(value) {
      if (!Array.isArray(value)) return wrong('must_be_a_list')
      if (value.length === 0) return wrong('required')
      if (value.length > max) return wrong('too_long')
      const values: T[] = []
      for (const one of value) {
        const checked = entry.check(one)
        if (!checked.ok) return checked
        if (values.includes(checked.value)) return wrong('repeated')
        values.push(checked.value)
      }
      return { ok: true, value: values }
    },
  }
}

/** A list, or else a single value. */
export function listOr<T, U>(many: Kind<readonly T[]>, one: Kind<U>): Kind<readonly T[] | U> {
  return {
    schema: { anyOf: [one.schema, many.schema] },
    check: (value) => (Array.isArray(value) ? many.check(value) : one.check(value)),
  }
}

/** A key of the caller's own, which no program takes for one of its own (T43). */
const KEY = '^(?!__)[\\w .:-]{1,64}$'

/** An object whose values are of one kind, under names of the caller's own. */
export function record<T>(entry: Kind<T>, max: number): Kind<Readonly<Record<string, T>>> {
  const name = new RegExp(KEY, 'u')
  return {
    schema: { type: 'object', propertyNames: { pattern: KEY }, maxProperties: max, additionalProperties: entry.schema },
    check(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('must_be_an_object')
      const entries = Object.entries(value)
      if (entries.length > max) return wrong('too_long')
      if (entries.some(([key]) => !name.test(key))) return wrong('invalid_name')
      const kept: (readonly [string, T])[] = []
      for (const [key, one] of entries) {
        const checked = entry.check(one)
        if (!checked.ok) return checked
        kept.push([key, checked.value])
      }
      return { ok: true, value: Object.fromEntries(kept) }
    },
  }
}

/** How deep a caller's own values may stand in each other. */
const MAX_DEPTH = 5

/** Any JSON, of safe texts. */
export const anything: Kind<unknown> = {
  schema: {},
  check: (value) => (isHarmless(value, MAX_DEPTH) ? { ok: true, value } : wrong('invalid_text')),
}

function isHarmless(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return SAFE.test(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  return Object.entries(value).every(([key, one]) => SAFE.test(key) && !key.startsWith('__') && isHarmless(one, depth - 1))
}

/** A text or a number. */
export function textOrNumber(max: number): Kind<string | number> {
  const words = text({ max })
  return {
    schema: { anyOf: [words.schema, { type: 'number' }] },
    check: (value) => (typeof value === 'number' ? { ok: true, value } : words.check(value)),
  }
}
