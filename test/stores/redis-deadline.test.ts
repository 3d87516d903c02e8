import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OtpError } from '../../src/errors.js'
import { deadline, type Turn } from '../../src/stores/redis-deadline.js'
import { standStill } from '../helpers/stand-still.js'

const never = (): Promise<never> => new Promise(() => undefined)

describe('deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('settles as the work does', async () => {
    const bound = deadline(2)
    expect(await bound.within(async () => 'done')).toBe('done')
    const err = new Error('its own')
    await expect(bound.within(() => Promise.reject(err))).rejects.toBe(err)
    bound.close()
  })

  it('T59 rejects each piece of work when its own time is up, none before', async () => {
    const bound = deadline(2)
    const ended: string[] = []
    const wait = (name: string) => bound.within(never).catch((err: OtpError) => ended.push(`${name} ${err.code} ${err.status}`))
    void wait('first')
    await vi.advanceTimersByTimeAsync(1500)
    void wait('second')
    await vi.advanceTimersByTimeAsync(499)
    expect(ended).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect(ended).toEqual(['first ERR_OTP_STORE 503'])
    await vi.advanceTimersByTimeAsync(1496)
    expect(ended).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5)
    expect(ended).toHaveLength(2)
  })

  it('keeps one timer for any number of pieces of work, and none when there are none', async () => {
    const bound = deadline(2)
    await Promise.all(Array.from({ length: 1000 }, () => bound.within(async () => 'done')))
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(2001)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('T59 tells work that its turn is over, and aborts what still queues', async () => {
    const bound = deadline(1)
    const turns: Turn[] = []
    const waiting = bound.within((turn) => {
      turns.push(turn)
      expect(turn.over).toBe(false)
      expect(turn.signal().aborted).toBe(false)
      return never()
    })
    const rejected = expect(waiting).rejects.toThrow('redisStore: no answer from Redis within 1 s')
    await vi.advanceTimersByTimeAsync(1001)
    await rejected
    expect(turns.map((turn) => [turn.over, turn.signal().aborted])).toEqual([[true, true]])
  })

  it('T57 frees its timer when closed, rejects whoever waits, and its timer holds no process', async () => {
    const bound = deadline(10)
    const rejected = expect(bound.within(never)).rejects.toBeInstanceOf(OtpError)
    bound.close()
    await rejected
    expect(vi.getTimerCount()).toBe(0)
  })

  it('T57 arms a timer that does not keep the process alive', async () => {
    vi.useRealTimers()
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const bound = deadline(10)
    const rejected = expect(bound.within(never)).rejects.toBeInstanceOf(OtpError)
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before)
    bound.close()
    await rejected
  })
})

describe('deadline of a process that stood still', () => {
  // As for the session store: what Redis answered meanwhile lies behind the timer.
  it('T59 reads what came meanwhile before it gives up', async () => {
    const bound = deadline(0.1)
    const done = new Promise((resolve, reject) => {
      setImmediate(() => {
        bound.within(() => new Promise((answer) => setImmediate(() => answer('done')))).then(resolve, reject)
        standStill(400)
      })
    })
    await expect(done).resolves.toBe('done')
    bound.close()
  })
})
