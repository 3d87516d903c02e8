import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { monotonicClock } from '../../src/util/monotonic-clock.js'

describe('monotonicClock', () => {
  it('T60 tells whole epoch milliseconds, and does not care what is done to the system clock', () => {
    const before = monotonicClock.now()
    expect(Number.isInteger(before)).toBe(true)
    expect(Math.abs(before - Date.now())).toBeLessThan(60_000)
    vi.useFakeTimers({ now: 0, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const after = monotonicClock.now()
    expect(after).toBeGreaterThanOrEqual(before)
    expect(after - before).toBeLessThan(60_000)
  })
})
