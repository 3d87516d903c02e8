import type { ChannelName } from '../ports/message.js'
import type { Alphabet } from './alphabet.js'

/**
 * What a caller with a key decides about one challenge, within its rights; no other door has any (D6). What is not given is as the intent has it.
 */
export interface Terms {
  /** 4 to 32. */
  readonly codeLength?: number | undefined
  readonly alphabet?: Alphabet | undefined
  /** The caller's own code. */
  readonly code?: string | undefined
  readonly ttlSeconds?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly mode?: 'any' | 'all' | undefined
  /** Failures of the recipient in 24 h that this challenge bears. */
  readonly failuresPerDay?: number | undefined
  /** Whether the age of the code is judged when it is verified. */
  readonly isAging?: boolean | undefined
  /** The caller's own text; `{code}` stands for the code, `{hh:mm:ss}` for the time at which it expires. A text without `{code}` gets the code at its end. */
  readonly text?: string | undefined
  /** IANA zone of that time. @default 'UTC' */
  readonly timeZone?: string | undefined
  /** Sender of an SMS, 3 to 11 letters or digits. */
  readonly sender?: string | undefined
  readonly voice?: { readonly language?: string | undefined; readonly gender?: 'female' | 'male' | undefined } | undefined
  /** The caller's own notes; come back with the success. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Delivers nothing and answers with the codes. */
  readonly sandbox?: boolean | undefined
  /** Channels that the key may use. */
  readonly channels?: readonly ChannelName[] | undefined
}
