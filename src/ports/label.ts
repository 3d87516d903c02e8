import type { ChannelName } from './message.js'
import type { Receipt } from './receipt.js'

/** What is remembered of a delivered message, for when its vendor reports on it. */
export interface LabelRequest {
  /** Keyed hash of transport and message id, 16 characters of `[A-Za-z0-9_-]`: a vendor knows nothing else of a message. */
  readonly label: string
  /** The challenge. */
  readonly id: string
  readonly channel: ChannelName
  /** When the message's code expires, as `issue` or `renew` told: tells it from others of the challenge. Epoch milliseconds. */
  readonly expiresAt: number
  /** Whom the message was for, encrypted. */
  readonly sealed: string
}

/** A vendor's report on a labelled message. */
export interface NoteRequest {
  readonly label: string
  readonly status: Receipt['status']
}

export type NoteDecision =
  /** News. */
  | { readonly outcome: 'noted'; readonly channel: ChannelName; readonly sealed: string }
  /** Said before, or overtaken: nothing follows `delivered` or `failed`, and `sent` is said once. */
  | { readonly outcome: 'known' }
  | { readonly outcome: 'gone' }

/** One code of a challenge, as `find` shows it. */
export interface FoundAnswer {
  readonly channel: ChannelName
  readonly sealed: string
  readonly proved: boolean
  /** What its vendor last reported of the message; absent where nothing was. */
  readonly receipt?: Receipt['status'] | undefined
}

/** The verbs of a store for what vendors report of messages. */
export interface Labels {
  /** Remembers a delivered message for the life of its code and one hour more. A label that is there already is replaced. */
  label(request: LabelRequest): Promise<void>
  /**
   * Notes a report: of any number of equal ones at once, one is `noted`. Then `find` shows it at the code that the message carried, where
   * there still is one. These are two steps, each atomic: where the second one rejects, the next report on the message makes up for it.
   */
  note(request: NoteRequest): Promise<NoteDecision>
}
