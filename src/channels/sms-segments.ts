import { gsm7Units, isGsm7 } from '../util/gsm7.js'

/** How a text travels as SMS. */
export interface SmsSegments {
  /** `gsm7` where every character is in the GSM 03.38 default alphabet or its extension, else `ucs2`. */
  readonly encoding: 'gsm7' | 'ucs2'
  /** Septets for `gsm7` (extension characters count two), 16-bit units for `ucs2`. */
  readonly units: number
  /** Billed segments, at least 1. */
  readonly parts: number
}

/**
 * Counts the segments of a text as carriers bill them: 160 septets, or 153 each when several; in UCS-2 70 units, or 67 each
 * (3GPP TS 23.038 and 23.040).
 */
export function smsSegments(text: string): SmsSegments {
  const encoding = isGsm7(text) ? 'gsm7' : 'ucs2'
  const units = encoding === 'gsm7' ? gsm7Units(text) : text.length
  const [alone, each] = encoding === 'gsm7' ? [160, 153] : [70, 67]
  return { encoding, units, parts: units <= alone ? 1 : parts(text, encoding, each) }
}

function parts(text: string, encoding: 'gsm7' | 'ucs2', each: number): number {
  let count = 1
  let room = each
  for (const character of text) {
    const size = encoding === 'ucs2' ? character.length : gsm7Units(character)
    // An escape and its character, or the halves of a surrogate pair, never part.
    if (room < size) {
      count += 1
      room = each
    }
    room -= size
  }
  return count
}
