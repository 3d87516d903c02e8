/** How a text travels as SMS. */
export interface SmsSegments {
  /** `gsm7` where every character is in the GSM 03.38 default alphabet or its extension, else `ucs2`. */
  readonly encoding: 'gsm7' | 'ucs2'
  /** Septets for `gsm7` (extension characters count two), 16-bit units for `ucs2`. */
  readonly units: number
  /** Billed segments, at least 1. */
  readonly parts: number
}

const BASIC = new Set(
  '@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5' +
    '\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9' +
    ' !"#\u00a4%&\'()*+,-./0123456789:;<=>?' +
    '\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7' +
    '\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0',
)
const EXTENSION = new Set('\f^{}\\[~]|\u20ac')

/** True where every character is in the GSM 03.38 default alphabet or its extension. */
export function isGsm7(text: string): boolean {
  return [...text].every((character) => BASIC.has(character) || EXTENSION.has(character))
}

/**
 * Counts the segments of a text as carriers bill them: 160 septets, or 153 each when several; in UCS-2 70 units, or 67 each
 * (3GPP TS 23.038 and 23.040).
 */
export function smsSegments(text: string): SmsSegments {
  const characters = [...text]
  const isGsm = isGsm7(text)
  const sizes = characters.map((character) => (isGsm ? (EXTENSION.has(character) ? 2 : 1) : character.length))
  return isGsm ? { encoding: 'gsm7', ...packed(sizes, 160, 153) } : { encoding: 'ucs2', ...packed(sizes, 70, 67) }
}

function packed(sizes: readonly number[], alone: number, each: number): { readonly units: number; readonly parts: number } {
  const units = sizes.reduce((sum, size) => sum + size, 0)
  if (units <= alone) return { units, parts: 1 }
  let parts = 1
  let room = each
  for (const size of sizes) {
    // An escape and its character, or the halves of a surrogate pair, never part.
    if (room < size) {
      parts += 1
      room = each
    }
    room -= size
  }
  return { units, parts }
}
