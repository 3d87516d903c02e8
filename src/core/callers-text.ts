import type { Terms } from './terms.js'

/** Where the code stands in a text. */
const CODE = '{code}'
const EXPIRY = '{hh:mm:ss}'

/** A caller's own text with everything put in but the code itself, which always has a place in it afterwards. */
export function callersText({ text, timeZone = 'UTC' }: Terms, expiresAt: number): string | undefined {
  if (text === undefined) return undefined
  const at = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' }).format(expiresAt)
  const timed = text.replaceAll(EXPIRY, at)
  return timed.includes(CODE) ? timed : `${timed}${/(^|\s)$/.test(timed) ? '' : ' '}${CODE}`
}
