import type { RandomSource } from '../ports/random-source.js'

/** Which characters a code is made of. */
export type AlphabetName = 'digits' | 'letters' | 'alphanumeric'

/** Capital letters without I and O, and with digits without 0 and 1 too: nothing that looks like something else. */
const CHARACTERS: Readonly<Record<AlphabetName, string>> = {
  digits: '0123456789',
  letters: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  alphanumeric: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ',
}

/** Every {@link AlphabetName}. */
export const ALPHABET_NAMES: readonly AlphabetName[] = ['digits', 'letters', 'alphanumeric']

/** Draws a code of `length` characters, each value equally likely, leading zeros kept (NIST SP 800-63B, T12). */
export function drawCode(random: RandomSource, length: number, alphabet: AlphabetName = 'digits'): string {
  if (alphabet === 'digits') return String(random.integer(10 ** length)).padStart(length, '0')
  const characters = CHARACTERS[alphabet]
  return Array.from({ length }, () => characters[random.integer(characters.length)]).join('')
}

/** First digit of every decimal script that people's keyboards produce; nine more follow each. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0,
  0x1810, 0xff10,
]

/** Longest text that is looked at: a code with a blank behind each character. */
const MAX_TYPED_LENGTH = 64

/**
 * What a person typed, as the code it stands for: digits of any script become ASCII, small letters capitals, blanks and hyphens go. `undefined` for
 * anything that is not exactly `length` characters of the alphabet then: it is no guess, so it is neither compared nor charged (T36, T37).
 */
export function readCode(typed: unknown, length: number, alphabet: AlphabetName = 'digits'): string | undefined {
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) return undefined
  let code = ''
  for (const character of typed) {
    if (character === ' ' || character === '-') continue
    const read = digitOf(character.codePointAt(0) ?? 0)?.toString() ?? (/^[a-z]$/.test(character) ? character.toUpperCase() : character)
    if (!CHARACTERS[alphabet].includes(read)) return undefined
    code += read
  }
  return code.length === length ? code : undefined
}

function digitOf(point: number): number | undefined {
  if (point >= 0x30 && point <= 0x39) return point - 0x30
  const zero = ZEROS.find((first) => point >= first && point <= first + 9)
  return zero === undefined ? undefined : point - zero
}
