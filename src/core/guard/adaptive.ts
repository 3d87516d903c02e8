import type { Engine } from '../engine.js'
import { type Budget, DAY_SECONDS } from './budgets.js'

/** How much of a day's traffic its busiest hour holds: a sixth, as in Authgear's specification. */
const PEAK_HOUR = 1 / 6

/** For how long a process believes a limit that it has worked out. */
const FRESH_MS = 60_000

/** What a process remembers at most; beyond, it begins anew. */
const MAX_REMEMBERED = 10_000

/** How far unproved messages may go, by what was proved at the same place. */
export interface AdaptiveLimits {
  /** What is known without asking: a fresh limit, or the floor. */
  known(budget: Budget): { readonly most: number; readonly isFresh: boolean }
  /** Asks the store. */
  refresh(budget: Budget): Promise<number>
  /** Counts one that was proved, under the key of its budget. */
  count(key: string): Promise<void>
}

/**
 * A floor, and above it a share of what was verified there in the last 24 hours: the idea of Authgear's specification "Fraud Protection"
 * (github.com/authgear/authgear-server, docs/specs/fraud-protection.md). What was proved on the day before counts for the part of it that lies less than 24 hours back.
 *
 * Nothing is asked while the floor suffices: the limit matters to those whom the floor refuses.
 */
export function adaptiveLimits(engine: Pick<Engine, 'keys' | 'store' | 'clock'>, share: number): AdaptiveLimits {
  const remembered = new Map<string, { readonly most: number; readonly until: number }>()
  const keyOf = (key: string, day: number): string => engine.keys.registerKey(['proved on', key, String(day)])
  const today = (): number => Math.floor(engine.clock.now() / (DAY_SECONDS * 1000))

  async function counted(key: string, day: number): Promise<number> {
    return (await engine.store().charge({ key: keyOf(key, day), amount: 0, limit: Number.MAX_SAFE_INTEGER })).total
  }

  return {
    known({ key, most }) {
      const fresh = remembered.get(key)
      return fresh !== undefined && engine.clock.now() < fresh.until ? { most: fresh.most, isFresh: true } : { most, isFresh: false }
    },
    async refresh({ key, most }) {
      const now = engine.clock.now()
      const day = today()
      const [current, before] = await Promise.all([counted(key, day), counted(key, day - 1)])
      const inLastDay = current + before * (1 - (now / (DAY_SECONDS * 1000) - day))
      const limit = Math.max(most, Math.floor(share * inLastDay * PEAK_HOUR))
      if (remembered.size >= MAX_REMEMBERED) remembered.clear()
      remembered.set(key, { most: limit, until: now + FRESH_MS })
      return limit
    },
    async count(key) {
      // Two days from its first one: as long as anybody asks about this day.
      await engine.store().charge({ key: keyOf(key, today()), amount: 1, limit: Number.MAX_SAFE_INTEGER, windowSeconds: 2 * DAY_SECONDS })
    },
  }
}
