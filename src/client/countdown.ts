/** What is left of two spans of time, and news of every second that passes. */
export interface Countdown {
  /** Whole seconds, rounded up. */
  left(name: 'code' | 'resend'): number
  /** Starts one anew; with 0 it is over. */
  set(name: 'code' | 'resend', seconds: number): void
  /** Calls back when a second of either is over, until told otherwise. */
  run(isHeard: boolean): void
}

/** Milliseconds by which two clocks may drift apart before one of them must have stood still, or been set. */
const DRIFT = 2000

/**
 * Counts by `now`, which is not set back and forth as the time of day is. Where it stood still while the device slept, the time of day tells how
 * long that was; `onJump` is called then, since a person may as well have set the clock.
 */
export function countdown(now: () => number, onTick: () => void, onJump: () => void): Countdown {
  const ends = { code: 0, resend: 0 }
  let drift = Date.now() - now()
  let timer: ReturnType<typeof setTimeout> | undefined

  function tick(): void {
    clearTimeout(timer)
    const slept = Date.now() - now() - drift
    drift += slept
    if (slept > DRIFT) {
      ends.code -= slept
      ends.resend -= slept
      onJump()
    }
    onTick()
    const time = now()
    const waits = [ends.code - time, ends.resend - time].filter((wait) => wait > 0).map((wait) => wait % 1000 || 1000)
    timer = waits.length > 0 ? setTimeout(tick, Math.min(...waits)) : undefined
  }

  return {
    left: (name) => Math.max(0, Math.ceil((ends[name] - now()) / 1000)),
    set(name, seconds) {
      ends[name] = now() + seconds * 1000
    },
    run(isHeard) {
      clearTimeout(timer)
      if (isHeard) tick()
    },
  }
}
