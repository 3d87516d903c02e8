import type { Speech } from '../ports/message.js'

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** Makes a value safe as XML text and inside a quoted attribute; what XML 1.0 has no character for is left out (T41). */
export function escapeXml(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '')
}

/** Between two characters of a code: long enough to write one down. */
const BREAK = '<break time="700ms"/>'

/** The code with its introduction, as often as the speech says, and its end, as the inside of an SSML document. */
export function spokenSsml(speech: Speech): string {
  const spelled = speech.spelled.map(escapeXml).join(BREAK)
  const once = `${escapeXml(speech.before)}${BREAK}${spelled}<break time="1500ms"/>`
  return `${once.repeat(Math.max(1, speech.times))}${escapeXml(speech.after)}`
}
