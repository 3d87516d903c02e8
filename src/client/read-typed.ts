import type { Alphabet } from '../core/alphabet.js'

/** Alphabets whose small letters stand for capitals, as classes of a pattern; those by classes of characters are exact. */
const CAPITALS: Readonly<Record<string, string>> = { letters: 'A-HJ-NP-Z', alphanumeric: '2-9A-HJ-NP-Z' }

/** Most characters that any code has: for a page that does not know the length yet. */
const MOST = 32

/** True where small letters are read as capitals. */
export function readsCapitals(alphabet: Alphabet): boolean {
  return alphabet in CAPITALS
}

/**
 * The code in what was typed, pasted or filled in, as the server reads it: digits of any script become ASCII, blanks and dashes go. In a sentence it is
 * the first group of just so many characters; else what the alphabet does not have is left out, and what is too much.
 */
export function readTyped(typed: string, length: number, alphabet: Alphabet): string {
  const one = `[${alphabet === 'digits' ? '0-9' : (CAPITALS[alphabet] ?? 'A-Za-z0-9!#$%&?@')}]`
  const plain = typed.replace(/\p{Nd}/gu, asciiDigit)
  const group = new RegExp(`(?<![\\p{L}\\p{N}])${one}(?:[\\s\\p{Pd}]?${one}){${Math.max(0, length - 1)}}(?![\\p{L}\\p{N}])`, 'u')
  const found = (length > 0 && group.exec(plain)?.[0]) || plain
  const cased = readsCapitals(alphabet) ? found.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : found
  return (cased.match(new RegExp(one, 'g')) ?? []).slice(0, length || MOST).join('')
}

/** Digits stand in rows of ten: how far it is from the beginning of its row tells which one it is. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before++
  return String(before % 10)
}
