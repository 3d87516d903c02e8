/** Days of limits pass in minutes: so many seconds in one. The longest that a send is remembered, a day, is six minutes. */
export const SPEED = 240

/** A clock that runs fast, and can leap. */
export interface FastClock {
  now(): number
  leap(seconds: number): void
}

/** Starts now. */
export function fastClock(): FastClock {
  const start = Date.now()
  let leaps = 0
  return {
    now: () => Math.floor(start + performance.now() * SPEED) + leaps,
    leap(seconds) {
      leaps += seconds * 1000
    },
  }
}
