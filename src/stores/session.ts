import { OtpError } from '../errors.js'
import { type Check, checkOptions, flag, having, optionError, required, text } from '../options.js'
import type { Clock } from '../ports/clock.js'
import type { Store } from '../ports/store.js'
import { type KeyedQueue, keyedQueue } from '../util/keyed-queue.js'
import { monotonicClock } from '../util/monotonic-clock.js'
import { lawfulStore } from './lawful-store.js'
import type { Entry, RecordKeeper } from './record-keeper.js'
import { destroySession, getSession, readRecord, recordId, type SessionStoreLike, sessionRecord, setSession } from './session-record.js'
import { withFacts } from './store-facts.js'

export type { SessionStoreLike } from './session-record.js'

/** Options of {@link sessionStore}. */
export interface SessionStoreOptions {
  /** The express-session `Store` to keep records in: an instance of connect-pg-simple, session-file-store, connect-mongo ... */
  readonly store: SessionStoreLike
  /**
   * Says that no other process uses the same sessions, for `get`, then `set`, is not atomic between processes. Without it construction
   * throws with `NODE_ENV=production` and warns elsewhere (T54). @default false
   */
  readonly singleProcess?: boolean | undefined
  /**
   * Begin of the ids of records, by which they differ from session ids: 1 to 31 of `a` to `z`, `0` to `9`, `_` and `-`, then a dot.
   * @default 'otp.'
   */
  readonly prefix?: string | undefined
  /** Seconds until a silent session store counts as unreachable, 0.05 to 2. @default 1.5 */
  readonly deadlineSeconds?: number | undefined
  /** Where time comes from; for tests. The default never runs backwards (T60). */
  readonly clock?: Clock | undefined
}

const deadline: Check = {
  allowed: 'a number of seconds from 0.05 to 2',
  accepts: (value) => typeof value === 'number' && value >= 0.05 && value <= 2,
}

/** One queue for each session store, however many `sessionStore`s stand before it. */
const queues = new WeakMap<object, KeyedQueue>()

let warned = false

/**
 * Keeps challenges and counters in the express-session `Store` that the application has already, whichever it is, through its `get`, `set`
 * and `destroy`. Exact within one process: calls for one recipient run one after the other. From `express-otp/stores/session`.
 *
 * Rejects with `OtpError` `ERR_OTP_STORE` (503) where the session store fails, answers too late, or returns what was never written. A call
 * that was too late while it waited or read has changed nothing; one that was too late while it wrote may still land, and until the session
 * store has said so, every other call for the same recipient is refused. Such a store cannot write two records as one: where it takes the
 * recipient's and refuses the address block's, the call rejects and what was charged or consumed stays so.
 *
 * Give session-file-store `retries: 0`: by default it looks six times, a quarter of a second in all, for a file that is not there yet.
 *
 * @example
 * ```ts
 * import { sessionStore } from 'express-otp/stores/session'
 * import session from 'express-session'
 *
 * const store = sessionStore({ store: new session.MemoryStore(), singleProcess: true })
 * ```
 */
export function sessionStore(options: SessionStoreOptions): Store {
  checkOptions('sessionStore', options, {
    store: required(having('get', 'set', 'destroy')),
    singleProcess: flag,
    prefix: text(2, 32, /^[a-z0-9_-]+\.$/, 'one to 31 of a to z, 0 to 9, _ and -, then a dot'),
    deadlineSeconds: deadline,
    clock: having('now'),
  })
  if (options.singleProcess !== true) demandOneProcess()
  return withFacts(lawfulStore(sessionKeeper(options)), { kind: 'session' })
}

function demandOneProcess(): void {
  const problem = 'a session store cannot count atomically, so two processes would both accept a code or a guess too many'
  if (process.env.NODE_ENV === 'production') {
    throw optionError('sessionStore', `${problem}; name another store, or say "singleProcess: true" where there is only one process`)
  }
  if (warned) return
  warned = true
  process.emitWarning(`sessionStore: ${problem}; with NODE_ENV=production it must be asked for with "singleProcess: true"`, {
    type: 'SecurityWarning',
    code: 'OTP_SINGLE_PROCESS',
  })
}

function sessionKeeper(options: SessionStoreOptions): RecordKeeper {
  const { store, prefix = 'otp.', deadlineSeconds = 1.5, clock = monotonicClock } = options
  const queue = queues.get(store) ?? keyedQueue()
  queues.set(store, queue)

  async function read(key: string): Promise<Entry | undefined> {
    return readRecord(key, await getSession(store, recordId(prefix, key)))
  }

  async function write(key: string, before: Entry | undefined, after: Entry, now: number): Promise<void> {
    if (now >= after.expiresAt) {
      if (before !== undefined) await destroySession(store, recordId(prefix, key))
      return
    }
    // Most refusals change nothing: they should not cost a write each.
    if (before?.packed === after.packed) return
    await setSession(store, recordId(prefix, key), sessionRecord(after.packed, after.expiresAt, after.expiresAt - now))
  }

  return {
    transact: (keys, _grows, change) =>
      new Promise((resolve, reject) => {
        const place = queue.join(keys.map((key) => recordId(prefix, key)))
        let late = false
        let writing = false
        const timer = setTimeout(() => {
          late = true
          // A write that has begun may still land. Until it has, nothing may be decided on its record.
          if (!writing) place.leave()
          reject(silent(deadlineSeconds))
        }, deadlineSeconds * 1000)

        async function run(): Promise<ReturnType<typeof change>['decision']> {
          await place.turn
          const before = await Promise.all(keys.map(read))
          if (late) throw silent(deadlineSeconds)
          const now = clock.now()
          const known = before.map((entry) => (entry === undefined || now >= entry.expiresAt ? undefined : entry.packed))
          const { entries, decision } = change(known, now)
          writing = true
          // All of them, also where one has failed: the place is given up when nothing is under way any more.
          const writes = await Promise.allSettled(entries.map((entry, index) => write(keys[index] ?? '', before[index], entry, now)))
          for (const one of writes) if (one.status === 'rejected') throw one.reason
          return decision
        }

        run()
          .finally(() => {
            clearTimeout(timer)
            place.leave()
          })
          .then(resolve, (err: unknown) => reject(asStoreError(err)))
      }),
    close: () => Promise.resolve(),
  }
}

function silent(seconds: number): OtpError {
  return new OtpError('ERR_OTP_STORE', `sessionStore: the session store was silent for ${seconds} s.`, { status: 503 })
}

function asStoreError(err: unknown): OtpError {
  if (err instanceof OtpError) return err
  return new OtpError('ERR_OTP_STORE', 'sessionStore: the session store failed.', { status: 503, cause: err })
}
