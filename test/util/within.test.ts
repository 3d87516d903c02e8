import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { within } from '../../src/util/within.js'

const late = (): Error => new Error('late')

describe('within', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('settles as the work does, and leaves no timer behind', async () => {
    expect(await within(10, Promise.resolve('done'), late)).toBe('done')
    await expect(within(10, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives up when the time is over, not before', async () => {
    const outcome = within(10, new Promise(() => undefined), late).catch((err: Error) => err.message)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcome).toBe('late')
  })
})
