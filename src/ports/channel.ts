import type { ChannelName, Worded, Wording } from './message.js'
import type { Transport } from './transport.js'

/** A parsed, accepted address. */
export interface Recipient {
  /** `phone` numbers are shared by `sms`, `call` and `whatsapp`; a mailbox is an `email`. */
  readonly kind: 'phone' | 'email'
  /** The one canonical spelling: E.164 with `+`, or an addr-spec with a lower-case A-label domain. Identity and delivery use it. */
  readonly address: string
  /** What counters are kept under: `address`, with the spellings folded that reach the same mailbox. */
  readonly countedAs: string
  /** Calling code without `+`, for phones. */
  readonly callingCode?: string | undefined
  /** ISO 3166-1 alpha-2, where the number tells. */
  readonly country?: string | undefined
}

/** Why an address was not accepted; goes to the client as `errors[].reason` for the field `to`. */
export type RecipientRefusal = 'invalid_phone_number' | 'invalid_email_address' | 'country_not_served' | 'not_an_sms_number'

/** One medium: which addresses it accepts, how it words a message, and who delivers it. */
export interface Channel {
  readonly name: ChannelName
  readonly transport: Transport
  /** Parses what a person typed, or says why not. Bounded in time for any input of at most 4 KiB. */
  parse(to: string): Recipient | { readonly refused: RecipientRefusal }
  /** Words the message for this medium. */
  word(wording: Wording): Worded
}
