import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTyped } from '../../src/client/read-typed.js'
import { ALPHABET_NAMES, type AlphabetName, charactersOf } from '../../src/core/alphabet.js'
import { readCode } from '../../src/core/code.js'

describe('readTyped', () => {
  it.each<[string, string, AlphabetName?]>([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['Your code is 123 456', '123456'],
    ['123456 is your Acme code. It is valid for 5 minutes.', '123456'],
    ['+12065550100: 123456', '123456'],
    ['12 minutes from now 1234567 expires, 123456 does not', '123456'],
    ['G-123456', '123456'],
    ['\u0661\u0662\u0663\u0664\u0665\u0666', '123456'],
    ['\uff11\uff12\uff13 \uff14\uff15\uff16', '123456'],
    ['12a3', '123'],
    ['1234567', '123456'],
    ['abc-def', 'ABCDEF', 'letters'],
    ['Your code is ABC-DEF', 'ABCDEF', 'letters'],
    ['Your code is K7P 4MZ', 'K7P4MZ', 'alphanumeric'],
    ['k7p4mz', 'K7P4MZ', 'alphanumeric'],
  ])('finds the code in %j', (typed, code, alphabet = 'digits') => {
    expect(readTyped(typed, 6, alphabet)).toBe(code)
  })

  it('reads every digit as the server does, and those of further scripts', () => {
    const all = Array.from({ length: 0x110000 }, (_, point) => point).filter((point) => point < 0xd800 || point > 0xdfff)
    const digits = all.map((point) => String.fromCodePoint(point)).filter((typed) => /\p{Nd}/u.test(typed))
    const byServer = digits.filter((typed) => readCode(typed, 1) !== undefined)
    expect(byServer.length).toBeGreaterThan(190)
    expect(byServer.map((typed) => readTyped(typed, 1, 'digits'))).toEqual(byServer.map((typed) => readCode(typed, 1)))
    // Every script has its ten in order.
    expect(digits.map((typed) => readTyped(typed, 1, 'digits')).join('')).toBe('0123456789'.repeat(digits.length / 10))
  })

  it('agrees with the server on whatever that takes for a code, and gives it what it takes', () => {
    const digits = fc.constantFrom(...'0123456789', '\u0663', '\u06f9', '\uff10')
    const alphabets = fc.constantFrom(...ALPHABET_NAMES)
    fc.assert(
      fc.property(alphabets, fc.integer({ min: 4, max: 10 }), fc.infiniteStream(fc.nat()), (alphabet, length, chance) => {
        const [from] = fc.sample(digits, 1)
        const characters = alphabet === 'digits' ? `0123456789${from}` : charactersOf(alphabet) + charactersOf(alphabet).toLowerCase()
        const next = (count: number): number => Number(chance.next().value) % count
        const typed = Array.from({ length }, () => characters.charAt(next(characters.length)) + ['', '', ' ', '-', ' - '][next(5)]).join('')
        const read = readCode(typed, length, alphabet)
        expect(read).toBeDefined()
        expect(readTyped(typed, length, alphabet)).toBe(read)
      }),
    )
    fc.assert(
      fc.property(alphabets, fc.string({ unit: 'binary', maxLength: 40 }), (alphabet, typed) => {
        const found = readTyped(typed, 6, alphabet)
        expect(found.length).toBeLessThanOrEqual(6)
        if (found.length === 6) expect(readCode(found, 6, alphabet)).toBe(found)
        expect(readTyped(found, 6, alphabet)).toBe(found)
      }),
    )
  })

  it('leaves codes by classes of characters as they are, and what is longer than any code out', () => {
    expect(readTyped('aB3!xY', 6, 'digits+upper+lower+special')).toBe('aB3!xY')
    expect(readTyped('1'.repeat(50), 0, 'digits')).toHaveLength(32)
  })
})
