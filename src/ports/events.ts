import type { DeliveryFailure } from '../errors.js'
import type { GuardFigure } from './guard.js'
import type { ChannelName } from './message.js'
import type { Receipt } from './receipt.js'
import type { LimitName } from './store.js'

/** Whom an event is about, without saying who it is (T65). */
export interface EventSubject {
  /** Of the key that asked; `''` at the application's own doors. */
  readonly tenant: string
  /** Masked, e.g. `+1206\u2022\u2022\u20220123`. */
  readonly to: string
  /** Keyed hash of the recipient, stable over sends, sessions and doors. */
  readonly recipient: string
  readonly intent: string
  readonly channel: ChannelName
  /** ISO 3166-1 alpha-2 of a phone number, or `+` and its calling code where the number does not tell; absent for mailboxes. */
  readonly country?: string | undefined
}

/** Every event, with what it carries. No code, no whole address, no secret, ever; `id` is the store's id of a challenge, which opens nothing. */
export interface OtpEvents {
  /** A challenge was created and its places in the quotas were reserved. */
  readonly issued: EventSubject & { readonly id: string; readonly renewed: boolean }
  /** A transport took the message. */
  readonly sent: EventSubject & { readonly id: string; readonly transport: string; readonly parts: number }
  /** With `known-only`: nobody was sent this code, which never works, and the answer was like any other. `unknown` to `findRecipient`, or known and not to be reached over this channel. */
  readonly decoyed: EventSubject & { readonly id: string; readonly reason: 'unknown' | 'channel_not_enabled' }
  /** A limit refused a send before anything went out. */
  readonly send_refused: EventSubject & { readonly limit: LimitName; readonly retryAfterSeconds: number }
  /** No transport took the message, or none said whether it did. The challenge is dead, except with `known-only`. */
  readonly delivery_failed: EventSubject & { readonly id: string; readonly failure: DeliveryFailure }
  /** A vendor reported what became of a message: each change once. */
  readonly receipt: EventSubject & { readonly id: string; readonly transport: string } & Pick<Receipt, 'status' | 'errorCode'>
  /**
   * What the guard of paid channels decided about a message, before any of them goes out: `refused` by which limit, `recorded` where `guard.mode` let it pass all the same, or
   * `allowed`, because there was room or because the recipient was `proved` in the last 366 days. With every budget that was asked.
   */
  readonly decided: EventSubject & {
    readonly decision: 'allowed' | 'recorded' | 'refused'
    readonly rule: LimitName | 'proved' | 'within_budgets'
    readonly figures: readonly GuardFigure[]
  }
  /** A ceiling of `spendCap`, or `guard.paidPerHour`, has reached 50, 80 or 100 percent: each once in a window, over all processes that share a store. */
  readonly budget: GuardFigure & {
    readonly percent: 50 | 80 | 100
    /** Where the ceiling is one of each tenant. */
    readonly tenant?: string | undefined
    /** Where the ceiling is one of a country. */
    readonly callingCode?: string | undefined
  }
  /** Too much was sent and not proved: a calling code is closed, or an IP block, or would be if the mode were not `record`. Once in a window. */
  readonly pumping: GuardFigure & {
    readonly tenant: string
    readonly callingCode?: string | undefined
    /** Keyed hash of the IP block. */
    readonly block?: string | undefined
    readonly mode: 'deny' | 'record'
  }
  /** A code was right. */
  readonly verified: {
    readonly tenant: string
    readonly id: string
    readonly recipient: string
    readonly intent: string
    readonly channels: readonly ChannelName[]
    readonly complete: boolean
  }
  /** A guess was refused. */
  readonly rejected: {
    readonly tenant: string
    readonly id: string
    readonly recipient: string
    readonly intent: string
    readonly outcome: 'wrong' | 'exhausted' | 'gone' | 'expired' | 'limited'
    readonly limit?: LimitName | undefined
  }
  /** A recipient reached 10, 25, 50, 80 or 100 failures in a row, known and unknown devices together (T07). */
  readonly failures: { readonly tenant: string; readonly recipient: string; readonly count: number }
  /** The application let a recipient in again by `otp.release` (T09); `to` is masked. */
  readonly released: { readonly tenant: string; readonly recipient: string; readonly to: string }
  /**
   * The store did not answer, or not in time; `during` names what was asked of it, `session` where a session or a login failed, `findRecipient` where that option of the application failed,
   * `check` where a vendor that keeps its codes did not say whether one is right: `cause` is then what its failure was reduced to; `human_check` where `challengeHuman` threw or was late.
   */
  /** `cause` is the host's or a client's own error, as it was thrown: log it with the care that your own errors need. */
  readonly unavailable: { readonly during: string; readonly code: string; readonly cause?: unknown }
}

/** The name of an event. */
export type OtpEventName = keyof OtpEvents

/** Tells every listener. Never throws. */
export type Emit = <Name extends OtpEventName>(name: Name, event: OtpEvents[Name]) => void
