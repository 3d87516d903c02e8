import type { Clock } from '../ports/clock.js'
import type { Store } from '../ports/store.js'
import { bench, type Case } from './contract/bench.js'
import { BUDGETS } from './contract/budgets.js'
import { CHANNELS } from './contract/channels.js'
import { CODES } from './contract/codes.js'
import { DELEGATED } from './contract/delegated.js'
import { GIVING_BACK } from './contract/giving-back.js'
import { GRANTS } from './contract/grants.js'
import { GUESSING } from './contract/guessing.js'
import { KNOWN_DEVICES } from './contract/known-devices.js'
import { RECEIPTS } from './contract/receipts.js'
import { REGISTER } from './contract/register.js'
import { REGISTER_TOTALS } from './contract/register-totals.js'
import { SENDING } from './contract/sending.js'
import { testClock } from './test-clock.js'

/** A store to be proved, and how to end it. */
export interface StoreUnderTest {
  readonly store: Store
  /** A second view of the same records: another connection, another client, or what another process would have. Races use both. */
  readonly another?: Store | undefined
  /** Closes both and whatever was opened for them. */
  stop(): Promise<void>
}

/** Options of {@link storeContract}. */
export interface StoreContractOptions {
  /**
   * Called once for each test. The store must decide by this clock. Records may outlast a test, for example in a database: every test
   * uses recipients of its own.
   */
  create(clock: Clock): Promise<StoreUnderTest>
  /** True for a store whose time cannot be set: leaves out the tests that move the clock. @default false */
  readonly ownTime?: boolean | undefined
}

/** The `test` or `it` of vitest, node:test, jest, mocha ... */
export type TestFunction = (title: string, run: () => Promise<void>) => unknown

/** Not a whole second, so that a store that rounds is noticed. */
const START = Date.UTC(2026, 0, 1, 0, 0, 0, 617)

const CASES: readonly Case[] = [
  ...GUESSING,
  ...BUDGETS,
  ...KNOWN_DEVICES,
  ...CODES,
  ...SENDING,
  ...GIVING_BACK,
  ...GRANTS,
  ...CHANNELS,
  ...DELEGATED,
  ...RECEIPTS,
  ...REGISTER,
  ...REGISTER_TOTALS,
]

/**
 * Proves a store: every promise of the port `Store`, races included, as one test each. Titles begin with the row of the threat
 * catalogue that they cover. Takes the test function of your runner and asserts with `node:assert`. From `express-otp/testing`.
 *
 * @example
 * ```ts
 * import { memoryStore } from 'express-otp/stores/memory'
 * import { storeContract } from 'express-otp/testing'
 * import { test } from 'node:test'
 *
 * storeContract(test, {
 *   create: async (clock) => {
 *     const store = memoryStore({ clock })
 *     return { store, stop: () => store.close() }
 *   },
 * })
 * ```
 */
export function storeContract(test: TestFunction, options: StoreContractOptions): void {
  for (const { title, waits, run } of CASES) {
    if (waits === true && options.ownTime === true) continue
    test(title, async () => {
      const clock = testClock(START)
      const { store, another = store, stop } = await options.create(clock)
      try {
        await run(bench(clock, store, another))
      } finally {
        await stop()
      }
    })
  }
}
