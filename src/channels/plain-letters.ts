import { isGsm7 } from '../util/gsm7.js'

/** Letters that Unicode does not take apart, and signs of typography. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['\u0142', 'l'],
  ['\u0141', 'L'],
  ['\u0111', 'd'],
  ['\u0110', 'D'],
  ['\u0131', 'i'],
  ['\u0153', 'oe'],
  ['\u0151', '\u00f6'],
  ['\u0150', '\u00d6'],
  ['\u0171', '\u00fc'],
  ['\u0170', '\u00dc'],
  ['\u2019', "'"],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u00ab', '"'],
  ['\u00bb', '"'],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u00a0', ' '],
])

/** Takes the accents off letters that the GSM 7-bit alphabet lacks, where the letter without them is in it. */
export function plainLetters(text: string): string {
  return [...text.normalize('NFC')].map((letter) => (isGsm7(letter) ? letter : plain(letter))).join('')
}

function plain(letter: string): string {
  const base = PLAIN.get(letter) ?? letter.normalize('NFD').replace(/\p{M}/gu, '')
  return base !== '' && isGsm7(base) ? base : letter
}
