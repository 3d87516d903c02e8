import type { Check } from '../options.js'

/** Seconds that a silent vendor is waited for. */
export const DEFAULT_TIMEOUT_SECONDS = 10

/** How the option `timeoutSeconds` of a transport is checked. */
export const TIMEOUT_CHECK: Check = {
  allowed: 'a number of seconds from 0.05 to 60',
  accepts: (value) => typeof value === 'number' && value >= 0.05 && value <= 60,
}

/** What {@link withinDeadline} resolves to when time ran out, or the caller gave up, before the task ended. */
export const LATE: unique symbol = Symbol('late')

/**
 * Runs a task that must end in time. When it does not, or when `signal` aborts, resolves to {@link LATE} at once, whether or not
 * the task listens to the signal that it was given; how the task ends later is nobody's concern.
 */
export function withinDeadline<T>(
  signal: AbortSignal,
  seconds: number,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController()
    const timer = setTimeout(giveUp, seconds * 1000)
    signal.addEventListener('abort', giveUp, { once: true })
    function giveUp(): void {
      // Resolved first: the task's own AbortError must find the question settled.
      resolve(LATE)
      inner.abort()
      forget()
    }
    function forget(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
    Promise.resolve(inner.signal).then(task).then(resolve, reject).finally(forget)
  })
}
