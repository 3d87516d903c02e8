import type { RandomSource } from '../ports/random-source.js'

/** Draws a code of `length` decimal digits, each value equally likely, leading zeros kept (NIST SP 800-63B, T12). */
export function drawCode(random: RandomSource, length: number): string {
  return random
    .integer(10 ** length)
    .toString()
    .padStart(length, '0')
}

/** First digit of every decimal script that people's keyboards produce; nine more follow each. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0,
  0x1810, 0xff10,
]

/** Longest text that is looked at: a code with a blank behind each character. */
const MAX_TYPED_LENGTH = 64

/**
 * What a person typed, as the code it stands for: digits of any script become ASCII, blanks and hyphens go. `undefined` for anything that is not
 * exactly `length` digits then: it is no guess, so it is neither compared nor charged (T36, T37).
 */
export function readCode(typed: unknown, length: number): string | undefined {
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) return undefined
  let code = ''
  for (const character of typed) {
    if (character === ' ' || character === '-') continue
    const digit = digitOf(character.codePointAt(0) ?? 0)
    if (digit === undefined) return undefined
    code += digit
  }
  return code.length === length ? code : undefined
}

function digitOf(point: number): number | undefined {
  if (point >= 0x30 && point <= 0x39) return point - 0x30
  const zero = ZEROS.find((first) => point >= first && point <= first + 9)
  return zero === undefined ? undefined : point - zero
}
