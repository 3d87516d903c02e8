import { randomUUID } from 'node:crypto'
import { RedisStore } from 'connect-redis'
import { describe, expect, it } from 'vitest'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'
import { useRedisClient } from '../helpers/redis-client.js'
import { hasRedis } from '../helpers/redis-server.js'

const ANN = '+12068800123'

describe.skipIf(!hasRedis).each(PLACES)('sessions in Redis by connect-redis, %s', (place) => {
  const client = useRedisClient()

  /** A prefix for the sessions, and a secret and so recipient keys, of its own. */
  async function start(where: PlaceName, options: DoorAppOptions = {}): Promise<DoorApp> {
    const store = new RedisStore({ client: client(), prefix: `door-${randomUUID()}:` })
    return await openDoor({
      place: where,
      ...options,
      session: { store, ...options.session },
      otp: { secret: randomUUID() + SUFFIX, ...options.otp },
    })
  }

  async function verify(browser: ReturnType<DoorApp['browser']>, code: string): Promise<string> {
    const { body } = await browser.post('/otp/verify', { code })
    return body.reason ?? body.status
  }

  it('T54 the challenges go to the very client that the sessions use', async () => {
    const commands: string[] = []
    const watched = new Proxy(client(), {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name !== 'sendCommand' || typeof value !== 'function') return typeof value === 'function' ? value.bind(target) : value
        return (args: readonly string[], ...rest: readonly unknown[]) => {
          commands.push(args[0] ?? '')
          return Reflect.apply(value, target, [args, ...rest])
        }
      },
    })
    const store = new RedisStore({ client: watched, prefix: `door-${randomUUID()}:` })
    const { browser, otp, sms } = await openDoor({ place, session: { store }, otp: { secret: randomUUID() + SUFFIX } })
    const ann = browser()
    expect(otp.hasStore).toBe(false)
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect(otp.hasStore).toBe(true)
    expect(await verify(ann, sms.code())).toBe('verified')
    expect(commands.filter((name) => /^eval/i.test(name)).length).toBeGreaterThanOrEqual(2)
  })

  it('T01 T03 T21 counts, pauses and forgets as in memory', async () => {
    const { browser, sms, clock } = await start(place)
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: ANN })
    expect(sent.body).toMatchObject({ attemptsLeft: 5, expiresIn: 300, resendIn: 30, expiresAt: '2026-01-01T00:05:00.000Z' })
    const old = sms.code()
    for (const left of [4, 3, 2, 1]) {
      const { body } = await ann.post('/otp/verify', { code: wrong(old) })
      // A number read back from Redis is a number.
      expect(body.attemptsLeft).toBe(left)
    }
    expect(await verify(ann, wrong(old))).toBe('too_many_attempts')
    expect(await verify(ann, old)).toBe('too_many_attempts')
    clock.advance(30)
    await ann.post('/otp/resend')
    for (let guess = 0; guess < 5; guess++) await verify(ann, wrong(sms.code()))
    clock.advance(60)
    expect((await ann.post('/otp/resend')).status).toBe(200)
    const copy = browser(ann)
    expect(await verify(ann, sms.code())).toBe('verified')
    expect(await verify(copy, sms.code())).toBe('no_pending_challenge')
  })

  it('T02 T22 of many at once no more than the limit is compared, and one wins', async () => {
    const { browser, sms } = await start(place)
    const [ann, bob] = [browser(), browser()]
    await ann.post('/otp/send', { to: ANN })
    await Promise.all(Array.from({ length: 20 }, () => ann.get('/otp/config')))
    const wrongs = await Promise.all(Array.from({ length: 60 }, () => verify(ann, wrong(sms.code(ANN)))))
    expect(wrongs.filter((reason) => reason === 'invalid_code')).toHaveLength(4)
    expect(wrongs.filter((reason) => reason === 'too_many_attempts')).toHaveLength(56)
    await bob.post('/otp/send', { to: '+12068800456' })
    const code = sms.code('+12068800456')
    const rights = await Promise.all(Array.from({ length: 40 }, () => verify(bob, code)))
    expect(rights.filter((reason) => reason === 'verified')).toHaveLength(1)
  })

  it('T24 T25 T28 resends, expiry and the cooldown go by one clock', async () => {
    const { browser, sms, clock } = await start(place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const first = sms.code()
    expect((await ann.post('/otp/resend')).body.reason).toBe('rate_limited')
    clock.advance(30)
    expect((await ann.post('/otp/resend')).body).toMatchObject({ status: 'sent', resendIn: 60 })
    expect(await verify(ann, first)).toBe('invalid_code')
    clock.advance(299.999)
    expect((await ann.get('/otp/status')).body.pending).toMatchObject([{ expiresIn: 1, attemptsLeft: 4 }])
    clock.advance(0.001)
    expect(await verify(ann, sms.code())).toBe('expired')
  })

  it('T45 T23 a login gets a new session; the old one is gone from Redis, and a slow request revives nothing', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { browser, sms } = await start(place, {
      session: { resave: true },
      router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
      routes(app) {
        app.get('/user', (req, res) => void res.json({ user: Reflect.get(req.session, 'user') ?? null }))
        app.post('/touch', (req, res) => {
          Reflect.set(req.session, 'seen', true)
          res.json({})
        })
        app.get('/slow', (req, res, next) => {
          Reflect.set(req.session, 'slow', true)
          held.then(() => res.json({}), next)
        })
      },
    })
    const ann = browser()
    await ann.post('/touch')
    await ann.post('/otp/send', { to: ANN })
    const old = browser(ann)
    const slow = old.get('/slow')
    expect(await verify(ann, sms.code())).toBe('verified')
    expect(ann.cookies.get('connect.sid')).not.toBe(old.cookies.get('connect.sid'))
    release()
    await slow
    expect((await ann.get('/user')).body.user).toBe(ANN)
    expect((await old.get('/user')).body.user).toBe(null)
    expect(await verify(old, sms.code())).toBe('no_pending_challenge')
  })

  it('T61 T65 nothing in Redis holds a code or an address', async () => {
    const prefix = `door-${randomUUID()}:`
    const { browser, sms, mail } = await openDoor({
      place,
      session: { store: new RedisStore({ client: client(), prefix }) },
      otp: { secret: randomUUID() + SUFFIX },
    })
    const [ann, bob] = [browser(), browser()]
    const sent = [await ann.post('/otp/send', { to: ANN }), await bob.post('/otp/send', { to: 'bob@example.org' })]
    await verify(ann, wrong(sms.code()))
    const own = [...sent.map(({ body }) => `otp}:r:${body.id.slice(0, 16)}`), prefix]
    const found: string[] = []
    for await (const keys of client().scanIterator({ COUNT: 1000 })) {
      for (const key of keys) if (own.some((part) => key.includes(part))) found.push(key, String(await client().get(key)))
    }
    const all = found.join('\n')
    expect(found.length).toBeGreaterThanOrEqual(4)
    for (const secret of ['8800123', 'bob@', sms.code(), mail.code()]) expect(all).not.toContain(secret)
  })
})

/** Long enough together with a random one. */
const SUFFIX = '-suffix'
