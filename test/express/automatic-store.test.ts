import { createOtp, type Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { sessionStore } from 'express-otp/stores/session'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDoor, PLACES, SECRET } from '../helpers/door-app.js'

const ANN = '+12068800123'

/** A session store that nobody knows: sessions in a map, by `get`, `set` and `destroy` alone. */
class OtherStore extends session.Store {
  readonly records = new Map<string, string>()

  override get(id: string, callback: (err?: unknown, data?: session.SessionData | null) => void): void {
    const text = this.records.get(id)
    setImmediate(callback, undefined, text === undefined ? null : JSON.parse(text))
  }

  override set(id: string, data: session.SessionData, callback?: (err?: unknown) => void): void {
    this.records.set(id, JSON.stringify(data))
    setImmediate(callback ?? (() => undefined))
  }

  override destroy(id: string, callback?: (err?: unknown) => void): void {
    this.records.delete(id)
    setImmediate(callback ?? (() => undefined))
  }
}

/** As connect-redis would look if it hid its client. */
class RedisStore extends OtherStore {}

function bare(): Otp {
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })] })
  onTestFinished(() => otp.close())
  return otp
}

describe.each(PLACES)('the store that is chosen %s', (place) => {
  beforeEach(() => {
    vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  it('T54 beside any other store it keeps its records there', async () => {
    const store = new OtherStore()
    const { browser, sms } = await openDoor({ place, session: { store } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expect([...store.records.keys()].some((id) => id.startsWith('otp.'))).toBe(true)
    expect((await ann.post('/otp/verify', { code: sms.code() })).body.status).toBe('verified')
  })

  it('T54 in production an unknown store is an error that says what to do, and nothing is sent', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { browser, sms, errors } = await openDoor({ place, session: { store: new OtherStore() } })
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(500)
    expect(errors).toMatchObject([
      { code: 'ERR_OTP_OPTION', message: expect.stringMatching(/cannot count atomically.*singleProcess: true/) },
    ])
    expect(sms.messages).toHaveLength(0)
  })

  it('T54 in production it is taken where it is asked for', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const store = new OtherStore()
    const { browser, sms } = await openDoor({ place, session: { store }, otp: { store: sessionStore({ store, singleProcess: true }) } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
  })

  it('T54 a connect-redis that hides its client is an error that says what to pass', async () => {
    const { browser, sms, errors } = await openDoor({ place, session: { store: new RedisStore() } })
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(500)
    expect(errors).toMatchObject([
      {
        code: 'ERR_OTP_OPTION',
        message: 'createOtp: this version of connect-redis hides its client; pass `store: redisStore({ client })` with the same client',
      },
    ])
    expect(sms.messages).toHaveLength(0)
  })

  it('a store that is named is taken, whatever the sessions are in', async () => {
    const store = new OtherStore()
    const named = memoryStore()
    const { browser } = await openDoor({ place, session: { store }, otp: { store: named } })
    await browser().post('/otp/send', { to: ANN })
    expect(named.size()).toBeGreaterThan(0)
    expect([...store.records.keys()].filter((id) => id.startsWith('otp.'))).toEqual([])
  })
})

describe('adoptSessionStore', () => {
  it('decides once', () => {
    const otp = bare()
    expect(otp.hasStore).toBe(false)
    otp.adoptSessionStore(new session.MemoryStore())
    expect(otp.hasStore).toBe(true)
    expect(() => otp.adoptSessionStore(undefined)).not.toThrow()
  })

  it.each([undefined, null, 5, 'redis'])('T54 refuses %j for a store', (store) => {
    expect(() => bare().adoptSessionStore(store)).toThrow(
      'option "store" is missing, and the session has no store to put challenges beside',
    )
  })

  it.each<unknown>([{}, Object.create(null), { get: 1 }])('T54 refuses an object without the methods of a store: %j', (store) => {
    expect(() => bare().adoptSessionStore(store)).toThrow(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
  })

  it('T54 without any store nothing works, and the error says why', async () => {
    const otp = bare()
    const caller = { tenant: '', userId: '', ip: undefined, hold: () => Promise.resolve() }
    await expect(otp.send({ ...caller, to: ANN })).rejects.toMatchObject({
      code: 'ERR_OTP_OPTION',
      message: expect.stringContaining('option "store" is missing'),
    })
  })
})
