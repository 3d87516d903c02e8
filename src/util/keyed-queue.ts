/** A place in the lines of one or more keys. */
export interface Place {
  /** Resolves when nobody stands ahead at any of the keys. Never resolves after {@link Place.leave}. */
  readonly turn: Promise<void>
  /** Makes way for those behind, before, during or after the turn. More than once does nothing more. */
  leave(): void
}

/** One line for each key, so that whoever has its turn is alone with all of its keys. */
export interface KeyedQueue {
  /** Joins the lines of all keys in one step: the order of arrival is the same in each of them, so two can never wait for each other. */
  join(keys: readonly string[]): Place
  /** Keys that somebody stands at now. */
  size(): number
}

interface Waiting {
  readonly keys: readonly string[]
  readonly start: () => void
}

/** Makes a {@link KeyedQueue}, empty. A key costs nothing when nobody stands at it. */
export function keyedQueue(): KeyedQueue {
  const lines = new Map<string, Set<Waiting>>()

  function first(key: string): Waiting | undefined {
    return lines.get(key)?.values().next().value
  }

  function startIfFirst(waiting: Waiting): void {
    if (waiting.keys.every((key) => first(key) === waiting)) waiting.start()
  }

  function leave(waiting: Waiting): void {
    for (const key of waiting.keys) {
      const line = lines.get(key)
      line?.delete(waiting)
      if (line?.size === 0) lines.delete(key)
      const next = first(key)
      if (next !== undefined) startIfFirst(next)
    }
  }

  return {
    join(keys) {
      const { promise: turn, resolve: start } = resolvable()
      const waiting: Waiting = { keys, start }
      for (const key of waiting.keys) {
        const line = lines.get(key) ?? new Set()
        lines.set(key, line.add(waiting))
      }
      startIfFirst(waiting)
      return { turn, leave: () => leave(waiting) }
    },
    size: () => lines.size,
  }
}

function resolvable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
