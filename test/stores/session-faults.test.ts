import { sessionStore } from 'express-otp/stores/session'
import { testClock } from 'express-otp/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { bench, FREE, issueRequest, newKey, newOrigin, type Pending, RIGHT, WRONG } from '../../src/testing/contract/bench.js'
import { type ScriptedSessionStore, scriptedSessionStore } from './scripted-session-store.js'

const UNAVAILABLE = { name: 'OtpError', code: 'ERR_OTP_STORE', status: 503, expose: false }
const clock = testClock()

let sessions: ScriptedSessionStore
let store: Store

beforeEach(() => {
  vi.useFakeTimers()
  sessions = scriptedSessionStore()
  store = sessionStore({ store: sessions, singleProcess: true, clock })
})

afterEach(() => {
  vi.useRealTimers()
})

async function send(recipient: string = newKey()): Promise<Pending> {
  const pending = await bench(clock, store, store).send({ recipients: [recipient], limits: FREE })
  sessions.calls.length = 0
  return pending
}

/** How a call has ended by now. */
function watch<T>(call: Promise<T>): { state: string; readonly rejection: Promise<unknown> } {
  const watched = {
    state: 'pending',
    rejection: call.then(
      () => undefined,
      (err: unknown) => err,
    ),
  }
  call.then(
    () => {
      watched.state = 'done'
    },
    () => {
      watched.state = 'rejected'
    },
  )
  return watched
}

describe('sessionStore over a store that is silent', () => {
  it('T58 T59 rejects after a second and a half, not before', async () => {
    const challenge = await send()
    sessions.hang('get')
    const call = watch(challenge.verify(RIGHT))
    await vi.advanceTimersByTimeAsync(1499)
    expect(call.state).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(call.state).toBe('rejected')
    expect(await call.rejection).toMatchObject(UNAVAILABLE)
  })

  it('T59 follows a read that came too late by no write', async () => {
    const challenge = await send()
    const answer = sessions.hang('get')
    const call = watch(challenge.verify(RIGHT))
    await vi.advanceTimersByTimeAsync(2000)
    answer()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(call.state).toBe('rejected')
    expect(sessions.calls).toEqual(['get'])
    expect((await challenge.verify(RIGHT)).outcome).toBe('verified')
  })

  it('T59 is not stopped for good by a read that never comes back', async () => {
    const challenge = await send()
    sessions.hang('get')
    const call = watch(challenge.verify(RIGHT))
    await vi.advanceTimersByTimeAsync(2000)
    expect(call.state).toBe('rejected')
    expect((await challenge.verify(RIGHT)).outcome).toBe('verified')
  })

  it('T58 creates no challenge where the read came too late', async () => {
    const answer = sessions.hang('get')
    const request = issueRequest()
    const call = watch(store.issue(request))
    await vi.advanceTimersByTimeAsync(2000)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(await call.rejection).toMatchObject(UNAVAILABLE)
    expect(sessions.held.size).toBe(0)
  })

  it('T59 decides nothing on a record whose write is uncertain, until it has settled', async () => {
    const challenge = await send()
    const land = sessions.hang('set')
    const first = watch(challenge.verify(WRONG))
    await vi.advanceTimersByTimeAsync(2000)
    expect(await first.rejection).toMatchObject(UNAVAILABLE)

    const second = watch(challenge.verify(RIGHT))
    await vi.advanceTimersByTimeAsync(2000)
    expect(await second.rejection).toMatchObject(UNAVAILABLE)
    expect(sessions.calls).toEqual(['get', 'set'])

    land()
    await vi.advanceTimersByTimeAsync(0)
    expect(await challenge.verify(WRONG)).toMatchObject({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
  })

  it('T59 lets nobody in when the write that consumed the code was too late, then or later', async () => {
    const challenge = await send()
    const land = sessions.hang('set')
    const call = watch(challenge.verify(RIGHT))
    await vi.advanceTimersByTimeAsync(2000)
    land()
    await vi.advanceTimersByTimeAsync(0)
    expect(call.state).toBe('rejected')
    expect(await challenge.verify(RIGHT)).toEqual({ outcome: 'gone' })
  })

  it('T59 never runs a call that ran out of time while it waited for another', async () => {
    const challenge = await send()
    const answer = sessions.hang('get')
    const first = watch(challenge.verify(WRONG))
    await vi.advanceTimersByTimeAsync(1000)
    const second = watch(challenge.verify(WRONG))
    await vi.advanceTimersByTimeAsync(499)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect([first.state, second.state]).toEqual(['done', 'done'])

    const land = sessions.hang('set')
    const writing = watch(challenge.verify(WRONG))
    const waiting = watch(challenge.verify(WRONG))
    await vi.advanceTimersByTimeAsync(2000)
    land()
    await vi.advanceTimersByTimeAsync(10_000)
    expect([writing.state, waiting.state]).toEqual(['rejected', 'rejected'])
    expect(await challenge.find()).toMatchObject({ attemptsLeft: 2 })
  })

  it('holds up nobody else', async () => {
    const [challenge, other] = [await send(), await send()]
    sessions.hang('set')
    watch(challenge.verify(WRONG))
    expect((await other.verify(RIGHT)).outcome).toBe('verified')
  })

  it('keeps no timer once a call is answered', async () => {
    await (await send()).verify(RIGHT)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a shorter deadline', async () => {
    const quick = sessionStore({ store: sessions, singleProcess: true, deadlineSeconds: 0.05 })
    sessions.hang('get')
    const call = watch(quick.cancel({ id: issueRequest().id }))
    await vi.advanceTimersByTimeAsync(50)
    expect(await call.rejection).toMatchObject(UNAVAILABLE)
  })
})

describe('sessionStore over a store that fails', () => {
  it.each(['get', 'set'] as const)('T58 T59 rejects when %s fails, with the cause, and goes on with the next call', async (verb) => {
    const challenge = await send()
    const cause = new Error('the disk is full')
    sessions.fail(verb, cause)
    await expect(challenge.verify(WRONG)).rejects.toMatchObject({ ...UNAVAILABLE, cause })
    expect(await challenge.verify(WRONG)).toMatchObject({ outcome: 'wrong', failures: 1 })
  })

  it('T59 rejects when the record that a success empties cannot be removed', async () => {
    const origin = newOrigin()
    const challenge = await bench(clock, store, store).send({ origin, limits: FREE })
    sessions.fail('destroy', 'no')
    await expect(challenge.verify(RIGHT, { origin })).rejects.toMatchObject({ ...UNAVAILABLE, cause: 'no' })
  })

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('thrown')
      },
    ],
    ['returns a promise that rejects', (): Promise<never> => Promise.reject(new Error('thrown'))],
  ])('rejects in the same way when a method %s', async (_, call) => {
    const challenge = await send()
    sessions.replace('get', call)
    await expect(challenge.verify(RIGHT)).rejects.toMatchObject({ ...UNAVAILABLE, cause: new Error('thrown') })
  })

  it('waits for every write of a decision before the next one, also where one of them has failed', async () => {
    const origin = newOrigin()
    const challenge = await send()
    sessions.fail('set', new Error('no'))
    const land = sessions.hang('set')
    const failed = watch(challenge.verify(WRONG, { origin }))
    const next = watch(challenge.verify(WRONG))
    await vi.advanceTimersByTimeAsync(1000)
    expect([failed.state, next.state]).toEqual(['pending', 'pending'])
    land()
    await vi.advanceTimersByTimeAsync(0)
    expect([failed.state, next.state]).toEqual(['rejected', 'done'])
  })

  it('takes "no such file" for "no such record", as session-file-store says it, and no other ENOENT', async () => {
    sessions.fail('get', Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' }))
    expect(await store.find({ id: issueRequest().id, limits: FREE })).toEqual({ outcome: 'gone' })
    sessions.fail('get', Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'connect' }))
    await expect(store.find({ id: issueRequest().id, limits: FREE })).rejects.toMatchObject(UNAVAILABLE)
    const challenge = await send()
    sessions.fail('set', Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' }))
    await expect(challenge.verify(WRONG)).rejects.toMatchObject(UNAVAILABLE)
  })
})

describe('sessionStore over a store that returns something else', () => {
  const record = [0, 0, 0, [], [], []]
  const challenge = ['tail', 'login', '', '', 'any', 5, 0, 1, [['sms', 0, 'digest', 1, 'sealed', false]]]

  it.each([
    ['a number', 1],
    ['a string', 'otp'],
    ['a list', []],
    ['a session of somebody', { cookie: {}, passport: { user: 1 } }],
    ['a record without its end', { otp: JSON.stringify(record) }],
    ['no JSON', '{'],
    ['another JSON', '{"failures":0}'],
    ['a record that is too short', JSON.stringify(record.slice(1))],
    ['a record that is too long', JSON.stringify([...record, 0])],
    ['failures as a string', JSON.stringify(['0', 0, 0, [], [], []])],
    ['failures below zero', JSON.stringify([-1, 0, 0, [], [], []])],
    ['half a failure', JSON.stringify([0.5, 0, 0, [], [], []])],
    ['an instant that is none', JSON.stringify([0, null, 0, [], [], []])],
    ['a mark that is none', JSON.stringify([0, 0, 0, [[1, 'a']], [], []])],
    ['a challenge of another mode', JSON.stringify([0, 0, 0, [], [challenge.with(4, 'none')], []])],
    ['a code of another channel', JSON.stringify([0, 0, 0, [], [challenge.with(8, [['fax', 0, '', 1, '', false]])], []])],
    ['a code that was proved with 1', JSON.stringify([0, 0, 0, [], [challenge.with(8, [['sms', 0, '', 1, '', 1]])], []])],
    ['a grant that is none', JSON.stringify([0, 0, 0, [], [], [['tail']]])],
    ['a record of an address block', JSON.stringify([[], []])],
  ])('T49 rejects %s, and leaves it alone', async (_, value) => {
    const pending = await send()
    const [id = ''] = sessions.held.keys()
    const whole = typeof value === 'string' && value !== 'otp' ? { otp: value, otpExpiresAt: clock.now() + 1000 } : value
    sessions.held.set(id, JSON.stringify(whole))
    await expect(pending.verify(RIGHT)).rejects.toMatchObject(UNAVAILABLE)
    await expect(pending.renew('111111')).rejects.toMatchObject(UNAVAILABLE)
    expect(sessions.held.get(id)).toBe(JSON.stringify(whole))
  })

  it('T49 rejects a foreign record of an address block', async () => {
    const pending = await send()
    sessions.replace('get', (callback) => callback(null, undefined))
    sessions.replace('get', (callback) => callback(null, { otp: '[[],["x"]]', otpExpiresAt: clock.now() + 1000 }))
    await expect(pending.verify(RIGHT, { origin: newOrigin() })).rejects.toMatchObject(UNAVAILABLE)
  })

  it('T49 answers no value with a throw of another kind, or with a match', async () => {
    vi.useRealTimers()
    const pending = await send()
    const packed = fc.oneof(fc.json(), fc.string(), fc.jsonValue())
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ otp: packed, otpExpiresAt: fc.oneof(fc.jsonValue(), fc.constant(clock.now() + 1000)) }),
    )
    await fc.assert(
      fc.asyncProperty(value, async (session) => {
        sessions.replace('get', (callback) => callback(null, session))
        const outcome = await pending.verify(RIGHT).then(
          (decision) => decision.outcome,
          (err: unknown) => err,
        )
        if (typeof outcome === 'string') expect(outcome).toBe('gone')
        else expect(outcome).toMatchObject(UNAVAILABLE)
      }),
    )
  })

  it.each([null, undefined, false])('T49 takes %s for no record', async (nothing) => {
    const pending = await send()
    sessions.replace('get', (callback) => callback(null, nothing))
    expect(await pending.verify(RIGHT)).toEqual({ outcome: 'gone' })
  })

  it('T49 takes a record past its end for none, whatever it holds', async () => {
    const pending = await send()
    const [[id, json] = ['', '']] = sessions.held
    sessions.held.set(id, JSON.stringify({ ...JSON.parse(json), otpExpiresAt: clock.now() }))
    expect(await pending.verify(RIGHT)).toEqual({ outcome: 'gone' })
  })
})
