import type { RandomSource } from '../ports/random-source.js'
import { type Alphabet, charactersOf } from './alphabet.js'

/** Most digits that are drawn as one number: a random source goes up to 2^48. */
const MAX_DIGITS_AT_ONCE = 14

/** Draws a code of `length` characters, 1 to 32, each value equally likely, leading zeros kept (NIST SP 800-63B, T12). */
export function drawCode(random: RandomSource, length: number, alphabet: Alphabet = 'digits'): string {
  if (alphabet === 'digits') return drawDigits(random, length)
  const characters = charactersOf(alphabet)
  return Array.from({ length }, () => characters[random.integer(characters.length)]).join('')
}

function drawDigits(random: RandomSource, length: number): string {
  const now = Math.min(length, MAX_DIGITS_AT_ONCE)
  const drawn = String(random.integer(10 ** now)).padStart(now, '0')
  return length > now ? drawn + drawDigits(random, length - now) : drawn
}

/** First digit of every decimal script that people's keyboards produce; nine more follow each. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0,
  0x1810, 0xff10,
]

/** Longest text that is looked at: a code with a blank behind each character. */
const MAX_TYPED_LENGTH = 64

/** Alphabets without small letters whose codes may be typed in them. Those by classes are exact: there `a` and `A` may both be characters. */
const READ_AS_CAPITALS: ReadonlySet<Alphabet> = new Set(['letters', 'alphanumeric'])

/**
 * What a person typed, as the code it stands for: digits of any script become ASCII, blanks and hyphens go, and for `letters` and `alphanumeric` small
 * letters become capitals. `undefined` for anything that is not exactly `length` characters of the alphabet then: it is no guess, so it is neither
 * compared nor charged (T36, T37).
 */
export function readCode(typed: unknown, length: number, alphabet: Alphabet = 'digits'): string | undefined {
  const characters = charactersOf(alphabet)
  const plain = readTyped(typed)
  const code = READ_AS_CAPITALS.has(alphabet) ? plain?.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : plain
  if (code === undefined || code.length !== length) return undefined
  return [...code].every((character) => characters.includes(character)) ? code : undefined
}

/** Every character that a code of any alphabet may have. */
const GUESS = /^[A-Za-z0-9!#$%&?@]{1,32}$/

/**
 * What was typed, for doors that know a code's shape only after they have looked it up (T37): digits of any script become ASCII, blanks and hyphens go,
 * everything else stays as it is, the case of letters too. `undefined` for what no alphabet could have made: anything but 1 to 32 ASCII letters, digits
 * and `! # $ % & ? @` then. What remains is a guess, to be charged and compared whatever its length.
 */
export function readGuess(typed: unknown): string | undefined {
  const code = readTyped(typed)
  return code !== undefined && GUESS.test(code) ? code : undefined
}

function readTyped(typed: unknown): string | undefined {
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) return undefined
  let read = ''
  for (const character of typed) {
    if (character !== ' ' && character !== '-') read += digitOf(character.codePointAt(0) ?? 0) ?? character
  }
  return read
}

function digitOf(point: number): string | undefined {
  const zero = ZEROS.find((first) => point >= first && point <= first + 9)
  return zero === undefined ? undefined : String(point - zero)
}
