import type { ChannelName } from '../../ports/message.js'
import type { Pending, Refused, Sent, Verified } from '../results.js'
import type { Terms } from '../terms.js'
import type { ApiKey, KeyBook } from './api-key.js'

/** What is pending for a caller with a key. */
export interface ServicePending extends Pending {
  /** What the caller noted at the send. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

/** Whom a backend asks for: the person at its end. */
export interface EndUser {
  /** The end user's address, where the backend knows it; limits of addresses then work behind the door. Else a ceiling of the key takes their place. */
  readonly clientIp?: string | undefined
  /** What an earlier success answered as `deviceToken` for this person's device, if anything (T09). */
  readonly deviceToken?: string | undefined
}

/** A send, in the one vocabulary of all dialects. Values come as the request had them, where `unknown` is written: the core checks them. */
export interface ServiceSend extends EndUser {
  readonly to?: unknown
  /** @default 'auto' */
  readonly channel?: 'auto' | ChannelName | undefined
  /** Several at once, instead of `to` and `channel`. */
  readonly channels?: unknown
  readonly recipients?: unknown
  /** Any name of at most 36 characters. @default 'login' */
  readonly intent?: string | undefined
  readonly locale?: string | undefined
  readonly context?: unknown
  /** What the caller wishes; refused where its key has not the right: `errors` then has the reason `not_allowed` for the field (D6, T68). */
  readonly terms: Terms
  /**
   * `recipient`: the challenge is found by recipient and intent, and a further send takes its place. `id`: it is found by the id of the answer.
   * @default 'id'
   */
  readonly foundBy?: 'recipient' | 'id' | undefined
  /** A challenge that this one takes the place of. */
  readonly current?: string | undefined
}

/** A guess. Exactly one of `id` and `to` names the challenge. */
export interface ServiceVerify extends EndUser {
  readonly id?: string | undefined
  /** With `foundBy: 'recipient'` at send. Beside `id` any other recipient than the challenge's makes the guess wrong (T13). */
  readonly to?: unknown
  readonly intent?: string | undefined
  readonly code?: unknown
  /** One for each channel, instead of `code`. */
  readonly codes?: unknown
  readonly context?: unknown
  /** Oldest acceptable code, for challenges that were sent with `isAging`. */
  readonly maxAgeSeconds?: number | undefined
}

/** What one tenant's dialect keeps for later, encrypted: nobody else's exists for it. */
export interface Notebook {
  /** Keeps `value` under a free name: of any number of callers at once, one gets `undefined`, all others what is there. */
  claim(name: readonly string[], value: unknown, ttlSeconds: number): Promise<unknown>
  keep(name: readonly string[], value: unknown, ttlSeconds: number): Promise<void>
  look(name: readonly string[]): Promise<unknown>
  drop(name: readonly string[]): Promise<void>
  /** One more of at most `limit` in a window; `retryAfter` in whole seconds where there is no room. */
  count(
    name: readonly string[],
    limit: number,
    windowSeconds: number,
  ): Promise<{ readonly ok: boolean; readonly used: number; readonly retryAfter: number; readonly endsAt: number }>
  /** One less of what {@link count} counted, for what did not happen after all; a window is never below 0. Never rejects: where the store is away, the place stays taken. */
  giveBack(name: readonly string[], windowSeconds: number): Promise<void>
  /** What {@link count} has counted under a name, and when that window ends, epoch milliseconds; changes nothing. `endsAt` is 0 where nothing was counted. */
  counted(name: readonly string[]): Promise<{ readonly used: number; readonly endsAt: number }>
}

/**
 * The use cases for callers with a key. Every dialect calls these and nothing else. Rejects with `OtpError` (503) while the store is away.
 *
 * Refusals beyond those of the other doors: `forbidden` where the key has not the right to send or verify, `insufficient_balance`.
 */
export interface Service {
  readonly keys: KeyBook
  /**
   * Counts a failed authentication of this address: 30 in an hour, then `retryAfter` in whole seconds (T67). Some blocks of addresses share a count; what is
   * authenticated is never refused by it.
   */
  refuseKey(ip: string | undefined): Promise<{ readonly retryAfter: number | undefined }>
  send(key: ApiKey, request: ServiceSend): Promise<Sent | Refused>
  /** Another code of a pending challenge, on the terms of the first one. */
  resend(
    key: ApiKey,
    request: EndUser & { readonly id: string; readonly channel?: 'auto' | ChannelName | undefined; readonly locale?: string | undefined },
  ): Promise<Sent | Refused>
  /** A code of any shape is compared: whether it fits is known after the lookup only, and a misfit is wrong and charged (T37). */
  verify(key: ApiKey, request: ServiceVerify): Promise<Verified | Refused>
  /** What is pending under an id of this tenant; for keys that may send or verify. */
  status(key: ApiKey, id: string): Promise<ServicePending | Refused | undefined>
  /** Forgets a challenge; for keys that may send or verify. False where there is nothing of this tenant under the id. */
  cancel(key: ApiKey, id: string): Promise<boolean | Refused>
  /** The canonical recipient that an address names, if any channel of the key accepts it. */
  recipient(
    key: ApiKey,
    to: unknown,
  ): { readonly address: string; readonly callingCode: string | undefined; readonly country: string | undefined } | undefined
  /** What this key's tenant keeps, for one dialect. */
  notebook(key: ApiKey, dialect: string): Notebook
  /** The store's or the host's present instant, epoch milliseconds; for windows of signatures and times in answers. */
  now(): number
  /** 128 random bits, lower-case hex. */
  randomHex(): string
}
