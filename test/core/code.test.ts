import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alphabet, alphabetOf, charactersOf, isAlphabet } from '../../src/core/alphabet.js'
import { drawCode, readCode, readGuess } from '../../src/core/code.js'
import type { RandomSource } from '../../src/ports/random-source.js'
import { fixedRandom } from '../../src/testing/fixed-random.js'
import { nodeRandom } from '../../src/util/node-random.js'

describe('drawCode', () => {
  it('T12 of 100 000 codes every digit is equally likely at every position', () => {
    const count = 100_000
    const seen = Array.from({ length: 6 }, () => new Array<number>(10).fill(0))
    for (let drawn = 0; drawn < count; drawn++) {
      const code = drawCode(nodeRandom, 6)
      for (const [position, digits] of seen.entries()) {
        const digit = Number(code[position])
        digits[digit] = (digits[digit] ?? 0) + 1
      }
    }
    const expected = count / 10
    for (const digits of seen) {
      // Nine degrees of freedom: chance alone exceeds 50 less than once in ten million runs.
      const chiSquare = digits.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0)
      expect(chiSquare).toBeLessThan(50)
    }
    // One code in ten begins with 0; seven standard deviations of room.
    expect(Math.abs((seen[0]?.[0] ?? 0) - expected)).toBeLessThan(700)
  })

  it('T12 asks for a whole number below 10^n, once, and excludes none', () => {
    const limits: number[] = []
    const random: RandomSource = {
      integer(limit) {
        limits.push(limit)
        return limit - 1
      },
      bytes: () => new Uint8Array(),
    }
    expect([6, 8, 10].map((length) => drawCode(random, length))).toEqual(['999999', '99999999', '9999999999'])
    expect(limits).toEqual([10 ** 6, 10 ** 8, 10 ** 10])
  })

  it.each([
    [0, '000000'],
    [7, '000007'],
    [123, '000123'],
    [999_999, '999999'],
  ])('T12 writes %i as %s', (drawn, code) => {
    expect(drawCode(fixedRandom([drawn]), 6)).toBe(code)
  })
})

describe('readCode', () => {
  it.each(['123456', '123 456', '123-456', ' 1 2 3 4 5 6 ', '--123456--'])('T37 reads %j as 123456', (typed) => {
    expect(readCode(typed, 6)).toBe('123456')
  })

  it.each(['\u0660', '\u06f0', '\u0966', '\u09e6', '\u0e50', '\uff10'])('T37 reads the ten digits that begin with %s', (zero) => {
    const first = zero.codePointAt(0) ?? 0
    const typed = Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(first + digit)).join('')
    expect(typed).toMatch(/^\p{Nd}{10}$/u)
    expect(readCode(typed, 10)).toBe('0123456789')
    for (const outside of [first - 1, first + 10]) expect(readCode(`12345${String.fromCodePoint(outside)}`, 6)).toBeUndefined()
  })

  it('T37 reads digits of two scripts in one code', () => {
    expect(readCode('12\u0663\u06f4\u096b\uff16', 6)).toBe('123456')
  })

  it.each([
    '12345',
    '1234567',
    '1e5000',
    '0x1234',
    '123456abc',
    'abc123456',
    '+12345',
    '-1234.5',
    '123456\n',
    '\n123456',
    '123456\r\n',
    '123456\u0000',
    '\u0000123456',
    '123456\u00a0',
    '\t123456',
    '123\u200b456',
    '\ufeff123456',
    '123\u2013456',
    '\u2160\u2161\u2162\u2163\u2164\u2165',
    '\u2460\u2461\u2462\u2463\u2464\u2465',
    '\u00b9\u00b2\u00b3456',
    '123456%00',
    '1,2,3,4,5,6',
    '123_456',
    'O12345',
  ])('T37 refuses %j', (typed) => {
    expect(readCode(typed, 6)).toBeUndefined()
  })

  it.each<unknown>([
    undefined,
    null,
    true,
    false,
    0,
    123_456,
    Number.NaN,
    [],
    ['123456'],
    {},
    { $ne: 1 },
    { toString: () => '123456' },
    1n,
  ])('T36 what is no string is no code', (typed) => {
    expect(readCode(typed, 6)).toBeUndefined()
  })

  it.each(['', ' ', '      ', '------'])('T36 %j is no code', (typed) => {
    expect(readCode(typed, 6)).toBeUndefined()
  })

  it('T42 does not look at a text of more than 64 characters', () => {
    expect(readCode(`${' '.repeat(58)}123456`, 6)).toBe('123456')
    expect(readCode(`${' '.repeat(59)}123456`, 6)).toBeUndefined()
  })

  it('T37 two inputs stand for one code only by spaces, hyphens and scripts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (typed) => {
        const ascii = typed.replace(/[ -]/g, '')
        const read = readCode(typed, 6)
        if (/^[0-9]{6}$/.test(ascii)) expect(read).toBe(ascii)
        else if (read !== undefined) expect(ascii).toMatch(/^\p{Nd}{6}$/u)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('alphabets without look-alikes', () => {
  it.each([
    ['letters', /^[A-HJ-NP-Z]{8}$/],
    ['alphanumeric', /^[2-9A-HJ-NP-Z]{8}$/],
  ] as const)('T12 draws %s that nobody takes for something else', (alphabet, shape) => {
    const codes = Array.from({ length: 2000 }, () => drawCode(nodeRandom, 8, alphabet))
    expect(codes.filter((code) => !shape.test(code))).toEqual([])
    const seen = new Set(codes.join(''))
    expect(seen.size).toBe(alphabet === 'letters' ? 24 : 32)
  })

  it('T37 reads small letters, blanks and hyphens, and no character of another alphabet', () => {
    expect(readCode('abcd-efgh', 8, 'letters')).toBe('ABCDEFGH')
    expect(readCode('k7m2 \u0663xpq', 8, 'alphanumeric')).toBe('K7M23XPQ')
    for (const typed of ['ABCDEFG1', 'ABCDEFGI', 'ABCDEFG\u00df', 'ABCDEFG', 'ABCDEFGHJ'])
      expect(readCode(typed, 8, 'letters')).toBeUndefined()
    expect(readCode('K7M23XP0', 8, 'alphanumeric')).toBeUndefined()
  })
})

/** What chance alone exceeds less than once in ten million runs, for so many degrees of freedom (Wilson and Hilferty). */
function chiSquareBound(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 5.2 * Math.sqrt(2 / (9 * freedom))) ** 3
}

const CLASSES = { digits: '0123456789', upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', lower: 'abcdefghijklmnopqrstuvwxyz', special: '!#$%&?@' }
const ALL = { digits: true, upper: true, lower: true, special: true }

describe('alphabets by class', () => {
  it.each<readonly [Parameters<typeof alphabetOf>[0], string]>([
    [{ digits: true }, 'digits'],
    [{ special: true, upper: true, lower: true }, 'upper+lower+special'],
    [{ upper: true, digits: true, withoutLookAlikes: true }, 'digits+upper-lookalikes'],
    [ALL, 'digits+upper+lower+special'],
    [{ digits: false, lower: true, upper: undefined, withoutLookAlikes: false }, 'lower'],
    [{}, 'digits'],
    [{ withoutLookAlikes: true }, 'digits-lookalikes'],
  ])('%j is %s', (choice, alphabet) => {
    expect(alphabetOf(choice)).toBe(alphabet)
    expect(isAlphabet(alphabet)).toBe(true)
  })

  it('each of the 30 has the characters of its classes, and the look-alikes only where they may stay', () => {
    const names = new Set<Alphabet>()
    for (let bits = 1; bits < 16; bits++) {
      const [digits, upper, lower, special] = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0)
      const choice = { digits, upper, lower, special }
      const characters = Object.entries(CLASSES).flatMap(([name, own]) => (choice[name as keyof typeof CLASSES] === true ? [...own] : []))
      expect([...charactersOf(alphabetOf(choice))].sort()).toEqual([...characters].sort())
      const clear = characters.filter((character) => !'0Oo1Il'.includes(character))
      expect([...charactersOf(alphabetOf({ ...choice, withoutLookAlikes: true }))].sort()).toEqual(clear.sort())
      names.add(alphabetOf(choice)).add(alphabetOf({ ...choice, withoutLookAlikes: true }))
    }
    expect(names.size).toBe(30)
  })

  it.each(['', 'upper+digits', 'Digits', 'digits+', 'digits+digits', 'lookalikes', '-lookalikes', 'digits-lookalikes ', 'hex', 'toString'])(
    'T36 %j is none',
    (text) => {
      expect(isAlphabet(text)).toBe(false)
    },
  )

  it.each<unknown>([undefined, null, 6, true, ['digits'], { toString: () => 'digits' }])('T36 what is no string is none', (value) => {
    expect(isAlphabet(value)).toBe(false)
  })

  it.each<Alphabet>([
    'digits',
    'upper',
    'lower',
    'special',
    'digits-lookalikes',
    'digits+upper',
    'digits+upper+lower+special',
    'digits+upper+lower+special-lookalikes',
  ])('T12 every character of %s is equally likely at every position of a code of 32', (alphabet) => {
    const characters = charactersOf(alphabet)
    const count = 4000
    const codes = Array.from({ length: count }, () => drawCode(nodeRandom, 32, alphabet))
    for (let position = 0; position < 32; position++) {
      const seen = new Map([...characters].map((character) => [character, 0]))
      for (const code of codes) seen.set(code.charAt(position), (seen.get(code.charAt(position)) ?? 0) + 1)
      expect(seen.size).toBe(characters.length)
      const expected = count / characters.length
      const chiSquare = [...seen.values()].reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0)
      expect(chiSquare).toBeLessThan(chiSquareBound(characters.length - 1))
    }
  })

  it('T12 draws each length from 4 to 32 and asks no source for more than it has', () => {
    const greedy: RandomSource = {
      integer(limit) {
        expect(limit).toBeLessThan(2 ** 48)
        return limit - 1
      },
      bytes: () => new Uint8Array(),
    }
    for (let length = 4; length <= 32; length++) {
      expect(drawCode(greedy, length)).toBe('9'.repeat(length))
      expect(drawCode(fixedRandom([0]), length)).toBe('0'.repeat(length))
      for (const alphabet of ['upper+special', 'digits+upper-lookalikes', 'alphanumeric'] as const) {
        const last = charactersOf(alphabet).slice(-1)
        expect(drawCode(greedy, length, alphabet)).toBe(last.repeat(length))
      }
    }
  })

  it.each([4, 32])('T37 reads a code of %i characters back, with its case, and no other', (length) => {
    const alphabet = alphabetOf(ALL)
    for (let drawn = 0; drawn < 200; drawn++) {
      const code = drawCode(nodeRandom, length, alphabet)
      expect(readCode(code, length, alphabet)).toBe(code)
      if (length === 4) expect(readCode(` ${[...code].join('-')} `, length, alphabet)).toBe(code)
      expect(readCode(code.slice(1), length, alphabet)).toBeUndefined()
      expect(readCode(`${code}a`, length, alphabet)).toBeUndefined()
    }
    expect(readCode('abcd', 4, 'upper')).toBeUndefined()
    expect(readCode('ABCD', 4, 'lower')).toBeUndefined()
    expect(readCode('ABCO', 4, 'upper-lookalikes')).toBeUndefined()
    expect(readCode('#!\u0663A', 4, alphabet)).toBe('#!3A')
  })
})

describe('readGuess', () => {
  it.each([
    ['1', '1'],
    ['12 34-56', '123456'],
    ['aB3', 'aB3'],
    ['\u0661\u06f2\uff13', '123'],
    ['!#$%&?@', '!#$%&?@'],
    ['x'.repeat(32), 'x'.repeat(32)],
    ['x '.repeat(32), 'x'.repeat(32)],
  ])('T37 reads %j as %s', (typed, guess) => {
    expect(readGuess(typed)).toBe(guess)
  })

  it.each([
    '',
    ' ',
    '-- --',
    'x'.repeat(33),
    `${' '.repeat(64)}1`,
    '12+34',
    '1.5',
    '123456\n',
    '123456\u0000',
    '\t123456',
    '123\u00a0456',
    '12\u200b34',
    '123_456',
    '\uff21BC',
    '\u00e9t\u00e9',
    '\ud800',
    '*',
    '{"$ne":1}',
  ])('T37 %j is no guess', (typed) => {
    expect(readGuess(typed)).toBeUndefined()
  })

  it.each<unknown>([undefined, null, true, 0, 123_456, [], ['123456'], { $ne: 1 }, { toString: () => '123456' }, 1n])(
    'T36 what is no string is no guess',
    (typed) => {
      expect(readGuess(typed)).toBeUndefined()
    },
  )

  it('T37 two inputs stand for one guess only by spaces, hyphens and scripts, and it reads every code that was drawn', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (typed) => {
        const ascii = typed.replace(/[ -]/g, '')
        const read = readGuess(typed)
        if (/^[\x20-\x7e]*$/.test(typed)) expect(read).toBe(/^[A-Za-z0-9!#$%&?@]+$/.test(ascii) ? ascii : undefined)
        else if (read !== undefined) expect(ascii).toMatch(/^[\p{Nd}A-Za-z!#$%&?@]+$/u)
      }),
      { numRuns: 2000 },
    )
    for (let length = 4; length <= 32; length++) {
      const code = drawCode(nodeRandom, length, alphabetOf(ALL))
      expect(readGuess(code)).toBe(code)
    }
  })
})
