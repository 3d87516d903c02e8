import type { OtpEventName, OtpEvents } from '../ports/events.js'
import type { TransportHealth } from '../ports/health.js'
import type { ChannelName } from '../ports/message.js'
import type { Receipt } from '../ports/receipt.js'
import type { Intent } from './intents.js'
import type { Caller, RecallRequest, RedeemRequest, ResendRequest, SendRequest, VerifyRequest } from './requests.js'
import type { Pending, Redeemed, Refused, Sent, Verified } from './results.js'
import type { ApiKeyOptions } from './service/api-key.js'
import type { Service } from './service/service.js'
import type { ReportOutage } from './watched-store.js'

/**
 * The service object that every door works with, made by `createOtp`. Its methods are the use cases themselves: an application that
 * builds a door of its own calls them, all others mount one of ours.
 *
 * What honest users can cause is a value (`ok: false` with a `reason`). Rejects with `OtpError` where something is broken.
 */
export interface Otp {
  /** Sends a code. */
  send(request: SendRequest): Promise<Sent | Refused>
  /** Sends another code of a pending challenge. */
  resend(request: ResendRequest): Promise<Sent | Refused>
  /** Checks a code. */
  verify(request: VerifyRequest): Promise<Verified | Refused>
  /** Spends a grant. */
  redeem(request: RedeemRequest): Promise<Redeemed | Refused>
  /** What is pending under this id, for a page that was loaded again. */
  pending(request: Caller & { readonly intent: string; readonly id: string | undefined }): Promise<Pending | undefined>
  /** The grant under this id, if it still lives. */
  grant(
    request: Caller & { readonly intent: string; readonly id: string | undefined },
  ): Promise<{ readonly expiresAt: number; readonly now: number } | undefined>
  /**
   * For how many milliseconds the challenge under this id is verified: while its grant lives or, where it logged somebody in, until its code would have ended;
   * for the same user, intent and context. `undefined` for anything else.
   */
  recall(request: RecallRequest): Promise<number | undefined>
  /** Forgets a challenge or grant; its counters stay. */
  cancel(id: string | undefined): Promise<void>
  /** Lets a recipient in again who is paused, disabled, or whose sends are used up (T09). False for what is no address of a configured channel. */
  release(to: string, options?: { readonly tenant?: string | undefined }): Promise<boolean>
  /**
   * Takes a vendor's report on a message, which its caller has made sure is the vendor's: tells listeners of `receipt` and shows it in `pending`. True where
   * it was news; false for a repeated or overtaken one, and for a message that is not known (any more).
   */
  receive(transport: string, receipt: Receipt): Promise<boolean>
  /**
   * Told by a door that takes this transport's reports: only then messages are remembered for them. A process that sends and has no such door
   * calls it itself.
   */
  expectReceipts(transport: string): void
  /**
   * The use cases for other backends, which name one of these keys; what `apiRouter` mounts. Throws `ERR_OTP_OPTION` for a key that is not acceptable.
   */
  serve(keys: readonly ApiKeyOptions[]): Service
  /**
   * Pays into the balance that the store keeps for a tenant (option `balance: 'store'`): a decimal string with at most six places, e.g. `'25'`. Answers what is there now,
   * with six places; `'0'` asks. Throws `ERR_OTP_OPTION` for any other text, and where the store keeps none.
   */
  topUp(tenant: string, amount: string): Promise<string>
  /** Configured intents by name. */
  readonly intents: ReadonlyMap<string, Intent>
  /** Configured channels, in order. */
  readonly channels: readonly ChannelName[]
  /** Pause before each further send to one recipient, in seconds; the last entry repeats. */
  readonly cooldownSeconds: readonly number[]
  /** The present instant of this process, epoch milliseconds, by the option `clock`. */
  now(): number
  /** Signs and checks what the session door keeps in a browser, and encrypts what it keeps in a session. */
  readonly cookies: {
    seal(text: string): string
    /** Reverses `seal`; `undefined` where no live secret opens it. */
    open(sealed: string): string | undefined
    sign(text: string): string
    isSigned(text: string, signature: string): boolean
    bind(id: string, text: string): string
  }
  /** False until a store was named or found. */
  readonly hasStore: boolean
  /**
   * Told by a door which express-session store the application uses; where `createOtp` was given no `store`, challenges go beside those
   * sessions. The first call decides. Throws `ERR_OTP_OPTION` for a store that needs an explicit choice (T54).
   */
  adoptSessionStore(sessionStore: unknown): void
  /** Told by a door whose sessions fail, so that listeners of `unavailable` hear of it; of each error once. */
  readonly reportOutage: ReportOutage
  /** Listens. A listener that throws is reported as a process warning and disturbs nothing. */
  on<Name extends OtpEventName>(name: Name, listener: (event: OtpEvents[Name]) => void): Otp
  /** Stops listening. */
  off<Name extends OtpEventName>(name: Name, listener: (event: OtpEvents[Name]) => void): Otp
  /** How each transport fares; for a health page. */
  health(): readonly (TransportHealth & { readonly channel: ChannelName })[]
  /** Waits for messages that are still going out, at most `drainSeconds` (default 10), then frees the store's timers. */
  close(options?: { readonly drainSeconds?: number | undefined }): Promise<void>
}
