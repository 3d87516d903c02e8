import type { AttachRequest, ConfirmRequest } from './confirm.js'
import type { FoundAnswer, Labels } from './label.js'
import type { Limited, Limits } from './limits.js'
import type { ChannelName } from './message.js'
import type { Register } from './register.js'

export type { AttachRequest, ConfirmRequest } from './confirm.js'
export type { Limited, LimitName, Limits } from './limits.js'

/** One code of a new challenge, as the store keeps it. */
export interface NewAnswer {
  readonly channel: ChannelName
  /** Index into the recipient keys of the challenge's id. */
  readonly recipient: number
  /** Keyed digest of the code, fixed length. The store compares it and can do nothing else with it. `''` where it is not known yet, or a vendor keeps the code: then no guess is right before `attach` or `confirm`. */
  readonly digest: string
  /** The address, encrypted for this challenge. */
  readonly sealed: string
  /** Calling code for phones, else `''`. */
  readonly callingCode: string
  /** True where whoever verifies says how old the code may be. @default false */
  readonly isAging?: boolean | undefined
}

/** A request for a new challenge, or for new codes on a live one. */
export interface IssueRequest {
  /**
   * The challenge's id: the keys of its recipients (16 characters each), then 22 random characters, so that the records
   * of a decision are known from the id alone. With an id that was used before, the new challenge replaces whatever stands under it, live or not, and its grant.
   */
  readonly id: string
  readonly intent: string
  /** Keyed hash of the user who is logged in, `''` for nobody. */
  readonly user: string
  /** Keyed hash of the transaction context, `''` for none. */
  readonly context: string
  readonly mode: 'any' | 'all'
  readonly maxAttempts: number
  readonly ttlSeconds: number
  readonly answers: readonly NewAnswer[]
  /** Key of the IP block, `''` for none. */
  readonly origin: string
  /**
   * True where this device has proved every one of these recipients before. It then has a quota of its own, and once that is used up is tried like any other.
   * @default false
   */
  readonly isKnownDevice?: boolean | undefined
  /** Smaller budget than `recipientFailuresPerDay`, at least 1, for guesses on this challenge: for codes that are easier to guess. @default none */
  readonly failuresPerDay?: number | undefined
  readonly limits: Limits
}

/**
 * As {@link IssueRequest}, for a live challenge. `replace` forgets the old code; `keep` leaves the newest two valid. Where a part of the challenge is
 * proved, it ends with the code that proved it, however often the rest is renewed.
 */
export interface RenewRequest extends IssueRequest {
  readonly resend: 'replace' | 'keep'
}

export interface Issued {
  readonly outcome: 'issued'
  /** The store's clock, epoch milliseconds. */
  readonly now: number
  readonly expiresAt: number
  readonly attemptsLeft: number
  /** From when on the cooldown lets another code pass, as far as the sends of this challenge tell: those of others for the same recipient are not shown (T52). */
  readonly resendAt: number
  /** What the caller's IP block has left: sends, until the oldest of this hour is an hour old. Absent where address limits do not apply, or a store does not tell. */
  readonly block?: { readonly sendsLeft: number; readonly resetAt: number } | undefined
}

export type IssueDecision = Issued | Limited
export type RenewDecision = Issued | Limited | { readonly outcome: 'gone' }

/** One typed code: its digest under every live secret, for each channel that it may stand for. */
export type Guess = Readonly<Partial<Record<ChannelName, readonly string[]>>>

export interface VerifyRequest {
  readonly id: string
  readonly intent: string
  readonly user: string
  readonly context: string
  readonly guesses: readonly Guess[]
  /** Answers that are `isAging` are compared as wrong from this age on, and charged. Shortens lives, never lengthens one. @default no such age */
  readonly maxAgeSeconds?: number | undefined
  /** True where a wrong guess shall be answered with the vendors to ask about it. @default false */
  readonly delegates?: boolean | undefined
  readonly origin: string
  /** As in {@link IssueRequest}: what unknown devices failed does not stop this one, nor the other way round. @default false */
  readonly isKnownDevice?: boolean | undefined
  /** How long the grant lives that a complete verification leaves; 0 for none. */
  readonly grantSeconds: number
  /** True where a complete verification that leaves no grant is remembered, for `find`, until its code would have ended. @default false */
  readonly recalls?: boolean | undefined
  readonly limits: Limits
}

/** A code that was right, and whose. */
export interface Proved {
  readonly channel: ChannelName
  readonly sealed: string
}

/**
 * Answers that vendors may call right, for a guess that was charged as wrong; only where `delegates` was asked for. Absent where there are none, and for
 * guesses that were not charged any more.
 */
export type Delegated = readonly Proved[]

export type VerifyDecision =
  | {
      readonly outcome: 'verified'
      readonly now: number
      readonly complete: boolean
      /** Every channel proved so far, this call's included. */
      readonly proved: readonly Proved[]
      readonly waiting: readonly ChannelName[]
      readonly attemptsLeft: number
      /** Epoch milliseconds, 0 where no grant was left. */
      readonly grantExpiresAt: number
    }
  | {
      readonly outcome: 'wrong'
      readonly attemptsLeft: number
      /** Most consecutive failures that any recipient of this challenge has now, known and unknown devices together. */
      readonly failures: number
      readonly waiting: readonly ChannelName[]
      readonly delegated?: Delegated | undefined
    }
  /** `failures` for the guess that used the last attempt; none for those after it, which cost nothing. */
  | { readonly outcome: 'exhausted'; readonly failures?: number | undefined; readonly delegated?: Delegated | undefined }
  /** A code was given for a channel that the challenge does not wait for. Nothing was charged. */
  | { readonly outcome: 'unexpected_channel'; readonly channel: ChannelName }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'expired' }
  | Limited

export interface FindRequest {
  readonly id: string
  readonly limits: Limits
}

export type FindDecision =
  | {
      readonly outcome: 'found'
      readonly now: number
      readonly intent: string
      readonly user: string
      readonly context: string
      readonly mode: 'any' | 'all'
      readonly expiresAt: number
      readonly attemptsLeft: number
      /** As in {@link Issued}. */
      readonly resendAt: number
      readonly answers: readonly FoundAnswer[]
    }
  /** `granted` while its grant lives, `verified` where it left none and is remembered. `now` lets a caller tell for how long still, and since when. */
  | {
      readonly outcome: 'granted' | 'verified'
      readonly now: number
      readonly intent: string
      readonly user: string
      readonly context: string
      readonly verifiedAt: number
      readonly expiresAt: number
    }
  | { readonly outcome: 'gone' }

/** After the delivery of one message failed. */
export interface WithdrawRequest {
  readonly id: string
  /** What `issue` or `renew` said of that message: the challenge dies only if no later one went out for it. */
  readonly issued: Pick<Issued, 'now' | 'expiresAt'>
  /** Whether the recipients get the place of that message in their quotas back. */
  readonly giveBack: boolean
}

/** Spends a grant. */
export interface RedeemRequest {
  readonly id: string
  readonly intent: string
  readonly user: string
  readonly context: string
  /** Oldest acceptable proof. */
  readonly maxAgeSeconds: number
  /** False leaves the grant for further steps within its life. */
  readonly once: boolean
}

export type RedeemDecision =
  | { readonly outcome: 'redeemed'; readonly now: number; readonly verifiedAt: number; readonly proved: readonly Proved[] }
  | { readonly outcome: 'gone' }

/**
 * Where challenges and counters live. Every verb is one whole decision and one atomic step: any number of callers, in any
 * number of processes that share the store, may call any verbs at the same time, and each sees the world either before or
 * after every other call, never between. Time is the store's own.
 *
 * A verb that cannot be carried out for sure rejects with `OtpError` `ERR_OTP_STORE` within 2 s and is then either wholly done or not at all;
 * it never answers from a guess. A bounded store that has no room rejects a new challenge with `ERR_OTP_STORE_FULL`.
 *
 * What each verb decides is written once, in `core/law`. Prove a store of your own with `storeContract` of
 * `express-otp/testing`.
 */
export interface Store extends Labels, Register {
  /** Checks every limit, reserves a place in each, and creates the challenge, in the place of one with the same id. Of 50 callers for one recipient at once, one is `issued`. */
  issue(request: IssueRequest): Promise<IssueDecision>
  /** Gives a live challenge new codes under the same limits. `gone` where it is not live or is for somebody or something else. */
  renew(request: RenewRequest): Promise<RenewDecision>
  /** Charges the guess, then compares, then consumes. Of any number of right guesses at once, one is `verified`. */
  verify(request: VerifyRequest): Promise<VerifyDecision>
  /**
   * Makes a guess that was charged as wrong a right one, because the vendor that keeps its code says so, and takes back what it cost. Asks no limit: the guess
   * has passed them. Of any number of callers at once, one is `verified`; the others find it `gone`.
   */
  confirm(request: ConfirmRequest): Promise<VerifyDecision>
  /** Keeps what a vendor gave with its code, or the digest of one of our own, in the place of what was sealed. False where that code is not waited for, or has a digest. */
  attach(request: AttachRequest): Promise<boolean>
  /** Reads; changes nothing. */
  find(request: FindRequest): Promise<FindDecision>
  /** Kills a challenge whose last message did not go out. A grant that it left stays. */
  withdraw(request: WithdrawRequest): Promise<void>
  /** Forgets a challenge or grant. The counters stay. */
  cancel(request: { readonly id: string }): Promise<void>
  /** Spends the grant that a verified challenge left. Of any number of callers with `once`, one is `redeemed`. */
  redeem(request: RedeemRequest): Promise<RedeemDecision>
  /** Sets the failures of one recipient key to 0, those of the last day too, ends its pauses, and frees the places of its sends, save in the limit of all sends of a day. */
  release(request: { readonly recipient: string }): Promise<void>
  /** Frees timers. Does not close a client that the caller made. */
  close(): Promise<void>
}
