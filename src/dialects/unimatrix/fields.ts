import type { FailureName } from './answers.js'

/** The fields of a request's body. A map: a field named `__proto__` is one that nobody asks for (T43). */
export type Fields = ReadonlyMap<string, unknown>

/** A value that was read, or Unimatrix's name for what is wrong. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailureName }

/** Refuses every field that no error is named after. */
export const INVALID: { readonly ok: false; readonly failure: 'InvalidParams' } = { ok: false, failure: 'InvalidParams' }

/** Control characters, line separators and bidirectional overrides (T41). */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** E.164 with its `+`, and the punctuation that people put between the digits. */
const PHONE_NUMBER = /^\+[0-9 ().-]{1,63}$/

const MAX_INTENT_LENGTH = 36

/** Texts of a request; the last two are ignored. */
const TEXTS = ['intent', 'channel', 'signature', 'templateId'] as const

/** True where a required field is absent or empty. */
export function isMissing(fields: Fields, name: 'to' | 'code'): boolean {
  const value = given(fields, name)
  return value === undefined || value === ''
}

/** A field's value; `undefined` where it was left out or is `null`. */
export function given(fields: Fields, name: string): unknown {
  return fields.get(name) ?? undefined
}

/** True for what may be a phone number; national ones and mailboxes are none here. */
export function isPhoneNumber(to: unknown): to is string {
  return typeof to === 'string' && PHONE_NUMBER.test(to)
}

/** True where some text, of a field that is used or ignored, holds what no text may (T41). */
export function hasUnprintable(fields: Fields): boolean {
  return TEXTS.some((name) => {
    const value = fields.get(name)
    return typeof value === 'string' && UNPRINTABLE.test(value)
  })
}

/** The purpose of a code; left out, it is `''`, a scope of its own. */
export function readIntent(fields: Fields): Read<string> {
  const intent = given(fields, 'intent') ?? ''
  return typeof intent === 'string' && [...intent].length <= MAX_INTENT_LENGTH ? { ok: true, value: intent } : INVALID
}

/** A whole number in `[min, max]`; `fallback` where it was left out. */
export function readInteger(fields: Fields, name: string, { min, max, fallback }: Bounds): Read<number> {
  const value = given(fields, name) ?? fallback
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? { ok: true, value } : INVALID
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly fallback: number
}
