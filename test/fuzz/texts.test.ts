import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchLanguage } from '../../src/channels/messages/match-language.js'
import { isAlphabet } from '../../src/core/alphabet.js'
import { parseChallengeId } from '../../src/core/challenge-id.js'
import { readCode, readGuess } from '../../src/core/code.js'
import { canonicalContext, readContext } from '../../src/core/context.js'
import { acceptedLocale } from '../../src/session/fields.js'
import { safePath } from '../../src/util/safe-path.js'

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 300) }

const binary = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength })
const anything = fc.oneof(fc.anything(), binary(80))

describe('codes', () => {
  const zeros = ['\u0660', '\u06f0', '\u0966', '\u09e6', '\u0e50', '\u1040', '\u17e0', '\uff10'].map((zero) => zero.codePointAt(0) ?? 0)
  const alphabet = fc.constantFrom('digits', 'letters', 'alphanumeric', 'digits+upper').filter(isAlphabet)

  it('T36 T37 whatever is typed is a code, a guess or neither, and read again it is the same', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 4, max: 10 }), alphabet, (typed, length, name) => {
        const code = readCode(typed, length, name)
        if (code !== undefined) expect(readCode(code, length, name)).toBe(code)
        const guess = readGuess(typed)
        if (guess !== undefined) expect(readGuess(guess)).toBe(guess)
      }),
      RUNS,
    )
  })

  it('T36 a code is the same in every script, mixed too, with blanks and hyphens anywhere', () => {
    const digit = fc.record({ value: fc.nat(9), zero: fc.constantFrom(0x30, ...zeros), behind: fc.constantFrom('', '', ' ', '-') })
    fc.assert(
      fc.property(fc.array(digit, { minLength: 4, maxLength: 10 }), (digits) => {
        const typed = digits.map(({ behind, value, zero }) => String.fromCodePoint(zero + value) + behind).join('')
        expect(readCode(typed, digits.length)).toBe(digits.map(({ value }) => value).join(''))
      }),
      RUNS,
    )
  })
})

describe('ids', () => {
  const sign = fc.constantFrom(...'ABCxyz019_-')
  it('T49 anything is an id in whole, or none', () => {
    const ids = fc.string({
      unit: fc.oneof({ weight: 60, arbitrary: sign }, fc.constantFrom('.', '\n', '\u00e9')),
      minLength: 36,
      maxLength: 110,
    })
    fc.assert(
      fc.property(fc.oneof(anything, ids), (id) => {
        const parts = parseChallengeId(id)
        if (parts === undefined) return
        expect([...parts.recipients, parts.tail].join('')).toBe(id)
        expect([...parts.recipients.map((key) => key.length), parts.tail.length]).toEqual([...parts.recipients.map(() => 16), 22])
      }),
      RUNS,
    )
    const whole = fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.string({ unit: sign, minLength: 16 * count + 22, maxLength: 16 * count + 22 }))
    fc.assert(
      fc.property(whole, (id) => {
        expect(parseChallengeId(id)?.recipients).toHaveLength((id.length - 22) / 16)
      }),
      RUNS,
    )
  })
})

describe('contexts', () => {
  const NAMES = ['amount', 'payee']
  const word = fc.string({
    unit: fc.constantFrom(...'aZ09 .,()', '\u00e9', 'e\u0301', '\u20ac', '\u0130', '\u1e9b\u0323', '\u200b'),
    minLength: 1,
    maxLength: 12,
  })
  const value = fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: fc.anything() }, fc.double(), fc.integer())
  const context = fc.record({ amount: value, payee: value })
  const read = (stated: unknown): Readonly<Record<string, string>> | undefined => {
    const result = readContext(stated, NAMES)
    return result.ok ? result.context : undefined
  }

  it('T15 T34 are read to one form or refused, and that form is read to itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), context), (stated) => {
        const once = read(stated)
        if (once === undefined) return
        expect(read({ ...once })).toEqual(once)
        expect(canonicalContext(read({ payee: once.payee, amount: once.amount }) ?? {})).toBe(canonicalContext(once))
      }),
      RUNS,
    )
  })

  it('T15 two approvals are one exactly where their texts are the same to a reader', () => {
    fc.assert(
      fc.property(context, context, (first, second) => {
        const [one, other] = [read(first), read(second)]
        if (one === undefined || other === undefined) return
        const same = one.amount === other.amount && one.payee === other.payee
        expect(canonicalContext(one) === canonicalContext(other)).toBe(same)
      }),
      RUNS,
    )
    fc.assert(
      fc.property(word, (text) => {
        const [composed, decomposed] = ['NFC', 'NFD'].map((form) => read({ amount: '1', payee: text.normalize(form) }))
        if (composed !== undefined && decomposed !== undefined) expect(decomposed).toEqual(composed)
      }),
      RUNS,
    )
  })
})

describe('paths and languages', () => {
  it('T50 a path is safe in every browser, or none', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ':',
      '@',
      '?',
      '#',
      '%2f',
      '%5c',
      '\t',
      '\n',
      'evil.example',
      'https:',
      'a',
      '\u2028',
      '\u3002',
      '\uff0f',
    )
    const paths = fc.oneof(
      binary(60),
      fc.array(piece, { maxLength: 9 }).map((pieces) => `/${pieces.join('')}`),
    )
    fc.assert(
      fc.property(fc.oneof(anything, paths), (path) => {
        const safe = safePath(path)
        if (safe === undefined) return
        const where = new URL(safe, 'https://app.example/deep/page')
        expect(where.origin).toBe('https://app.example')
        expect(safe).toMatch(/^\/(?![/\\])/)
        expect(safePath(safe)).toBe(safe)
      }),
      { numRuns: 4 * RUNS.numRuns },
    )
  })

  it('any header is a language or none, and one that messages can be written in or none', () => {
    const tags = fc.string({ unit: fc.constantFrom(...'zhHANTdeGB-_,;q=0.9 *'), maxLength: 30 })
    fc.assert(
      fc.property(fc.oneof(anything, tags), (header) => {
        const locale = acceptedLocale(header)
        if (locale !== undefined) expect(acceptedLocale(locale)).toBe(locale)
        const language = matchLanguage(typeof header === 'string' ? header : locale, ['en', 'de', 'zh-Hans', 'zh-Hant'])
        if (language !== undefined) expect(['en', 'de', 'zh-Hans', 'zh-Hant']).toContain(language)
      }),
      RUNS,
    )
  })
})
