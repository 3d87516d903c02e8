import type { ChannelName } from '../ports/message.js'
import type { Receipt } from '../ports/receipt.js'
import type { Alphabet } from './alphabet.js'

/** Every reason why something was not done, as clients see it. */
export const REASONS = [
  'invalid_request',
  'invalid_code',
  'no_pending_challenge',
  'expired',
  'too_many_attempts',
  'rate_limited',
  'delivery_failed',
  'otp_required',
  'forbidden',
  'insufficient_balance',
] as const

/** One of {@link REASONS}. */
export type Reason = (typeof REASONS)[number]

/** Which field was not accepted, and why. */
export interface FieldError {
  readonly field: string
  readonly reason: string
}

/** An expected outcome that is not success. */
export interface Refused {
  readonly ok: false
  readonly reason: Reason
  /** For `invalid_request`. */
  readonly errors?: readonly FieldError[] | undefined
  /** For `invalid_code`: guesses that the challenge still has. */
  readonly attemptsLeft?: number | undefined
  /** For `too_many_attempts`: whether this very guess used the last attempt, and so was a failure. Not told to clients. */
  readonly isCharged?: boolean | undefined
  /** For `no_pending_challenge`: true where this browser gave the right code before, and what that was good for still holds. */
  readonly alreadyVerified?: true | undefined
  /** For `rate_limited`: whole seconds, at least 1. */
  readonly retryAfter?: number | undefined
}

/** How one channel fared. */
export interface ChannelResult {
  readonly sent: boolean
  /** The vendor's message id, if it gave one. */
  readonly id?: string | undefined
  /** Why it was not sent. */
  readonly reason?: 'delivery_failed' | undefined
  /** SMS segments; 1 elsewhere. */
  readonly parts: number
  /**
   * What it cost by the price table, as a decimal with six places: nothing where it certainly did not go out. Absent without a table, and for all but callers with a key.
   */
  readonly price?: string | undefined
}

/** How many messages a caller may still have sent. */
export interface SendQuota {
  /** Of so many in any 3600 s. */
  readonly limit: number
  readonly left: number
  /** Whole seconds until the oldest of them counts no more. */
  readonly resetIn: number
}

/** A code is on its way. */
export interface Sent {
  readonly ok: true
  /** The challenge. */
  readonly id: string
  readonly intent: string
  /** Masked. */
  readonly to: string
  readonly channel: ChannelName
  readonly mode: 'any' | 'all'
  readonly reference: string
  readonly channels: Readonly<Partial<Record<ChannelName, ChannelResult>>>
  readonly codeLength: number
  readonly alphabet: Alphabet
  readonly attemptsLeft: number
  /** Whole seconds. */
  readonly expiresIn: number
  /** Epoch milliseconds, by the store's clock. */
  readonly expiresAt: number
  /** Whole seconds until the same recipient may be sent another code. */
  readonly resendIn: number
  /** For doors that browsers use: what the caller's own IP block has left of its sends in an hour (T52). */
  readonly quota?: SendQuota | undefined
  /** Codes of sandboxed addresses, which nothing was delivered to. */
  readonly sandboxCodes?: Readonly<Partial<Record<ChannelName, string>>> | undefined
}

/** A code was right. The recipient is the one that the challenge was bound to, never a value of the request (T13). */
export interface Verified {
  readonly ok: true
  readonly id: string
  readonly intent: string
  /** Canonical address. */
  readonly to: string
  readonly channel: ChannelName
  /** False while mode `all` waits for other channels. */
  readonly complete: boolean
  readonly waiting: readonly ChannelName[]
  /** Every address proved so far. */
  readonly proved: readonly { readonly channel: ChannelName; readonly to: string }[]
  /** How, in the words of RFC 8176: `otp`, with `sms` or `tel` where a code came that way; after a first factor both, with `mfa` where they are of two kinds. */
  readonly amr: readonly string[]
  /** The user whose own address was proved, for intents that are `stepUp` or `secondFactor`. */
  readonly userId?: string | undefined
  readonly attemptsLeft: number
  /** Epoch milliseconds, by the store's clock. */
  readonly verifiedAt: number
  /** Epoch milliseconds; 0 where no grant was left. */
  readonly grantExpiresAt: number
  /** What a caller with a key noted at the send. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /**
   * Names this device as one that has proved the recipients, once everything is proved: for `device` of its further requests (T09). Our session and Passport
   * doors keep it in a cookie, and show it to nobody.
   */
  readonly deviceToken?: string | undefined
}

/** What is pending, for a page that was loaded again. */
export interface Pending {
  readonly id: string
  readonly intent: string
  readonly to: string
  readonly channel: ChannelName
  readonly mode: 'any' | 'all'
  readonly reference: string
  readonly waiting: readonly ChannelName[]
  /** What the vendor last reported of each channel's newest message; no entry where nothing was, or where no reports are taken. */
  readonly channels: Readonly<Partial<Record<ChannelName, Receipt['status']>>>
  readonly codeLength: number
  readonly alphabet: Alphabet
  readonly attemptsLeft: number
  readonly expiresIn: number
  readonly expiresAt: number
  readonly resendIn: number
  /** What is being approved, for intents that are bound to it. */
  readonly context?: Readonly<Record<string, string>> | undefined
}

/** A grant was spent. */
export interface Redeemed {
  readonly ok: true
  readonly intent: string
  readonly to: string
  readonly channel: ChannelName
  /** Every address that was proved, and for which intent. */
  readonly proved: readonly { readonly intent: string; readonly channel: ChannelName; readonly to: string }[]
  /** How, in the words of RFC 8176: `otp`, with `sms` or `tel` where a code came that way. */
  readonly amr: readonly string[]
  /** Epoch milliseconds, by the store's clock. */
  readonly verifiedAt: number
}

/** A refusal with nothing but its reason. */
export function refused(reason: Reason): Refused {
  return { ok: false, reason }
}

/** A refusal that names one field. */
export function invalid(field: string, reason: string): Refused {
  return { ok: false, reason: 'invalid_request', errors: [{ field, reason }] }
}
