import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawCode, readCode } from '../../src/core/code.js'
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
