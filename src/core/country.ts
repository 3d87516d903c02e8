import type { Recipient } from '../ports/channel.js'

/** Where a phone is: ISO 3166-1 alpha-2, else `+` and the calling code. Nothing for a mailbox. */
export function countryOf({ callingCode, country }: Recipient): string | undefined {
  return country ?? (callingCode === undefined ? undefined : `+${callingCode}`)
}
