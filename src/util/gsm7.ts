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

/** True where every character is in the GSM 7-bit default alphabet or its extension (3GPP TS 23.038): anything else travels as UCS-2. */
export function isGsm7(text: string): boolean {
  return GSM7.test(text)
}

/** Septets of a text for which {@link isGsm7} is true: a character of the extension takes two. */
export function gsm7Units(text: string): number {
  return text.length + (text.match(EXTENSIONS)?.length ?? 0)
}
