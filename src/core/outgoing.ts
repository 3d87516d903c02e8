/** Work that goes on after the answer, and that a shutdown waits for. */
export interface Outgoing {
  /** Starts the work once the present request has been answered. */
  add(work: () => Promise<unknown>): void
  /** Resolves when nothing is under way any more, or when the time is up. */
  drain(seconds: number): Promise<void>
}

/** Keeps track of deliveries in the background. */
export function outgoing(): Outgoing {
  const running = new Set<Promise<unknown>>()
  return {
    add(work) {
      const task = new Promise<void>((resolve) => setImmediate(resolve))
        .then(work)
        // Whatever there is to say was said as an event.
        .catch(() => undefined)
        .finally(() => running.delete(task))
      running.add(task)
    },
    async drain(seconds) {
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, seconds * 1000)
      })
      await Promise.race([Promise.all(running), patience])
      clearTimeout(timer)
    },
  }
}
