import { RedisStore } from 'connect-redis'
import type { Express, Response } from 'express'
import { requireOtp } from 'express-otp/express'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Answer, type Browser, browserOf, type DoorApp, doorApp, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'

const ANN = '+12068800123'

/** The same time, at each of several apps that share a store. */
function advance(apps: readonly DoorApp[], seconds: number): void {
  for (const app of apps) app.clock.advance(seconds)
}

describe.skipIf(!hasRedis).each(PLACES)('on Redis, with sessions in connect-redis and the router %s', (place: PlaceName) => {
  let redis: RedisServer
  const cleanUp: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())
  afterEach(async () => {
    for (const step of cleanUp.splice(0)) await step()
    await redis.command('FLUSHALL')
  })

  /** One copy of an app; the challenges go beside its sessions, without being told so. */
  async function copy(resave: boolean, routes: (app: Express, otp: DoorApp['otp']) => void = () => undefined): Promise<DoorApp> {
    const client = createClient({ url: redis.url })
    await client.connect()
    const app = await doorApp({
      place,
      otp: { intents: { login: {}, transfer: { userBound: true } } },
      session: { store: new RedisStore({ client }), resave },
      router: { currentUser: userOf, login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
      routes(express, otp) {
        express.get('/me', (req, res) => {
          res.json({ user: userOf(req) ?? null })
        })
        routes(express, otp)
      },
    })
    cleanUp.push(async () => {
      await app.stop()
      await client.close()
    })
    return app
  }

  describe.each([true, false])('a slow request that saves the session it loaded before, with resave: %s,', (resave) => {
    const waiting: Response[] = []

    function start(): Promise<DoorApp> {
      return copy(resave, (app, otp) => {
        app.post('/slow', (req, res) => {
          // With `resave` off only a change is saved.
          if (!resave) Reflect.set(req.session, 'note', 'changed')
          waiting.push(res)
        })
        app.post('/transfer', requireOtp(otp, { intent: 'transfer', currentUser: userOf }), (_req, res) => {
          res.json({ done: true })
        })
      })
    }

    /** A request that has loaded its session, and the way to let it end. */
    async function slow(browser: Browser): Promise<() => Promise<Answer>> {
      const answer = browser.post('/slow')
      await vi.waitUntil(() => waiting.length > 0)
      return async () => {
        waiting.shift()?.json({})
        return await answer
      }
    }

    it('T23 gives no guess back', async () => {
      const app = await start()
      const ann = app.browser()
      await ann.post('/otp/send', { to: ANN })
      const end = await slow(ann)
      for (const left of [4, 3]) expect((await ann.post('/otp/verify', { code: wrong(app.sms.code()) })).body.attemptsLeft).toBe(left)
      await end()
      expect((await ann.post('/otp/verify', { code: wrong(app.sms.code()) })).body.attemptsLeft).toBe(2)
    })

    it('T23 brings no used code back, neither in the old session nor in the new one, and logs nobody in', async () => {
      const app = await start()
      const ann = app.browser()
      await ann.post('/otp/send', { to: ANN })
      const before = browserOf(app.origin, ann.cookies)
      const code = app.sms.code()
      const end = await slow(before)
      expect((await ann.post('/otp/verify', { code })).status).toBe(200)
      expect((await end()).status).toBe(200)
      for (const browser of [before, ann]) expect((await browser.post('/otp/verify', { code })).body.reason).toBe('no_pending_challenge')
      expect((await before.get('/me')).body.user).toBe(null)
      expect((await ann.get('/me')).body.user).toBe(ANN)
    })

    it('T23 brings no spent grant back', async () => {
      const app = await start()
      const ann = app.browser()
      await ann.post('/otp/send', { to: ANN })
      await ann.post('/otp/verify', { code: app.sms.code() })
      app.clock.advance(30)
      await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
      await ann.post('/otp/verify', { code: app.sms.code(), intent: 'transfer' })
      const end = await slow(ann)
      expect((await ann.post('/transfer')).body).toEqual({ done: true })
      await end()
      expect((await ann.post('/transfer')).status).toBe(401)
    })
  })

  it('T03 resends at either copy give no guess back: after ten failures the recipient pauses at both, also for the right code', async () => {
    const apps = [await copy(false), await copy(false)] as const
    const jar = apps[0].browser()
    /** The one browser, at either copy. */
    const at = (index: 0 | 1): Browser => {
      const browser = browserOf(apps[index].origin, jar.cookies)
      return { ...browser, post: async (...args) => remember(browser, await browser.post(...args)) }
    }
    function remember(browser: Browser, answer: Answer): Answer {
      for (const [name, value] of browser.cookies) jar.cookies.set(name, value)
      return answer
    }

    expect((await at(0).post('/otp/send', { to: ANN })).status).toBe(200)
    let code = apps[0].sms.code()
    for (let guess = 0; guess < 4; guess++) await at(1).post('/otp/verify', { code: wrong(code) })
    advance(apps, 30)
    expect((await at(1).post('/otp/resend')).status).toBe(200)
    code = apps[1].sms.code()
    for (let guess = 0; guess < 4; guess++) await at(0).post('/otp/verify', { code: wrong(code) })
    advance(apps, 60)
    expect((await at(0).post('/otp/resend')).status).toBe(200)
    code = apps[0].sms.code()
    expect((await at(0).post('/otp/verify', { code: wrong(code) })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await at(1).post('/otp/verify', { code: wrong(code) })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 3 })
    for (const index of [0, 1] as const) {
      const paused = await at(index).post('/otp/verify', { code })
      expect([paused.status, paused.body.reason]).toEqual([429, 'rate_limited'])
      expect(Number(paused.headers.get('retry-after'))).toBeGreaterThanOrEqual(30)
    }
    advance(apps, 30)
    expect((await at(1).post('/otp/verify', { code })).status).toBe(200)
  })

  it('T04 three browsers of one recipient share its counters: the tenth failure pauses all of them', async () => {
    const apps = [await copy(false), await copy(false)] as const
    const browsers: { readonly browser: Browser; readonly code: string }[] = []
    for (const [index, failures, wait] of [
      [0, 4, 30],
      [1, 4, 60],
      [0, 2, 0],
    ] as const) {
      const browser = apps[index].browser()
      expect((await browser.post('/otp/send', { to: ANN })).status).toBe(200)
      const code = apps[index].sms.code()
      for (let guess = 0; guess < failures; guess++) {
        expect((await browser.post('/otp/verify', { code: wrong(code) })).body.reason).toBe('invalid_code')
      }
      browsers.push({ browser, code })
      advance(apps, wait)
    }
    for (const { browser, code } of browsers) expect((await browser.post('/otp/verify', { code })).body.reason).toBe('rate_limited')
    expect((await apps[1].browser().post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
  })
})

function userOf(req: { readonly session?: unknown }): string | undefined {
  const { session } = req
  const user: unknown = typeof session === 'object' && session !== null ? Reflect.get(session, 'user') : undefined
  return typeof user === 'string' ? user : undefined
}
