/** A value to be kept. */
export interface KeepRequest {
  /** Keyed hash of what the value belongs to: 16 characters of `[A-Za-z0-9_-]`. */
  readonly key: string
  /** Any Unicode text, at most 16 KiB of UTF-8. Kept as it is: whoever has secrets in it encrypts them first. */
  readonly value: string
  /** How long the value stands, 1 to 172800 whole seconds. */
  readonly ttlSeconds: number
}

export type ClaimDecision =
  /** The key was free, and holds the caller's value now. */
  | { readonly outcome: 'claimed' }
  /** The key is taken: by whom, the value tells. */
  | { readonly outcome: 'held'; readonly value: string }

/** An amount to be added to a total. */
export interface ChargeRequest {
  /** As in {@link KeepRequest}; totals and values of one key do not meet. */
  readonly key: string
  /**
   * A whole number within `Number.MAX_SAFE_INTEGER`. A negative one gives back. 0 asks: it begins nothing, and is refused where the total is
   * above `limit` already.
   */
  readonly amount: number
  /** The most that the total may be afterwards, a whole number within `Number.MAX_SAFE_INTEGER`. */
  readonly limit: number
  /**
   * How long the total stands after its first amount, 1 to 31622400 whole seconds (366 days); without it for good. The first amount decides:
   * later ones change nothing about it. @default none
   */
  readonly windowSeconds?: number | undefined
}

export type ChargeDecision =
  | {
      readonly outcome: 'charged'
      /** The total now, this amount included. */
      readonly total: number
      /** The store's clock, epoch milliseconds. */
      readonly now: number
      /** When the total begins anew, epoch milliseconds; 0 where it never does, or where nothing has begun. */
      readonly endsAt: number
    }
  | {
      readonly outcome: 'refused'
      /** The total, without this amount. */
      readonly total: number
      /** Milliseconds until the total begins anew; 0 where waiting does not help, because there is no window or the amount alone is above `limit`. */
      readonly retryAfterMs: number
    }

/**
 * The verbs of a store for what the service door keeps beside challenges: nonces, answers that must not be given twice, sessions of a
 * dialect, ceilings and balances. Each is one atomic step on one key, and rejects as every verb of `Store` does.
 *
 * Whoever calls one that rejects knows nothing of what became of it: a value may be kept, an amount charged, all the same. A value that
 * names its owner lets a claim that is `held` be told from one's own.
 */
export interface Register {
  /** Keeps a value under a key that is free: of any number of callers at once, one has `claimed` it, all others are told the value that is `held`. */
  claim(request: KeepRequest): Promise<ClaimDecision>
  /** Keeps a value, whatever stood there, for a whole `ttlSeconds` from now. */
  keep(request: KeepRequest): Promise<void>
  /** Reads the value that stands; changes nothing. */
  look(request: { readonly key: string }): Promise<string | undefined>
  /** Forgets the value of a key, and its total. */
  drop(request: { readonly key: string }): Promise<void>
  /**
   * Adds to a total unless it would then be above `limit`; what gives back is never refused. Exact, of any number of callers at once. A total
   * begins anew `windowSeconds` after its first amount, and is never below 0; one without a window never ends, and may be: a credit,
   * down to `-Number.MAX_SAFE_INTEGER`. That one is the only record of a store that has no end of its own, unless it is 0: no store drops it to make
   * room (T56).
   */
  charge(request: ChargeRequest): Promise<ChargeDecision>
}
