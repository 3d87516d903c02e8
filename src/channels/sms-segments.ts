/** How a text travels as SMS. */
export interface SmsSegments {
  /** `gsm7` where every character is in the GSM 03.38 default alphabet or its extension, else `ucs2`. */
  readonly encoding: 'gsm7' | 'ucs2'
  /** Septets for `gsm7` (extension characters count two), 16-bit units for `ucs2`. */
  readonly units: number
  /** Billed segments, at least 1. */
  readonly parts: number
}

const BASIC =
  '@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5' +
  '\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9' +
  ' !"#\u00a4%&\'()*+,-./0123456789:;<=>?' +
  '\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7' +
  '\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0'
const EXTENSION = '\f^{}\\[~]|\u20ac'

// As patterns, for every message that is worded is counted.
const escaped = (characters: string): string => characters.replace(/[\\\]^-]/g, '\\$&')
const GSM7 = new RegExp(`^[${escaped(BASIC + EXTENSION)}]*$`)
const EXTENSIONS = new RegExp(`[${escaped(EXTENSION)}]`, 'g')

/** True where every character is in the GSM 03.38 default alphabet or its extension. */
export function isGsm7(text: string): boolean {
  return GSM7.test(text)
}

/**
 * Counts the segments of a text as carriers bill them: 160 septets, or 153 each when several; in UCS-2 70 units, or 67 each
 * (3GPP TS 23.038 and 23.040).
 */
export function smsSegments(text: string): SmsSegments {
  const encoding = isGsm7(text) ? 'gsm7' : 'ucs2'
  const units = text.length + (encoding === 'gsm7' ? (text.match(EXTENSIONS)?.length ?? 0) : 0)
  const [alone, each] = encoding === 'gsm7' ? [160, 153] : [70, 67]
  return { encoding, units, parts: units <= alone ? 1 : parts(text, encoding, each) }
}

function parts(text: string, encoding: 'gsm7' | 'ucs2', each: number): number {
  let count = 1
  let room = each
  for (const character of text) {
    const size = encoding === 'ucs2' ? character.length : EXTENSION.includes(character) ? 2 : 1
    // An escape and its character, or the halves of a surrogate pair, never part.
    if (room < size) {
      count += 1
      room = each
    }
    room -= size
  }
  return count
}
