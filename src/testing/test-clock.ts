import assert from 'node:assert/strict'
import type { Clock } from '../ports/clock.js'

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  /** Moves it forward by so many seconds; fractions are rounded to whole milliseconds. Never backwards. */
  advance(seconds: number): void
}

/** A clock for tests: hand it to a store, and let a code expire without waiting. Starts in 2026, or at `start`, epoch milliseconds. */
export function testClock(start: number = Date.UTC(2026, 0, 1)): TestClock {
  let now = start
  return {
    now: () => now,
    advance(seconds) {
      assert.ok(seconds >= 0, `a clock does not run backwards: ${seconds}`)
      now += Math.round(seconds * 1000)
    },
  }
}
