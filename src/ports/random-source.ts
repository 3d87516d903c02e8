/** Where chance comes from. The default draws from `node:crypto`. */
export interface RandomSource {
  /** A whole number, uniform in `[0, limit)`. `limit` is at most 2^48 - 1. */
  integer(limit: number): number
  /** `count` random bytes. */
  bytes(count: number): Uint8Array
}
