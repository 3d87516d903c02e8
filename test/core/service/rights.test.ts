import { describe, expect, it } from 'vitest'
import { alphabetOf } from '../../../src/core/alphabet.js'
import { RIGHTS, type Right } from '../../../src/core/service/api-key.js'
import { cutTerms, isPrintable, isTimeZone, lacking, permittedTerms } from '../../../src/core/service/rights.js'
import type { Terms } from '../../../src/core/terms.js'
import { keyWith } from './service-desk.js'

const PLAIN: readonly Right[] = ['send', 'verify']
const CUSTOM: readonly Right[] = [...PLAIN, 'customCode']
const WEAK: readonly Right[] = [...PLAIN, 'weakCodes']
const BOTH: readonly Right[] = [...CUSTOM, 'weakCodes']

function said(rights: readonly Right[], terms: Terms): string {
  const outcome = permittedTerms(keyWith(rights), terms)
  return 'ok' in outcome ? (outcome.errors ?? []).map(({ field, reason }) => `${field}: ${reason}`).join(', ') : 'fine'
}

/** Terms; what an ordinary key hears of them; what one with all rights but the sandbox hears. */
const TABLE: readonly (readonly [Terms, string, string])[] = [
  [{}, 'fine', 'fine'],
  [{ codeLength: 3 }, 'codeLength: out_of_range', 'codeLength: out_of_range'],
  [{ codeLength: 4 }, 'codeLength: not_allowed', 'fine'],
  [{ codeLength: 5 }, 'codeLength: not_allowed', 'fine'],
  [{ codeLength: 6 }, 'fine', 'fine'],
  [{ codeLength: 32 }, 'fine', 'fine'],
  [{ codeLength: 33 }, 'codeLength: out_of_range', 'codeLength: out_of_range'],
  [{ codeLength: 6.5 }, 'codeLength: out_of_range', 'codeLength: out_of_range'],
  [{ codeLength: Number.NaN }, 'codeLength: out_of_range', 'codeLength: out_of_range'],
  [{ alphabet: 'digits' }, 'fine', 'fine'],
  [{ alphabet: 'letters' }, 'alphabet: not_allowed', 'fine'],
  [{ alphabet: alphabetOf({ upper: true }) }, 'alphabet: not_allowed', 'fine'],
  [{ ttlSeconds: 0 }, 'ttlSeconds: out_of_range', 'ttlSeconds: out_of_range'],
  [{ ttlSeconds: 1 }, 'fine', 'fine'],
  [{ ttlSeconds: 600 }, 'fine', 'fine'],
  [{ ttlSeconds: 601 }, 'ttlSeconds: not_allowed', 'fine'],
  [{ ttlSeconds: 86_400 }, 'ttlSeconds: not_allowed', 'fine'],
  [{ ttlSeconds: 86_401 }, 'ttlSeconds: out_of_range', 'ttlSeconds: out_of_range'],
  [{ maxAttempts: 0 }, 'maxAttempts: out_of_range', 'maxAttempts: out_of_range'],
  [{ maxAttempts: 10 }, 'fine', 'fine'],
  [{ maxAttempts: 11 }, 'maxAttempts: out_of_range', 'maxAttempts: out_of_range'],
  [{ code: '123456' }, 'code: not_allowed', 'fine'],
  [{ sandbox: true }, 'sandbox: not_allowed', 'sandbox: not_allowed'],
  [{ sandbox: false }, 'fine', 'fine'],
  [{ text: '' }, 'text: too_long', 'text: too_long'],
  [{ text: 'x'.repeat(1224) }, 'fine', 'fine'],
  [{ text: 'x'.repeat(1225) }, 'text: too_long', 'text: too_long'],
  [{ text: 'two\nlines' }, 'fine', 'fine'],
  [{ text: 'a\rb' }, 'text: invalid_text', 'text: invalid_text'],
  [{ text: 'a\u202eb' }, 'text: invalid_text', 'text: invalid_text'],
  [{ text: 'half \ud83d' }, 'text: invalid_text', 'text: invalid_text'],
  [{ timeZone: 'Europe/Paris' }, 'fine', 'fine'],
  [{ timeZone: 'Mars/Olympus' }, 'timeZone: unknown', 'timeZone: unknown'],
  [{ timeZone: 'UTC\n' }, 'timeZone: unknown', 'timeZone: unknown'],
  [{ sender: 'AB' }, 'sender: must_be_3_to_11_letters_or_digits', 'sender: must_be_3_to_11_letters_or_digits'],
  [{ sender: 'Acme-1' }, 'sender: must_be_3_to_11_letters_or_digits', 'sender: must_be_3_to_11_letters_or_digits'],
  [{ sender: 'Acme1234567' }, 'fine', 'fine'],
  [{ metadata: { note: 'x'.repeat(1013) } }, 'fine', 'fine'],
  [{ metadata: { note: 'x'.repeat(1014) } }, 'metadata: too_long', 'metadata: too_long'],
  [{ metadata: { note: '\u20ac'.repeat(400) } }, 'metadata: too_long', 'metadata: too_long'],
  [
    { codeLength: 4, ttlSeconds: 700, sandbox: true, sender: '!' },
    'codeLength: not_allowed, ttlSeconds: not_allowed, sandbox: not_allowed, sender: must_be_3_to_11_letters_or_digits',
    'sandbox: not_allowed, sender: must_be_3_to_11_letters_or_digits',
  ],
]

/** A code of the caller's own; what is heard with `customCode` alone, and with `weakCodes` too. */
const CODES: readonly (readonly [string, string, string])[] = [
  ['123', 'code: out_of_range', 'code: out_of_range'],
  ['1234', 'code: not_allowed', 'fine'],
  ['12345', 'code: not_allowed', 'fine'],
  ['123456', 'fine', 'fine'],
  ['1'.repeat(32), 'fine', 'fine'],
  ['1'.repeat(33), 'code: out_of_range', 'code: out_of_range'],
  ['ABC123', 'code: not_allowed', 'fine'],
  // Nobody could type these again, or they would bend the message.
  ['12 456', 'code: not_allowed', 'code: invalid_characters'],
  ['123-456', 'code: not_allowed', 'code: invalid_characters'],
  ['12345\n', 'code: not_allowed', 'code: invalid_characters'],
  ['1234\u202e5', 'code: not_allowed', 'code: invalid_characters'],
  ['\u0661\u0662\u0663\u0664\u0665\u0666', 'code: not_allowed', 'code: invalid_characters'],
  ['<b>12345', 'code: not_allowed', 'code: invalid_characters'],
]

describe('what a key may ask for', () => {
  it.each(TABLE)('T12 T68 is decided by its rights: %j', (terms, plain, all) => {
    expect(said(PLAIN, terms)).toBe(plain)
    expect(said(BOTH, terms)).toBe(all)
  })

  it.each(CODES)('T41 T68 an own code needs its right, six digits or more, and what can be typed: %j', (code, custom, both) => {
    expect(said(PLAIN, { code })).toMatch(/^code: /)
    expect(said(WEAK, { code })).toMatch(/^code: /)
    expect(said(CUSTOM, { code })).toBe(custom)
    expect(said(BOTH, { code })).toBe(both)
  })

  it('T66 the sandbox is open to the right of that name alone', () => {
    for (const right of RIGHTS) expect(said([right], { sandbox: true })).toBe(right === 'sandbox' ? 'fine' : 'sandbox: not_allowed')
  })

  it.each([
    [{ codeLength: 4 }, true],
    [{ codeLength: 5 }, true],
    [{ codeLength: 6 }, false],
    [{}, false],
    [{ code: '1234' }, true],
    [{ code: '123456' }, false],
    [{ codeLength: 4, alphabet: 'letters' as const }, true],
    [{ codeLength: 6, alphabet: 'alphanumeric' as const }, false],
    [{ codeLength: 6, alphabet: alphabetOf({ digits: true, withoutLookAlikes: true }) }, true],
  ])('T68 codes that are guessed sooner than six digits have three guesses and five failures a day: %j', (terms, isWeak) => {
    const permitted = permittedTerms(keyWith(BOTH), { ...terms, maxAttempts: 10 })
    expect(permitted).toMatchObject({ maxAttempts: isWeak ? 3 : 10 })
    expect('ok' in permitted ? undefined : permitted.failuresPerDay).toBe(isWeak ? 5 : undefined)
    expect(permittedTerms(keyWith(BOTH), { ...terms, maxAttempts: 2 })).toMatchObject({ maxAttempts: 2 })
  })

  it('narrows the channels of its key, and never widens them', () => {
    const key = keyWith(PLAIN, { channels: ['sms', 'email'] })
    expect(permittedTerms(key, {})).toMatchObject({ channels: ['sms', 'email'] })
    expect(permittedTerms(key, { channels: ['email', 'call'] })).toMatchObject({ channels: ['email'] })
    expect(permittedTerms(key, { channels: ['call'] })).toMatchObject({ channels: [] })
  })

  it('T68 is cut, for vendors that expect repair, to what it could have had', () => {
    const wishes: Terms = { codeLength: 4, ttlSeconds: 3600, alphabet: 'letters', maxAttempts: 5, text: 'as it is' }
    const cut = cutTerms(keyWith(PLAIN), wishes)
    expect(cut).toEqual({ codeLength: 6, ttlSeconds: 600, alphabet: 'digits', maxAttempts: 5, text: 'as it is' })
    expect('ok' in permittedTerms(keyWith(PLAIN), cut)).toBe(false)
    expect(cutTerms(keyWith(PLAIN), { codeLength: 8, ttlSeconds: 60 })).toMatchObject({ codeLength: 8, ttlSeconds: 60 })
    expect(cutTerms(keyWith(PLAIN), {})).toMatchObject({ codeLength: undefined, ttlSeconds: undefined, alphabet: undefined })
    expect(cutTerms(keyWith(WEAK), wishes)).toEqual(wishes)
  })

  it('is nothing where it has not the right to do it at all', () => {
    expect(lacking(keyWith(['verify']), 'send')).toEqual({ ok: false, reason: 'forbidden' })
    expect(lacking(keyWith(['send']), 'verify')).toEqual({ ok: false, reason: 'forbidden' })
    expect([lacking(keyWith(['send']), 'send'), lacking(keyWith(['verify']), 'verify')]).toEqual([undefined, undefined])
  })
})

it('T41 a text may hold any script and line feeds, and nothing that hides or turns it round', () => {
  for (const text of ['\u05e7\u05d5\u05d3', '\u0643\u0648\u062f', '\u4ee3\u7801', 'a\nb', '\ud83d\ude00'])
    expect(isPrintable(text), text).toBe(true)
  for (const point of [0, 9, 13, 27, 0x7f, 0x85, 0x2028, 0x2029, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0xd83d]) {
    expect(isPrintable(`a${String.fromCharCode(point)}b`), point.toString(16)).toBe(false)
  }
})

it('knows the zones of this runtime, and nothing that is none', () => {
  expect(['UTC', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'].map(isTimeZone)).toEqual([true, true, true, true])
  expect(['', 'Paris?', 'a'.repeat(65), 'Europe/Atlantis', '../etc/passwd'].map(isTimeZone)).toEqual(new Array(5).fill(false))
})
