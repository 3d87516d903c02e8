import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LATE, withinDeadline } from '../../src/transports/deadline.js'

const never = (): Promise<never> => new Promise(() => undefined)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('withinDeadline', () => {
  const { signal } = new AbortController()

  it('passes on what the task gives or throws, and leaves no timer behind', async () => {
    expect(await withinDeadline(signal, 10, async () => 5)).toBe(5)
    await expect(withinDeadline(signal, 10, () => Promise.reject(new Error('broken')))).rejects.toThrowError('broken')
    const thrown = withinDeadline(signal, 10, () => {
      throw new Error('broken at once')
    })
    await expect(thrown).rejects.toThrowError('broken at once')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is late at the deadline and not before, and aborts the task', async () => {
    let taskSignal: AbortSignal | undefined
    let result: unknown = 'pending'
    void withinDeadline(signal, 10, (inner) => {
      taskSignal = inner
      return never()
    }).then((value) => {
      result = value
    })
    await vi.advanceTimersByTimeAsync(9999)
    expect([result, taskSignal?.aborted]).toEqual(['pending', false])
    await vi.advanceTimersByTimeAsync(1)
    expect([result, taskSignal?.aborted]).toEqual([LATE, true])
  })

  it('is late, not broken, when the aborted task throws', async () => {
    const run = withinDeadline(
      signal,
      10,
      (inner) => new Promise((_resolve, reject) => inner.addEventListener('abort', () => reject(inner.reason))),
    )
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await run).toBe(LATE)
  })

  it('is late as soon as the caller gives up', async () => {
    const caller = new AbortController()
    const run = withinDeadline(caller.signal, 10, never)
    caller.abort()
    expect(await run).toBe(LATE)
    expect(vi.getTimerCount()).toBe(0)
  })
})
