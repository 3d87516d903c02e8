import type { RequestHandler } from 'express'
import { OtpStrategy, type VerifyUser } from 'express-otp/passport'
import { describe, expect, it, vi } from 'vitest'
import { PLACES, wrong } from '../helpers/door-app.js'
import { ANN, type PassportAppOptions, passportApp, sessionsOf } from '../helpers/passport-app.js'

describe.each(PLACES)('passport.authenticate, with the router %s', (place) => {
  const start = (options: PassportAppOptions = {}) => passportApp({ place, ...options })

  describe('with a custom callback', () => {
    it('T47 hands the user over and logs nobody in by itself, and the code is used', async () => {
      const app = await start({
        routes(app, auth) {
          app.post('/custom', (req, res, next) => {
            const callback = (err: unknown, user: unknown, info: unknown, status: unknown) => res.json({ err, user, info, status })
            auth.authenticate('otp', callback)(req, res, next)
          })
        },
      })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await ann.post('/custom', { code: wrong(code) })).body).toEqual({
        err: null,
        user: false,
        info: { message: 'The code is wrong.', reason: 'invalid_code', attemptsLeft: 4 },
        status: 401,
      })
      expect((await ann.post('/custom', { code })).body).toEqual({ err: null, user: { id: ANN } })
      expect((await ann.get('/me')).body.user).toBe(null)
      expect(app.loggedIn()).toEqual([])
      expect((await ann.post('/custom', { code })).body.info.reason).toBe('no_pending_challenge')
      expect((await ann.post('/signin', { code })).status).toBe(401)
    })

    it.each([
      ['a wrong code', wrong],
      ['the right code', (code: string) => code],
    ])('is called once, and what it throws reaches the error handler, after %s', async (_what, typed) => {
      let calls = 0
      const app = await start({
        routes(app, auth) {
          app.post('/custom', (req, res, next) => {
            const callback = () => {
              calls++
              throw new Error('a mistake of the application')
            }
            auth.authenticate('otp', callback)(req, res, next)
          })
        },
      })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await ann.post('/custom', { code: typed(code) })).status).toBe(500)
      expect(app.failures).toEqual([new Error('a mistake of the application')])
      expect(calls).toBe(1)
      expect(app.loggedIn()).toEqual([])
    })
  })

  it('T47 assignProperty and authorize log nobody in, and use the code', async () => {
    const app = await start({
      routes(app, auth) {
        const account: RequestHandler = (req, res) => {
          res.json({ account: Reflect.get(req, 'account')?.id, user: req.user ?? null })
        }
        app.post('/connect', auth.authorize('otp'), account)
        app.post('/assign', auth.authenticate('otp', { assignProperty: 'account' }), account)
      },
    })
    const ann = app.browser()
    for (const path of ['/connect', '/assign']) {
      const code = await app.codeFor(ann)
      expect((await ann.post(path, { code })).body).toEqual({ account: ANN, user: null })
      expect((await ann.get('/me')).body.user).toBe(null)
      expect((await ann.post('/signin', { code })).status).toBe(401)
      app.clock.advance(30)
    }
    expect(app.loggedIn()).toEqual([])
  })

  it('T47 session: false lets one request through, logs nobody in, and uses the code', async () => {
    const app = await start({ signIn: { session: false } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect((await ann.post('/signin', { code })).body.user).toBe(ANN)
    expect((await ann.get('/me')).body.user).toBe(null)
    expect(app.loggedIn()).toEqual([])
    expect((await ann.post('/signin', { code })).status).toBe(401)
  })

  describe('with several strategies', () => {
    const chain: PassportAppOptions = {
      otp: { intents: { login: {}, signup: {} } },
      routes(app, auth) {
        app.post('/chain', auth.authenticate(['otp', 'signup']), (req, res) => {
          res.json({ user: req.user })
        })
      },
    }

    it('T47 goes on to the next after a failure, which reads the same body', async () => {
      const app = await start(chain)
      app.auth.use(new OtpStrategy(app.otp, { name: 'signup', intent: 'signup' }, ({ to }) => ({ id: `new ${to}` })))
      const ann = app.browser()
      await ann.post('/otp/send', { to: ANN, intent: 'signup' })
      expect((await ann.post('/chain', { code: wrong(app.sms.code()) })).status).toBe(401)
      expect((await ann.post('/chain', { code: app.sms.code() })).body.user).toEqual({ id: `new ${ANN}` })
      expect((await ann.post('/chain', { code: app.sms.code() })).status).toBe(401)
    })

    it('T47 stops at the first that succeeds', async () => {
      const app = await start(chain)
      app.auth.use(new OtpStrategy(app.otp, { name: 'signup', intent: 'signup' }, () => ({ id: 'nobody should ask' })))
      const ann = app.browser()
      expect((await ann.post('/chain', { code: await app.codeFor(ann) })).body.user).toEqual({ id: ANN })
    })
  })

  it.each([
    ['a success', { id: ANN }],
    ['a failure', false],
  ])('keeps two requests apart where it is given the strategy itself, with %s after the other', async (_what, found) => {
    let answerAnn: ((user: unknown) => void) | undefined
    const verifyUser: VerifyUser = ({ to }) =>
      to === ANN
        ? new Promise((resolve) => {
            answerAnn = resolve
          })
        : { id: to }
    let signIn: RequestHandler | undefined
    const app = await start({
      routes(express) {
        express.post('/instance', (req, res, next) => signIn?.(req, res, next))
        express.post('/instance', (req, res) => {
          res.json({ user: req.user })
        })
      },
    })
    signIn = app.auth.authenticate(new OtpStrategy(app.otp, verifyUser))
    const [ann, bob] = [app.browser(), app.browser()]
    const annCode = await app.codeFor(ann)
    const bobCode = await app.codeFor(bob, '+12068800456')
    const waiting = ann.post('/instance', { code: annCode })
    await vi.waitUntil(() => answerAnn)
    expect((await bob.post('/instance', { code: bobCode })).body.user).toEqual({ id: '+12068800456' })
    answerAnn?.(found)
    expect((await waiting).status).toBe(found === false ? 401 : 200)
    expect((await bob.get('/me')).body.user).toBe('+12068800456')
    expect((await ann.get('/me')).body.user).toBe(found === false ? null : ANN)
  })

  describe('after a failure', () => {
    it('failureRedirect and failureMessage lead back with a message', async () => {
      const app = await start({ signIn: { failureRedirect: '/login', failureMessage: true } })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const refused = await ann.post('/signin', { code: wrong(code) })
      expect([refused.status, refused.headers.get('location')]).toEqual([302, '/login'])
      expect((await ann.get('/me')).body.session.messages).toEqual(['The code is wrong.'])
    })

    it('failureFlash flashes the message', async () => {
      const flashed: unknown[] = []
      const app = await start({ signIn: { failureFlash: true } })
      Reflect.set(app.app.request, 'flash', (...args: unknown[]) => flashed.push(args))
      const ann = app.browser()
      await ann.post('/signin', { code: wrong(await app.codeFor(ann)) })
      await app.browser().post('/signin', { code: '123456' })
      await ann.post('/signin', { code: 'x' })
      expect(flashed).toEqual([
        ['error', 'The code is wrong.'],
        ['error', 'No code is pending. Ask for a new one.'],
        ['error', 'Enter the code from the message.'],
      ])
    })

    it('failureFlash without anything that flashes is an error of the application, answered once', async () => {
      const app = await start({ signIn: { failureFlash: true } })
      expect((await app.browser().post('/signin', { code: '123456' })).status).toBe(500)
      expect(app.failures).toEqual([expect.any(TypeError)])
    })

    it('failWithError hands an error to the error handler', async () => {
      const app = await start({ signIn: { failWithError: true } })
      expect((await app.browser().post('/signin', { code: '123456' })).status).toBe(401)
    })
  })

  describe('after a success', () => {
    it('successRedirect leads on, and info of the verify callback is authInfo', async () => {
      const app = await start({ signIn: { successRedirect: '/home' } })
      const ann = app.browser()
      const signedIn = await ann.post('/signin', { code: await app.codeFor(ann) })
      expect([signedIn.status, signedIn.headers.get('location')]).toEqual([302, '/home'])
    })

    it.each([
      ['/account?tab=2', '/account?tab=2'],
      ['//evil.example', '/home'],
      ['/\\evil.example', '/home'],
      ['https://evil.example/', '/home'],
      ['javascript:alert(1)', '/home'],
      ['/\t/evil.example', '/home'],
      ['/.//evil.example', '/home'],
      [['/a', '//evil.example'], '/home'],
      [{ toString: '/a' }, '/home'],
    ])('T50 successReturnToOrRedirect with the returnTo %j leads to %s', async (returnTo, location) => {
      const app = await start({ signIn: { successReturnToOrRedirect: '/home', keepSessionInfo: true } })
      const ann = app.browser()
      await ann.post('/mark', { returnTo })
      const signedIn = await ann.post('/signin', { code: await app.codeFor(ann) })
      expect([signedIn.status, signedIn.headers.get('location')]).toEqual([302, location])
      expect((await ann.get('/me')).body.user).toBe(ANN)
    })
  })

  describe.each([true, false])('with keepSessionInfo: %j', (keepSessionInfo) => {
    it('T45 gives the session a new id; the old one is gone from the store, and logs nobody in', async () => {
      const app = await start({ signIn: { keepSessionInfo } })
      const planted = app.browser()
      await planted.post('/mark', { cart: 'full' })
      const before = planted.cookies.get('connect.sid')
      const attacker = app.browser(planted)
      const signedIn = await planted.post('/signin', { code: await app.codeFor(planted) })
      expect(signedIn.headers.getSetCookie().some((line) => line.startsWith('connect.sid='))).toBe(true)
      expect(planted.cookies.get('connect.sid')).not.toBe(before)
      expect((await planted.get('/me')).body.user).toBe(ANN)
      expect(attacker.cookies.get('connect.sid')).toBe(before)
      expect((await attacker.get('/me')).body.user).toBe(null)
      const ids = Object.keys(Reflect.get(app.store, 'sessions'))
      expect(ids.some((id) => before?.includes(id))).toBe(false)
    })

    it('T46 leaves none of our keys in the session', async () => {
      const app = await start({ otp: { intents: { login: {}, transfer: {} } }, signIn: { keepSessionInfo } })
      const ann = app.browser()
      await ann.post('/mark', { cart: 'full', otp: { returnTo: '/x', granted: { transfer: 'a grant' } } })
      await ann.post('/otp/send', { to: '+12068800456', intent: 'transfer' })
      await ann.post('/signin', { code: await app.codeFor(ann) })
      const me = await ann.get('/me')
      expect(me.body.user).toBe(ANN)
      expect(Object.keys(me.body.session)).toEqual(keepSessionInfo ? ['cart', 'passport'] : ['passport'])
      expect(sessionsOf(app.store).filter((one) => 'otp' in one)).toEqual([])
    })
  })
})
