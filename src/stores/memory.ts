import { OtpError } from '../errors.js'
import { checkOptions, having, integer } from '../options.js'
import type { Clock } from '../ports/clock.js'
import type { Store } from '../ports/store.js'
import { monotonicClock } from '../util/monotonic-clock.js'
import { lawfulStore } from './lawful-store.js'
import { withFacts } from './store-facts.js'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * Records kept at most: one for each recipient, IP block, delivered message, and key of the register. When it is full, new ones are refused
   * (503 `temporarily_unavailable`); live counters are never dropped. 100 to 10 000 000.
   * @default 100000
   */
  readonly maxEntries?: number | undefined
  /** Seconds between sweeps of what has expired, 1 to 3600. @default 60 */
  readonly sweepSeconds?: number | undefined
  /** Where time comes from; for tests. The default never runs backwards (T60). */
  readonly clock?: Clock | undefined
}

/** Entries looked at in one go: milliseconds, also where all of them go. */
const SWEPT_AT_ONCE = 5000

/** A record at rest. */
interface Kept {
  readonly packed: string
  /** Epoch seconds, rounded up: unlike milliseconds, no number that needs a place of its own on the heap. */
  readonly endsAt: number
}

/** A store in this process's memory, with a look at its size. */
export interface MemoryStore extends Store {
  /** Records held now, expired ones included until the next sweep. */
  size(): number
  /** Drops what has expired, now. */
  sweep(): void
}

/**
 * Keeps challenges and counters in this process, bounded and swept. Exact for one process, gone with it.
 * From `express-otp/stores/memory`.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  checkOptions('memoryStore', options, {
    maxEntries: integer(100, 10_000_000),
    sweepSeconds: integer(1, 3600),
    clock: having('now'),
  })
  const maxEntries = options.maxEntries ?? 100_000
  const clock = options.clock ?? monotonicClock
  const entries = new Map<string, Kept>()
  let sweptAt = clock.now()

  function sweep(): void {
    const now = clock.now()
    for (const [key, { endsAt }] of entries) if (now >= endsAt * 1000) entries.delete(key)
    sweptAt = now
  }

  let walk: MapIterator<[string, Kept]> | undefined
  let next: NodeJS.Immediate | undefined

  /** A sweep that lets others in between: of a million entries a whole one would hold everybody up for half a second. */
  function sweepOn(): void {
    const now = clock.now()
    walk ??= entries.entries()
    for (let looked = 0; looked < SWEPT_AT_ONCE; looked++) {
      const { done, value } = walk.next()
      if (done) {
        walk = undefined
        sweptAt = now
        return
      }
      if (now >= value[1].endsAt * 1000) entries.delete(value[0])
    }
    // Not `unref`: an idle process would wait for its next event between two of them.
    next = setImmediate(sweepOn)
  }

  function makeRoom(keys: readonly string[]): void {
    if (entries.size + keys.length <= maxEntries) return
    const needed = keys.filter((key) => !entries.has(key)).length
    if (entries.size + needed <= maxEntries) return
    // A flood must not make every request walk the whole map: once a second is enough, and more rarely where a walk takes longer.
    if (clock.now() - sweptAt >= Math.max(1000, entries.size / 100)) sweep()
    if (entries.size + needed > maxEntries) {
      throw new OtpError('ERR_OTP_STORE_FULL', `memoryStore holds ${maxEntries} entries, its maximum (option "maxEntries").`, {
        status: 503,
      })
    }
  }

  const timer = setInterval(
    () => {
      if (walk === undefined) sweepOn()
    },
    (options.sweepSeconds ?? 60) * 1000,
  )
  timer.unref()

  const store = lawfulStore({
    // No `await` between reading and writing: that is the whole of the exclusion.
    async transact(keys, grows, change) {
      const now = clock.now()
      if (grows) makeRoom(keys)
      const { entries: changed, decision } = change(
        keys.map((key) => entries.get(key)?.packed),
        now,
      )
      for (const [index, entry] of changed.entries()) {
        const key = keys[index] ?? ''
        if (now >= entry.expiresAt) entries.delete(key)
        else entries.set(entries.has(key) ? key : flat(key), { packed: flat(entry.packed), endsAt: Math.ceil(entry.expiresAt / 1000) })
      }
      return decision
    },
    async close() {
      clearInterval(timer)
      clearImmediate(next)
      entries.clear()
    },
  })
  return withFacts({ ...store, size: () => entries.size, sweep }, { kind: 'memory' })
}

/** The same text in one piece: what was joined or cut out of other texts keeps all of them on the heap, twice as many bytes as it has itself. */
function flat(text: string): string {
  return Buffer.from(text).toString()
}
