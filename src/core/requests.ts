import type { ExtraPlaceLimit } from '../ports/limits.js'
import type { ChannelName } from '../ports/message.js'
import type { Terms } from './terms.js'

/** Whose request it is. Every door fills this in from what it knows, never from a body (T13, T43). */
export interface Caller {
  /** `''` for the session and Passport doors. */
  readonly tenant: string
  /** Id of the signed-in user, `''` for nobody. */
  readonly userId: string
  /** Client address as the host knows it; `undefined` runs without address limits. */
  readonly ip: string | undefined
  /** What an earlier success called this device, if anything (T09). */
  readonly device?: string | undefined
}

/**
 * What a door does between the creation of a challenge and its delivery: keep the id where only this caller can show it again. Rejects where it
 * cannot; then nothing is delivered (T58).
 */
export type Hold = (pointer: { readonly id: string; readonly expiresIn: number }) => Promise<void>

/**
 * Asked where a limit refuses that may give a place more a send: true for the same send again, with one place more in this limit, or under twice this
 * budget. What does not fit then is refused, so nobody gets further than that, however often this is true. `to` is masked.
 */
export type Appeal = (refusal: { readonly limit: ExtraPlaceLimit; readonly to: string }) => Promise<boolean>

/** A request for a code. */
export interface SendRequest extends Caller {
  /** What the person typed; not allowed for intents that are `stepUp`. */
  readonly to?: unknown
  /** @default 'auto' */
  readonly channel?: 'auto' | ChannelName | undefined
  /** Several channels at once, instead of `to` and `channel`; each gets a code of its own (T68). */
  readonly channels?: unknown
  /** Address for each of `channels`. */
  readonly recipients?: unknown
  /** @default 'login' */
  readonly intent?: string | undefined
  /** BCP 47 tag. */
  readonly locale?: string | undefined
  /** What is being approved, for intents that are bound to it. */
  readonly context?: unknown
  /** By what this browser is known for the moment, a secret of its own: the same question of it within a second is one question. @default nothing of the kind */
  readonly browser?: string | undefined
  /** Id of the challenge that this caller has pending for the intent, if any; this send supersedes it (T13). */
  readonly current?: string | undefined
  readonly hold: Hold
  /** Asked where a limit refuses that may give one place more (T30). @default no limit gives one */
  readonly appeal?: Appeal | undefined
  /** What a caller with a key decides (D6). */
  readonly terms?: Terms | undefined
  /** Whether the challenge is found by its id, or by recipient and intent, and then takes the place of an earlier one. @default 'id' */
  readonly foundBy?: 'recipient' | 'id' | undefined
}

/** A request for another code of a pending challenge. */
export interface ResendRequest extends Caller {
  readonly intent?: string | undefined
  /** Another channel than the first time. @default the same */
  readonly channel?: 'auto' | ChannelName | undefined
  readonly locale?: string | undefined
  readonly current: string | undefined
  readonly hold: Hold
  /** As in {@link SendRequest}. */
  readonly appeal?: Appeal | undefined
  /** True for a caller with a key: any intent, on the terms of the first send. */
  readonly isKeyed?: boolean | undefined
  /** Channels that its key may use, which need not be the one that sent first. */
  readonly channels?: readonly ChannelName[] | undefined
}

/** A typed code. */
export interface VerifyRequest extends Caller {
  /** @default 'login' */
  readonly intent?: string | undefined
  /** Id of the challenge that this caller holds; never a value of a browser's request (T16). */
  readonly id: string | undefined
  readonly code?: unknown
  /** One code for each channel, instead of `code`. */
  readonly codes?: unknown
  readonly context?: unknown
  /** Address that the request names, if it names one: any other than the challenge's makes the guess wrong (T13). */
  readonly to?: unknown
  /** Oldest acceptable code, in seconds, where the challenge was sent on terms that are `isAging`. */
  readonly maxAgeSeconds?: number | undefined
  /** Present for a caller with a key: the shape of a code is then known after the lookup only, and what does not fit is wrong (T37). */
  readonly terms?: Terms | undefined
  /** True where success leaves a grant for a later step. */
  readonly leaveGrant: boolean
}

/** A question whether a challenge is verified. */
export interface RecallRequest {
  readonly intent: string
  readonly id: string | undefined
  /** Whose it must be. @default anybody's, for a door that knows by other means that the id is this caller's */
  readonly caller?: Caller | undefined
  /** Must equal what was approved. */
  readonly context?: unknown
}

/** A step that asks for a fresh proof. */
export interface RedeemRequest extends Caller {
  readonly intent: string
  /** Id of the grant that this caller holds. */
  readonly id: string | undefined
  /** What the step is about to do; must equal what was approved (T15). */
  readonly context?: unknown
  /** Oldest acceptable proof, in seconds. @default the grant's own life */
  readonly maxAgeSeconds?: number | undefined
  /** False leaves the grant for further steps within its life. @default true */
  readonly once?: boolean | undefined
}
