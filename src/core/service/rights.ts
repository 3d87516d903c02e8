import { charactersOf } from '../alphabet.js'
import { readGuess } from '../code.js'
import { type FieldError, type Refused, refused } from '../results.js'
import type { Terms } from '../terms.js'
import type { ApiKey } from './api-key.js'

/** What every key may ask for at most, as the application's own intents may (NIST SP 800-63B-4 section 3.1.3.2). */
export const CEILINGS = { codeLength: 6, ttlSeconds: 600, maxAttempts: 10 } as const

/** What a key with the right `weakCodes` may ask for. */
export const WEAK_CEILINGS = { codeLength: 4, ttlSeconds: 86_400 } as const

/** Codes that could be guessed sooner than six digits have a smaller budget: guesses for one challenge, and failures of a recipient in 24 h. */
const WEAK_BUDGET = { maxAttempts: 3, failuresPerDay: 5 } as const
const SIX_DIGITS = 10 ** 6

const MAX_CODE_LENGTH = 32
const MIN_TTL_SECONDS = 1
const MAX_TEXT_LENGTH = 1224
const MAX_METADATA_BYTES = 1024

/** Control characters but the line feed, halves of characters, and bidirectional overrides (T41). */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** True for what a text of a message may hold. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text)
}

/** The terms of a request within the rights of its key, or which of them it may not name (T12, T68). */
export function permittedTerms(key: ApiKey, asked: Terms): Terms | Refused {
  const errors: FieldError[] = []
  const refuse = (field: keyof Terms, reason: string): void => {
    errors.push({ field, reason })
  }
  const isWeak = key.rights.has('weakCodes')
  const floor = isWeak ? WEAK_CEILINGS.codeLength : CEILINGS.codeLength
  const length = asked.code?.length ?? asked.codeLength
  const named = asked.code === undefined ? 'codeLength' : 'code'
  if (asked.code !== undefined && !key.rights.has('customCode')) refuse('code', 'not_allowed')
  else if (length !== undefined && !within(length, WEAK_CEILINGS.codeLength, MAX_CODE_LENGTH)) refuse(named, 'out_of_range')
  else if (length !== undefined && length < floor) refuse(named, 'not_allowed')
  else if (asked.code !== undefined && !/^[0-9]+$/.test(asked.code) && !isWeak) refuse('code', 'not_allowed')
  // What nobody could type again stands in no message either (T41).
  else if (asked.code !== undefined && readGuess(asked.code) !== asked.code) refuse('code', 'invalid_characters')
  if (asked.alphabet !== undefined && asked.alphabet !== 'digits' && !isWeak) refuse('alphabet', 'not_allowed')
  if (asked.ttlSeconds !== undefined) {
    if (!within(asked.ttlSeconds, MIN_TTL_SECONDS, WEAK_CEILINGS.ttlSeconds)) refuse('ttlSeconds', 'out_of_range')
    else if (!isWeak && asked.ttlSeconds > CEILINGS.ttlSeconds) refuse('ttlSeconds', 'not_allowed')
  }
  if (asked.maxAttempts !== undefined && !within(asked.maxAttempts, 1, CEILINGS.maxAttempts)) refuse('maxAttempts', 'out_of_range')
  if (asked.sandbox === true && !key.rights.has('sandbox')) refuse('sandbox', 'not_allowed')
  checkWords(asked, refuse)
  if (errors.length > 0) return { ok: false, reason: 'invalid_request', errors }
  const { channels: wanted } = asked
  // Narrowed, never widened: "all" then means all that the caller named.
  const channels = wanted === undefined ? key.channels : key.channels.filter((channel) => wanted.includes(channel))
  return { ...asked, channels, ...weakBudget(asked, length) }
}

/** The same wishes, cut to what the key may have: for vendors whose own clients expect repair, not refusal. */
export function cutTerms(key: ApiKey, asked: Terms): Terms {
  if (key.rights.has('weakCodes')) return asked
  return {
    ...asked,
    alphabet: asked.alphabet === undefined ? undefined : 'digits',
    codeLength: asked.codeLength === undefined ? undefined : Math.max(asked.codeLength, CEILINGS.codeLength),
    ttlSeconds: asked.ttlSeconds === undefined ? undefined : Math.min(asked.ttlSeconds, CEILINGS.ttlSeconds),
  }
}

/** A refusal where the key may not do this at all. */
export function lacking(key: ApiKey, right: 'send' | 'verify'): Refused | undefined {
  return key.rights.has(right) ? undefined : refused('forbidden')
}

/** A refusal where the key may neither send nor verify, so that no challenge is its business (T67). */
export function idle(key: ApiKey): Refused | undefined {
  return lacking(key, 'send') === undefined ? undefined : lacking(key, 'verify')
}

function weakBudget(asked: Terms, length: number = CEILINGS.codeLength): Terms {
  const values = asked.code === undefined ? charactersOf(asked.alphabet ?? 'digits').length ** length : 10 ** length
  if (values >= SIX_DIGITS) return {}
  return {
    maxAttempts: Math.min(asked.maxAttempts ?? WEAK_BUDGET.maxAttempts, WEAK_BUDGET.maxAttempts),
    failuresPerDay: WEAK_BUDGET.failuresPerDay,
  }
}

function checkWords(asked: Terms, refuse: (field: keyof Terms, reason: string) => void): void {
  const { metadata, sender, text, timeZone } = asked
  if (text !== undefined && (text.length < 1 || text.length > MAX_TEXT_LENGTH)) refuse('text', 'too_long')
  else if (text !== undefined && !isPrintable(text)) refuse('text', 'invalid_text')
  if (timeZone !== undefined && !isTimeZone(timeZone)) refuse('timeZone', 'unknown')
  if (sender !== undefined && !/^[A-Za-z0-9]{3,11}$/.test(sender)) refuse('sender', 'must_be_3_to_11_letters_or_digits')
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) refuse('metadata', 'too_long')
}

/** True for an IANA zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z0-9_+/-]{1,64}$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function within(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
