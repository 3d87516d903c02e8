import type { Store } from '../ports/store.js'

/** Which of the bundled stores one is. */
export type StoreKind = 'memory' | 'redis' | 'session'

/** What a look from outside may know of a store. */
export interface StoreFacts {
  readonly kind: StoreKind
  /** The client of a Redis store. */
  readonly client?: unknown
}

// Beside the store and not on it: who prints a store must not see a client with its password (T61).
const known = new WeakMap<object, StoreFacts>()

/** Remembers which store this is, for `express-otp doctor`, and returns it. */
export function withFacts<Kept extends Store>(store: Kept, facts: StoreFacts): Kept {
  known.set(store, facts)
  return store
}

/** What is known of a store; `undefined` for one that is not ours. */
export function factsOf(store: unknown): StoreFacts | undefined {
  return typeof store === 'object' && store !== null ? known.get(store) : undefined
}
