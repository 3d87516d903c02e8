import type { SessionRouterOptions } from 'express-otp/express'
import { OtpStrategy } from 'express-otp/passport'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { Passport } from 'passport'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, type DoorApp, openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { FaultySessions, fakeDeadlines, type Trouble } from './faulty-sessions.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

interface Scene extends DoorApp {
  readonly sessions: FaultySessions
}

async function scene(place: PlaceName, router: SessionRouterOptions = {}, session: object = {}): Promise<Scene> {
  const sessions = new FaultySessions()
  const app = await openDoor({
    place,
    session: { store: sessions, ...session },
    // The challenges are elsewhere, where there is no trouble.
    otp: { store: memoryStore({ clock: testClock() }), intents: { login: {}, transfer: {} } },
    router: { currentUser: userOf, ...router },
    routes(one, otp) {
      userRoutes(one)
      guardedRoute(one, otp, { intent: 'transfer', once: false })
    },
  })
  return { ...app, sessions }
}

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body]).toEqual([
    503,
    {
      type: 'urn:express-otp:temporarily_unavailable',
      title: 'Try again in a moment.',
      status: 503,
      reason: 'temporarily_unavailable',
      retryAfter: 5,
    },
  ])
  expect(answer.headers.get('retry-after')).toBe('5')
}

const login: SessionRouterOptions = { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) }

describe.each<Trouble>(['fail', 'hang'])('session stores that %s', (trouble) => {
  beforeEach(fakeDeadlines)
  afterEach(() => void vi.useRealTimers())

  it('T58 behind the session: what cannot be saved is not sent, and the challenge is withdrawn', async () => {
    const { browser, sms, sessions } = await scene('behind the session')
    const ann = browser()
    sessions.trouble.set = trouble
    expectUnavailable(await ann.post('/otp/send', { to: ANN }))
    expect(sms.messages).toHaveLength(0)
    expect(ann.cookies.size).toBe(0)
    sessions.land()
    // The place in the quota was given back: no cooldown stands in the way.
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T58 ahead of the session: where the user cannot be known nothing is sent, and a login needs no session yet', async () => {
    const { browser, sms, sessions } = await scene('ahead of the session')
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    sessions.trouble.get = trouble
    expectUnavailable(await ann.post('/otp/send', { to: ANN, intent: 'transfer' }))
    expect(sms.messages).toHaveLength(0)
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expectUnavailable(await ann.post('/otp/verify', { code: sms.code() }))
    sessions.land()
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['no_pending_challenge'])
  })

  it.each(PLACES)('T59 a proof that cannot be kept opens nothing, %s', async (place) => {
    const { browser, sms, sessions } = await scene(place)
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    const before = browser(ann)
    sessions.trouble.set = trouble
    expectUnavailable(await ann.post('/otp/verify', { code: sms.code(), intent: 'transfer' }))
    delete sessions.trouble.set
    for (const one of [ann, before]) {
      expect((await one.post('/guarded')).status).toBe(401)
      expect(reasons(await guess(one, sms.code(), 1, { intent: 'transfer' }))).toEqual(['no_pending_challenge'])
    }
  })

  it.each(PLACES.flatMap((place) => (['set', 'destroy'] as const).map((step) => [place, step] as const)))(
    'T48 T59 a login that cannot be kept logs nobody in, %s, at %s',
    async (place, step) => {
      const { browser, sms, sessions } = await scene(place, login)
      const ann = browser()
      await ann.post('/become', {})
      await ann.post('/otp/send', { to: ANN })
      const before = browser(ann)
      sessions.trouble[step] = trouble
      const answer = await ann.post('/otp/verify', { code: sms.code() })
      expectUnavailable(answer)
      expect(answer.headers.getSetCookie().filter((line) => line.startsWith('connect.sid'))).toEqual([])
      sessions.land()
      await new Promise((resolve) => setImmediate(resolve))
      for (const one of [ann, before]) {
        expect((await one.get('/whoami')).body.user).toBe(null)
        expect(reasons(await guess(one, sms.code(), 1))).toEqual(['no_pending_challenge'])
      }
    },
  )

  it('T58 an answer of 503 waits for no session store, also where a missing session is destroyed', async () => {
    const { browser, sms, sessions } = await scene('behind the session', {}, { unset: 'destroy', resave: true, rolling: true })
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    for (const step of ['set', 'destroy', 'touch'] as const) sessions.trouble[step] = trouble
    expectUnavailable(await ann.post('/otp/send', { to: ANN }))
    expect(sms.messages).toHaveLength(0)
    sessions.land()
    expect((await ann.get('/whoami')).body.user).toBe('ann')
  })
})

describe.each(PLACES)('the deadline %s', (place) => {
  it('T48 T59 a user who is serialized too late is nobody, and brings nothing down', async () => {
    fakeDeadlines()
    onTestFinished(() => void vi.useRealTimers())
    let late = (): void => undefined
    const passport = new Passport()
    passport.serializeUser((_user, done) => {
      late = () => done(null, 'ann')
      setImmediate(() => vi.advanceTimersByTime(2000))
    })
    const { browser, sms, otp, sessions } = await scene(place, { passport, currentUser: undefined })
    passport.use(new OtpStrategy(otp, ({ to }) => ({ id: to })))
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expectUnavailable(await ann.post('/otp/verify', { code: sms.code() }))
    expect(late).not.toThrow()
    expect(ann.cookies.get('connect.sid') ?? '').not.toContain(Object.keys(JSON.parse(sessions.dump())).at(-1))
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['no_pending_challenge'])
  })

  it('T58 T59 a session store that hangs is given up within 2 s', async () => {
    const { browser, sms, sessions } = await scene(place)
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    sessions.trouble.set = 'hang'
    if (place === 'ahead of the session') sessions.trouble.get = 'hang'
    const begin = performance.now()
    expectUnavailable(await ann.post('/otp/send', { to: ANN, intent: 'transfer' }))
    const elapsed = performance.now() - begin
    expect(elapsed).toBeGreaterThan(1000)
    expect(elapsed).toBeLessThan(2000)
    expect(sms.messages).toHaveLength(0)
  })
})
