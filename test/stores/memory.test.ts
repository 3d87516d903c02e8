import { type MemoryStore, memoryStore } from 'express-otp/stores/memory'
import { storeContract, type TestClock, testClock } from 'express-otp/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bench, FREE, issueRequest, newKey, newOrigin, RIGHT, range, tally, WRONG } from '../../src/testing/contract/bench.js'

const DAY = 86_400

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('memoryStore keeps the contract', () => {
  storeContract(it, {
    create: async (clock) => {
      const store = memoryStore({ clock })
      return { store, stop: () => store.close() }
    },
  })
})

describe('a sweep', () => {
  // A million entries swept in one go held everybody up for half a second.
  it('T57 by the timer lets others in between, and still looks at everything', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] })
    const clock = testClock()
    const store = memoryStore({ clock })
    const keep = (key: number, ttlSeconds: number) => store.keep({ key: String(key).padStart(16, '-'), value: '', ttlSeconds })
    for (const key of range(12_000)) await keep(key, 30)
    clock.advance(30)
    for (const key of range(100)) await keep(20_000 + key, 30)
    vi.advanceTimersByTime(60_000)
    expect(store.size()).toBeGreaterThan(5000)
    await keep(30_000, 30)
    while (vi.getTimerCount() > 1) vi.advanceTimersToNextTimer()
    expect(store.size()).toBe(101)
    await store.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  // With `unref` a sweep of an idle process made one step for each event that came.
  it('T57 does not wait for somebody to come before it goes on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const steps = vi.spyOn(globalThis, 'setImmediate')
    const clock = testClock()
    const store = memoryStore({ clock })
    for (const key of range(6000)) await store.keep({ key: String(key).padStart(16, '-'), value: '', ttlSeconds: 30 })
    vi.advanceTimersByTime(60_000)
    expect(steps.mock.results.map(({ value }) => value.hasRef())).toEqual([true])
    await store.close()
  })
})

describe('the options of memoryStore', () => {
  it.each([
    [{ maxEntries: 99 }, 'memoryStore: option "maxEntries" is 99; it must be a whole number from 100 to 10000000'],
    [{ maxEntries: 1e8 }, 'option "maxEntries"'],
    [{ sweepSeconds: 0 }, 'option "sweepSeconds" is 0; it must be a whole number from 1 to 3600'],
    [{ clock: Date.now }, 'option "clock"'],
    [{ maxEntrys: 1000 }, 'Did you mean "maxEntries"?'],
  ])('refuse %j by name', (options, message) => {
    expect(() => memoryStore(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining(message) }),
    )
  })

  it('have the defaults that they state: 100 000 entries, a sweep a minute', async () => {
    vi.useFakeTimers()
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: undefined, sweepSeconds: undefined })
    await store.issue(issueRequest())
    clock.advance(DAY)
    vi.advanceTimersByTime(59_999)
    expect(store.size()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(store.size()).toBe(0)
    const five = (): object => ({ recipients: range(4).map(() => newKey()), origin: newOrigin() })
    for (const _ of range(20_000)) void store.issue(issueRequest(five()))
    expect(store.size()).toBe(100_000)
    await expect(store.issue(issueRequest())).rejects.toMatchObject({ message: expect.stringContaining('100000 entries') })
  })
})

describe('memoryStore, when it is full', () => {
  async function full(): Promise<{ store: MemoryStore; clock: TestClock }> {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 100 })
    for (const _ of range(100)) await store.issue(issueRequest())
    return { store, clock }
  }

  it('T57 refuses a new challenge with ERR_OTP_STORE_FULL, and counts nothing for it', async () => {
    const { store } = await full()
    const error = { name: 'OtpError', code: 'ERR_OTP_STORE_FULL', status: 503, message: expect.stringContaining('maxEntries') }
    await expect(store.issue(issueRequest())).rejects.toMatchObject(error)
    expect(store.size()).toBe(100)
  })

  it('T57 sweeps before it refuses, and takes as many as have lapsed', async () => {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 100 })
    await store.keep({ key: newKey(), value: '', ttlSeconds: 60 })
    for (const _ of range(99)) await store.issue(issueRequest())
    clock.advance(60)
    expect((await store.issue(issueRequest())).outcome).toBe('issued')
    await expect(store.issue(issueRequest())).rejects.toMatchObject({ code: 'ERR_OTP_STORE_FULL' })
  })

  it('T56 forgets a value at the very millisecond of its end', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const key = newKey()
    await store.keep({ key, value: 'one', ttlSeconds: 60 })
    clock.advance(59.999)
    expect(await store.look({ key })).toBe('one')
    clock.advance(0.001)
    expect(await store.look({ key })).toBeUndefined()
  })

  it('T57 refuses where the recipient is known and the address block is not', async () => {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 100 })
    const recipients = [newKey()]
    await store.issue(issueRequest({ recipients, limits: FREE }))
    for (const _ of range(99)) await store.issue(issueRequest())
    await expect(store.issue(issueRequest({ recipients, limits: FREE, origin: newOrigin() }))).rejects.toMatchObject({
      code: 'ERR_OTP_STORE_FULL',
    })
    expect((await store.issue(issueRequest({ recipients, limits: FREE }))).outcome).toBe('issued')
  })

  it('T57 goes on with what is pending, counts failures, and takes new ones when old ones have lapsed', async () => {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 100 })
    const { send } = bench(clock, store, store)
    const challenge = await send()
    for (const _ of range(99)) await store.issue(issueRequest())
    expect(await challenge.fail(1, { origin: newOrigin() })).toMatchObject({ outcome: 'wrong', failures: 1 })
    expect((await challenge.renew('111111')).outcome).toBe('limited')
    expect((await challenge.verify(RIGHT)).outcome).toBe('verified')
    clock.advance(DAY)
    expect((await store.issue(issueRequest())).outcome).toBe('issued')
    expect(store.size()).toBe(1)
  })

  it('T57 walks through all entries once a second at most, whatever the flood', async () => {
    const { store, clock } = await full()
    clock.advance(1)
    const before = vi.spyOn(Map.prototype, Symbol.iterator)
    for (const _ of range(50)) await expect(store.issue(issueRequest())).rejects.toMatchObject({ code: 'ERR_OTP_STORE_FULL' })
    expect(before).toHaveBeenCalledTimes(1)
  })

  it('T57 walks more rarely through more of them: 200 000 once in two seconds', async () => {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 200_000 })
    const keep = (key: number) => store.keep({ key: String(key).padStart(16, '-'), value: '', ttlSeconds: 30 })
    for (const key of range(200_000)) void keep(key)
    clock.advance(1.999)
    const walks = vi.spyOn(Map.prototype, Symbol.iterator)
    await expect(keep(200_000)).rejects.toMatchObject({ code: 'ERR_OTP_STORE_FULL' })
    expect(walks).not.toHaveBeenCalled()
    clock.advance(0.001)
    await expect(keep(200_000)).rejects.toMatchObject({ code: 'ERR_OTP_STORE_FULL' })
    expect(walks).toHaveBeenCalledOnce()
  })
})

describe('memoryStore, as time passes', () => {
  it('T57 never drops a live failure counter, and keeps nothing else', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const { send, failuresOf } = bench(clock, store, store)
    const recipients = range(5).map(() => newKey())
    for (const recipient of recipients)
      await (await send({ recipients: [recipient], origin: newOrigin() })).fail(2, { origin: newOrigin() })
    for (const _ of range(50)) await (await send({ origin: newOrigin() })).verify(RIGHT, { grantSeconds: 300 })
    for (const _ of range(50)) await send()
    expect(store.size()).toBe(5 * 3 + 50 * 2 + 50)
    clock.advance(DAY)
    store.sweep()
    expect(store.size()).toBe(5)
    expect(await failuresOf(recipients[0] ?? '')).toBe(2)
    clock.advance(30 * DAY - 1)
    store.sweep()
    expect(store.size()).toBe(1)
    clock.advance(1)
    store.sweep()
    expect(store.size()).toBe(0)
  })

  it('T57 does not keep the process alive', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const store = memoryStore()
    expect(timers()).toBe(before)
    await store.close()
  })

  it('frees its timer and its records when it is closed', async () => {
    vi.useFakeTimers()
    const store = memoryStore()
    await store.issue(issueRequest())
    await store.close()
    expect([vi.getTimerCount(), store.size()]).toEqual([0, 0])
  })

  it('T60 does not follow the clock of the system', async () => {
    const store = memoryStore()
    const challenge = await bench(testClock(), store, store).send()
    for (const year of [1999, 2040]) {
      vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(year, 0, 1))
      expect((await challenge.find()).outcome).toBe('found')
    }
    expect((await challenge.verify(RIGHT)).outcome).toBe('verified')
    await store.close()
  })
})

describe('memoryStore, in a race', () => {
  it('T02 compares the first five guesses of any order, so a right one wins exactly when it is among them', async () => {
    for (const position of range(12)) {
      const clock = testClock()
      const store = memoryStore({ clock })
      const { send, race } = bench(clock, store, store)
      const challenge = await send()
      const decisions = await race(12, (view, index) => challenge.verify(index === position ? RIGHT : WRONG, {}, view))
      const expected = position < 5 ? { wrong: position, verified: 1, gone: 11 - position } : { wrong: 4, exhausted: 8 }
      expect(tally(decisions)).toEqual(Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0)))
      await store.close()
    }
  })
})
