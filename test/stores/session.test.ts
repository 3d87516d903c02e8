import { sessionStore } from 'express-otp/stores/session'
import { testClock } from 'express-otp/testing'
import session from 'express-session'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bench, FREE, issueRequest, newKey, newOrigin, RIGHT, range, tally, WRONG } from '../../src/testing/contract/bench.js'
import { scriptedSessionStore } from './scripted-session-store.js'

const clock = testClock()

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.resetModules()
})

describe('the options of sessionStore', () => {
  const store = new session.MemoryStore()

  it.each([
    ['a missing store', { singleProcess: true }, 'option "store" is missing; it must be an object with get(), set(), destroy()'],
    ['a store without get', { store: { set() {}, destroy() {} } }, 'an object with get(), set(), destroy()'],
    [
      'a prefix without a dot',
      { store, prefix: 'otp' },
      'option "prefix" is "otp"; it must be one to 31 of a to z, 0 to 9, _ and -, then a dot',
    ],
    ['a prefix that climbs', { store, prefix: '../.' }, 'option "prefix"'],
    ['a long prefix', { store, prefix: `${'a'.repeat(32)}.` }, 'option "prefix"'],
    ['a prefix with more before it', { store, prefix: 'A/otp.' }, 'option "prefix"'],
    ['a prefix with more behind its dot', { store, prefix: 'otp./' }, 'option "prefix"'],
    ['a deadline as a text', { store, deadlineSeconds: '1' }, 'option "deadlineSeconds"'],
    ['a deadline that nobody can keep', { store, deadlineSeconds: 0.049 }, 'option "deadlineSeconds"'],
    ['a deadline of minutes', { store, deadlineSeconds: 60 }, 'a number of seconds from 0.05 to 2'],
    ['a deadline that is no number', { store, deadlineSeconds: Number.NaN }, 'option "deadlineSeconds"'],
    ['a clock that does not tell time', { store, clock: {} }, 'option "clock"'],
    ['a near miss', { store, singleprocess: true }, 'Did you mean "singleProcess"?'],
  ])('refuse %s by name', (_, options, message) => {
    expect(() => sessionStore(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining(message) }),
    )
  })

  it('take undefined for not given', () => {
    const nothing = { prefix: undefined, deadlineSeconds: undefined, clock: undefined }
    expect(() => sessionStore({ store, singleProcess: true, ...nothing })).not.toThrow()
    for (const deadlineSeconds of [0.05, 2]) expect(() => sessionStore({ store, singleProcess: true, deadlineSeconds })).not.toThrow()
  })

  it.each([undefined, false])('T54 refuse to be made in production with singleProcess %s', (singleProcess) => {
    vi.stubEnv('NODE_ENV', 'production')
    const message = expect.stringMatching(/^sessionStore: a session store cannot count atomically, .* "singleProcess: true"/)
    expect(() => sessionStore({ store, singleProcess })).toThrow(expect.objectContaining({ code: 'ERR_OTP_OPTION', message }))
    expect(() => sessionStore({ store, singleProcess: true })).not.toThrow()
  })

  it('T54 warn once elsewhere, and not where singleProcess was said', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    vi.resetModules()
    const fresh = await import('express-otp/stores/session')
    fresh.sessionStore({ store, singleProcess: true })
    expect(warn).not.toHaveBeenCalled()
    fresh.sessionStore({ store })
    fresh.sessionStore({ store })
    expect(warn.mock.calls).toEqual([[expect.stringContaining('singleProcess'), { type: 'SecurityWarning', code: 'OTP_SINGLE_PROCESS' }]])
  })
})

describe('sessionStore', () => {
  it('keeps each record as a session that outlives what it counts', async () => {
    const sessions = scriptedSessionStore()
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1))
    const store = sessionStore({ store: sessions, singleProcess: true, clock })
    await bench(clock, store, store).send({ recipients: ['abcdefghijkl_-AB'], origin: 'Block-_9' })
    expect([...sessions.held.keys()]).toEqual(['otp.726162636465666768696a6b6c5f2d4142', 'otp.62426c6f636b2d5f39'])
    const [recipient, block] = [...sessions.held.values()].map((json) => JSON.parse(json))
    const day = 86_400_000
    // By the clock of the session store, with a minute to spare, so that it never is the first to forget.
    const cookie = { originalMaxAge: day + 60_000, maxAge: day + 60_000, expires: '2030-01-02T00:01:00.000Z', httpOnly: true, path: '/' }
    expect(recipient).toEqual({ cookie, otp: expect.stringMatching(/^\[0,0,0,\[/), otpExpiresAt: clock.now() + day })
    expect(block).toMatchObject({ cookie: { maxAge: 3_660_000 }, otpExpiresAt: clock.now() + 3_600_000 })
  })

  it('uses ids that differ where a file system or a column does not tell upper from lower case', async () => {
    const sessions = scriptedSessionStore()
    const store = sessionStore({ store: sessions, singleProcess: true, clock, prefix: 'codes_1.' })
    const { send } = bench(clock, store, store)
    await send({ recipients: ['abcdefghijklmnop'] })
    await send({ recipients: ['abcdefghijklmnoP'] })
    const ids = [...sessions.held.keys()]
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^codes_1\.[0-9a-f]{34}$/)
  })

  it('destroys a record that has become empty', async () => {
    const sessions = scriptedSessionStore()
    const store = sessionStore({ store: sessions, singleProcess: true, clock })
    const origin = newOrigin()
    const challenge = await bench(clock, store, store).send({ origin })
    expect(sessions.held.size).toBe(2)
    await challenge.verify(RIGHT, { origin })
    // The send counts for a day, though its code was used.
    expect(sessions.held.size).toBe(1)
    clock.advance(86_400)
    await challenge.verify(RIGHT, { origin })
    expect(sessions.held.size).toBe(0)
    await challenge.verify(RIGHT, { origin })
    expect(sessions.calls.filter((verb) => verb === 'destroy')).toHaveLength(2)
  })

  it('writes nothing where nothing changed', async () => {
    const sessions = scriptedSessionStore()
    const store = sessionStore({ store: sessions, singleProcess: true, clock })
    const challenge = await bench(clock, store, store).send({ limits: FREE })
    await challenge.fail(5)
    sessions.calls.length = 0
    await challenge.verify(RIGHT)
    await challenge.find()
    await challenge.renew('111111')
    expect(sessions.calls).toEqual(['get', 'get', 'get'])
  })

  it('T54 is exact for several of it over one store, also of slow turns', async () => {
    const sessions = new session.MemoryStore()
    const stores = range(3).map(() => sessionStore({ store: sessions, singleProcess: true, clock }))
    const [first] = stores
    if (first === undefined) throw new Error('no store')
    const challenge = await bench(clock, first, first).send({ limits: FREE })
    const decisions = await Promise.all(range(60).map((index) => challenge.verify(WRONG, {}, stores[index % 3])))
    expect(tally(decisions)).toEqual({ wrong: 4, exhausted: 56 })
  })

  it('T54 keeps records of another prefix apart', async () => {
    const sessions = scriptedSessionStore()
    const [one, two] = [
      sessionStore({ store: sessions, singleProcess: true, clock }),
      sessionStore({ store: sessions, singleProcess: true, clock, prefix: 'b.' }),
    ]
    const request = issueRequest({ recipients: [newKey()] })
    expect(tally([await one.issue(request), await two.issue(request)])).toEqual({ issued: 2 })
  })

  it('T60 tells time by a clock that does not follow the system one', async () => {
    const store = sessionStore({ store: scriptedSessionStore(), singleProcess: true })
    const challenge = await bench(clock, store, store).send()
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2040, 0, 1))
    expect((await challenge.verify(RIGHT)).outcome).toBe('verified')
  })

  it('leaves the sessions of the application alone', async () => {
    const sessions = new session.MemoryStore()
    const store = sessionStore({ store: sessions, singleProcess: true, clock })
    const challenge = await bench(clock, store, store).send()
    await challenge.fail(2)
    const all = await new Promise<object>((resolve) => sessions.all?.((_, found) => resolve(found ?? {})))
    expect(Object.keys(all)).toEqual([expect.stringMatching(/^otp\.[0-9a-f]{34}$/)])
  })
})
