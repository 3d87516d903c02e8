import { type MemoryStore, memoryStore } from 'express-otp/stores/memory'
import { sessionStore } from 'express-otp/stores/session'
import { type TestClock, testClock } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { recordId } from '../../src/stores/session-record.js'
import { issueRequest, newKey, range } from '../../src/testing/contract/bench.js'

const FULL = { name: 'OtpError', code: 'ERR_OTP_STORE_FULL', status: 503 }

describe('the register of memoryStore', () => {
  async function full(): Promise<{ store: MemoryStore; clock: TestClock; kept: string; credit: string; counted: string }> {
    const clock = testClock()
    const store = memoryStore({ clock, maxEntries: 100 })
    const [kept, credit, counted] = [newKey(), newKey(), newKey()]
    await store.keep({ key: kept, value: 'one', ttlSeconds: 60 })
    await store.charge({ key: credit, amount: -5, limit: 0 })
    await store.charge({ key: counted, amount: 1, limit: 10, windowSeconds: 60 })
    for (const _ of range(97)) await store.issue(issueRequest())
    return { store, clock, kept, credit, counted }
  }

  it('T57 refuses new keys when it is full, and goes on with those it has', async () => {
    const { store, kept, credit, counted } = await full()
    const key = newKey()
    await expect(store.claim({ key, value: 'one', ttlSeconds: 60 })).rejects.toMatchObject(FULL)
    await expect(store.keep({ key, value: 'one', ttlSeconds: 60 })).rejects.toMatchObject(FULL)
    await expect(store.charge({ key, amount: 1, limit: 10 })).rejects.toMatchObject(FULL)
    await expect(store.charge({ key, amount: 1, limit: 10, windowSeconds: 60 })).rejects.toMatchObject(FULL)
    await expect(store.charge({ key, amount: -1, limit: 10 })).rejects.toMatchObject(FULL)
    expect(await store.claim({ key: kept, value: 'two', ttlSeconds: 60 })).toEqual({ outcome: 'held', value: 'one' })
    await store.keep({ key: kept, value: 'three', ttlSeconds: 60 })
    expect(await store.look({ key: kept })).toBe('three')
    expect((await store.charge({ key: credit, amount: 2, limit: 0 })).total).toBe(-3)
    expect((await store.charge({ key: counted, amount: 2, limit: 10, windowSeconds: 60 })).total).toBe(3)
  })

  it('T57 asks and gives back without room, and has room again for what was dropped', async () => {
    const { store, kept } = await full()
    const key = newKey()
    expect(await store.look({ key })).toBeUndefined()
    expect((await store.charge({ key, amount: 0, limit: 10 })).total).toBe(0)
    expect((await store.charge({ key, amount: -1, limit: 10, windowSeconds: 60 })).total).toBe(0)
    await store.drop({ key })
    expect(store.size()).toBe(100)
    await store.drop({ key: kept })
    expect(store.size()).toBe(99)
    expect(await store.claim({ key, value: 'one', ttlSeconds: 60 })).toEqual({ outcome: 'claimed' })
  })

  it('T56 T57 sweeps what has ended, and never a total without a window', async () => {
    const { store, clock, credit } = await full()
    clock.advance(60 * 366 * 86_400)
    store.sweep()
    expect(store.size()).toBe(1)
    expect((await store.charge({ key: credit, amount: 5, limit: 0 })).total).toBe(0)
    expect(store.size()).toBe(0)
  })

  it('T57 leaves no record of what was only asked for or refused', async () => {
    const store = memoryStore({ clock: testClock() })
    const key = newKey()
    for (const windowSeconds of [undefined, 60]) {
      await store.charge({ key, amount: 0, limit: 10, windowSeconds })
      await store.charge({ key, amount: 11, limit: 10, windowSeconds })
    }
    await store.look({ key })
    expect(store.size()).toBe(0)
  })
})

describe('the register of sessionStore', () => {
  const entries = [
    ['k', '["x"]'],
    ['k', '[1,2]'],
    ['k', 'x'],
    ['t', '[1.5,0]'],
    ['t', '["1",0]'],
    ['t', '[1,-1]'],
  ] as const

  it.each(entries)('rejects what it cannot have written under %s: %s', async (kind, packed) => {
    const sessions = new session.MemoryStore()
    const store = sessionStore({ store: sessions, singleProcess: true })
    const key = newKey()
    sessions.set(recordId('otp.', `${kind}${key}`), {
      cookie: { originalMaxAge: null },
      otp: packed,
      otpExpiresAt: Date.now() + 60_000,
    } as never)
    const asked = kind === 'k' ? store.look({ key }) : store.charge({ key, amount: 1, limit: 10 })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
  })
})
