import { testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'

describe('testClock', () => {
  it('stands still until it is moved, in whole milliseconds', () => {
    const clock = testClock()
    const start = clock.now()
    expect([start, clock.now()]).toEqual([Date.UTC(2026, 0, 1), start])
    clock.advance(30)
    clock.advance(0.001)
    clock.advance(0.0001)
    expect(clock.now() - start).toBe(30_001)
  })

  it('starts where it is told to', () => {
    expect(testClock(5).now()).toBe(5)
  })

  it('never runs backwards', () => {
    for (const seconds of [-1, Number.NaN]) expect(() => testClock().advance(seconds)).toThrow('does not run backwards')
  })
})
