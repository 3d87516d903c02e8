import session from 'express-session'
import { vi } from 'vitest'

/** `fail` calls back with an error, `hang` never calls back (until `land`). */
export type Trouble = 'fail' | 'hang'

type Step = 'get' | 'set' | 'destroy' | 'touch'
type Callback = (err?: unknown, sess?: session.SessionData | null) => void

/** A session store that is in trouble at the steps that a test names. */
export class FaultySessions extends session.MemoryStore {
  readonly trouble: Partial<Record<Step, Trouble>> = {}
  readonly #late: (() => void)[] = []

  override get(id: string, callback: Callback): void {
    this.#run('get', callback, (done) => super.get(id, done))
  }

  override set(id: string, data: session.SessionData, callback?: Callback): void {
    // As a store does that serializes at once and writes later.
    const copy = JSON.parse(JSON.stringify(data))
    this.#run('set', callback, (done) => super.set(id, copy, done))
  }

  override destroy(id: string, callback?: Callback): void {
    this.#run('destroy', callback, (done) => super.destroy(id, done))
  }

  override touch(id: string, data: session.SessionData, callback?: Callback): void {
    // Not in the types of MemoryStore, and yet there.
    const touch = Reflect.get(session.MemoryStore.prototype, 'touch') as (id: string, data: session.SessionData, done: Callback) => void
    this.#run('touch', callback, (done) => touch.call(this, id, data, done))
  }

  /** Ends all trouble, and carries out what hung. */
  land(): void {
    for (const step of Object.keys(this.trouble)) Reflect.deleteProperty(this.trouble, step)
    for (const late of this.#late.splice(0)) late()
  }

  /** Every session, as text. */
  dump(): string {
    return JSON.stringify(Reflect.get(this, 'sessions'))
  }

  #run(step: Step, callback: Callback = () => undefined, work: (done: Callback) => void): void {
    const trouble = this.trouble[step]
    if (trouble === undefined) {
      work(callback)
    } else if (trouble === 'fail') {
      setImmediate(callback, new Error(`the session store is away: ${step}`))
    } else {
      this.#late.push(() => work(callback))
      // Waiting is over at once: the deadline of 2 s has its own test.
      if (vi.isFakeTimers()) setImmediate(() => vi.advanceTimersByTime(2000))
    }
  }
}

/** Lets deadlines pass at once where a `FaultySessions` hangs. */
export function fakeDeadlines(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}
