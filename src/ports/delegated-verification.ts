import type { ChannelName } from './message.js'

/** What a vendor is asked to send a code of its own for. */
export interface DelegatedStart {
  readonly channel: ChannelName
  /** Canonical address. */
  readonly to: string
  readonly intent: string
  /** Whole seconds that the code shall be good for. */
  readonly ttlSeconds: number
  /** BCP 47 tag asked for, if any. */
  readonly locale?: string | undefined
}

/** A vendor has sent a code. */
export interface DelegatedStarted {
  /** What `check` needs to find the code again: 1 to 2000 printable ASCII characters. Worth as much as a session: keep it secret. */
  readonly ticket: string
  /** The vendor's message id, if it gave one. */
  readonly id?: string | undefined
}

/** A code as a person typed it, for the vendor to compare. */
export interface DelegatedCheck {
  readonly ticket: string
  readonly to: string
  readonly intent: string
  readonly code: string
}

/**
 * What a vendor said of a code: `right` at most once for each, `wrong`, or `gone` where the code has expired, was used, or cost too
 * many attempts. Vendors that do not tell these apart say `wrong`.
 */
export type DelegatedOutcome = 'right' | 'wrong' | 'gone'

/**
 * Lets a vendor make, send and compare the code. Whoever calls it still counts attempts before asking, and consumes a success once.
 *
 * Both throw `deliveryError(...)` where the vendor refuses or does not answer; after an `uncertain` one of `start` a code may be on its
 * way, after one of `check` the vendor may have counted an attempt or used the code up.
 */
export interface DelegatedVerification {
  /** Short name for events, e.g. `octopush`. */
  readonly name: string
  /** Seconds after which a silent vendor is given up. */
  readonly timeoutSeconds: number
  start(request: DelegatedStart, options: { readonly signal: AbortSignal }): Promise<DelegatedStarted>
  check(request: DelegatedCheck, options: { readonly signal: AbortSignal }): Promise<DelegatedOutcome>
}
