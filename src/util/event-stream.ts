type Listener = (event: never) => unknown

/** A synchronous stream of named events, in which no listener can disturb the one who tells. */
export function eventStream(): {
  emit(name: string, event: object): void
  on(name: string, listener: Listener): void
  off(name: string, listener: Listener): void
} {
  const listeners = new Map<string, readonly Listener[]>()
  return {
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          // A listener is typed by the name under which it was added. One that is async may reject, which would end the process.
          const said = listener(event as never)
          if (typeof said === 'object' && said !== null) Promise.resolve(said).catch(() => warn(name))
        } catch {
          warn(name)
        }
      }
    },
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
    },
    off(name, listener) {
      listeners.set(
        name,
        (listeners.get(name) ?? []).filter((one) => one !== listener),
      )
    },
  }
}

/** The error's own text may hold what an event never holds: it is not repeated. */
function warn(name: string): void {
  process.emitWarning(`A listener of the event "${name}" threw.`, 'OtpWarning')
}
