type Callback = (err?: unknown, session?: unknown) => void
type Verb = 'get' | 'set' | 'destroy'

/** A session store that does what a test tells it to. */
export interface ScriptedSessionStore {
  /** What it holds, as JSON, by session id. */
  readonly held: Map<string, string>
  /** Every call so far: `get`, `set` and `destroy`, in order. */
  readonly calls: Verb[]
  /** The next call of a verb hangs until the function that is returned is called; it then does its work and calls back. */
  hang(verb: Verb): () => void
  /** The next call of a verb fails: calls back with this, having changed nothing. */
  fail(verb: Verb, err: unknown): void
  /** The next call of a verb is this instead. */
  replace(verb: Verb, call: (callback: Callback) => unknown): void
  get(id: string, callback: Callback): unknown
  set(id: string, session: unknown, callback: Callback): unknown
  destroy(id: string, callback: Callback): unknown
}

export function scriptedSessionStore(): ScriptedSessionStore {
  const held = new Map<string, string>()
  const calls: Verb[] = []
  const plans = new Map<Verb, ((work: () => void, callback: Callback) => unknown)[]>()

  function plan(verb: Verb, run: (work: () => void, callback: Callback) => unknown): void {
    plans.set(verb, [...(plans.get(verb) ?? []), run])
  }

  function call(verb: Verb, callback: Callback, work: () => void): unknown {
    calls.push(verb)
    const run = plans.get(verb)?.shift()
    return run === undefined ? work() : run(work, callback)
  }

  return {
    held,
    calls,
    hang(verb) {
      let finish = (): void => undefined
      plan(verb, (work) => {
        finish = work
      })
      return () => finish()
    },
    fail: (verb, err) => plan(verb, (_, callback) => callback(err)),
    replace: (verb, run) => plan(verb, (_, callback) => run(callback)),
    get: (id, callback) =>
      call('get', callback, () => {
        const json = held.get(id)
        callback(null, json === undefined ? undefined : JSON.parse(json))
      }),
    set: (id, session, callback) =>
      call('set', callback, () => {
        held.set(id, JSON.stringify(session))
        callback()
      }),
    destroy: (id, callback) =>
      call('destroy', callback, () => {
        held.delete(id)
        callback()
      }),
  }
}
