import { OtpError } from 'express-otp'
import type { SessionRouterOptions } from 'express-otp/express'
import { MemoryStore } from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, type Browser, type DoorApp, doorApp, PLACES } from '../helpers/door-app.js'
import { sessionsOf, troubleWhileSaving } from '../helpers/passport-app.js'

const ANN = '+12068800123'

const logsIn: NonNullable<SessionRouterOptions['login']> = ({ to }, req) => {
  Reflect.set(req.session, 'user', to)
}

describe.each(PLACES)('a login of the application, by the router %s', (place) => {
  async function start(login: SessionRouterOptions['login'], router: SessionRouterOptions = {}): Promise<DoorApp & { store: MemoryStore }> {
    const store = new MemoryStore()
    const app = await doorApp({
      place,
      session: { store },
      router: { login, currentUser: (req) => Reflect.get(req.session ?? {}, 'user'), ...router },
      routes(app) {
        app.get('/me', (req, res) => {
          const { id, cookie: _cookie, ...kept } = req.session
          res.json(kept)
        })
        app.post('/cart', (req, res) => {
          Reflect.set(req.session, 'cart', 'full')
          res.json({})
        })
      },
    })
    onTestFinished(() => app.stop())
    return { ...app, store }
  }

  async function verify(app: DoorApp, browser: Browser): Promise<Answer> {
    await browser.post('/otp/send', { to: ANN })
    return await browser.post('/otp/verify', { code: app.sms.code() })
  }

  async function expectNobody(app: DoorApp & { store: MemoryStore }, browser: Browser): Promise<void> {
    expect((await browser.get('/me')).body).not.toHaveProperty('user')
    expect(sessionsOf(app.store).filter((one) => 'user' in one)).toEqual([])
    expect((await browser.post('/otp/verify', { code: app.sms.code() })).body.reason).toBe('no_pending_challenge')
  }

  it('T45 writes to a session with a new id, saved before the answer', async () => {
    const app = await start(logsIn)
    const ann = app.browser()
    await ann.post('/cart')
    const before = app.browser(ann)
    expect((await verify(app, ann)).status).toBe(200)
    expect((await ann.get('/me')).body).toEqual({ user: ANN })
    expect((await before.get('/me')).body).toEqual({})
  })

  it('T46 carries over the keys of the list', async () => {
    const app = await start(logsIn, { keep: ['cart'] })
    const ann = app.browser()
    await ann.post('/cart')
    await verify(app, ann)
    expect((await ann.get('/me')).body).toEqual({ cart: 'full', user: ANN })
  })

  it('may make a session of its own', async () => {
    const app = await start(async (verified, req) => {
      await new Promise((resolve) => req.session.regenerate(resolve))
      logsIn(verified, req)
    })
    const ann = app.browser()
    expect((await verify(app, ann)).status).toBe(200)
    expect((await ann.get('/me')).body).toEqual({ user: ANN })
    expect(sessionsOf(app.store)).toHaveLength(1)
  })

  it('T48 that refuses looks like a wrong code and leaves the kept keys, and nothing that it wrote', async () => {
    const refuses: SessionRouterOptions['login'] = (verified, req) => {
      logsIn(verified, req)
      return false
    }
    const app = await start(refuses, { keep: ['cart'] })
    const ann = app.browser()
    await ann.post('/cart')
    const answer = await verify(app, ann)
    expect([answer.status, answer.body.reason, answer.body.attemptsLeft]).toEqual([400, 'invalid_code', 4])
    expect((await ann.get('/me')).body).toEqual({ cart: 'full' })
    await expectNobody(app, ann)
  })

  it.each([
    ['an error', new Error('the directory is away'), 503],
    ['an error of this package', new OtpError('ERR_OTP_OPTION', 'a mistake of the application'), 500],
  ])('T48 that throws %s logs nobody in, also where it had written to the session', async (_what, err, status) => {
    const app = await start((verified, req) => {
      logsIn(verified, req)
      throw err
    })
    const ann = app.browser()
    const answer = await verify(app, ann)
    expect(answer.status).toBe(status)
    expect(answer.headers.getSetCookie().filter((line) => line.startsWith('connect.sid'))).toEqual([])
    await expectNobody(app, ann)
  })

  it('T48 that cannot be saved logs nobody in, also when the store is well again in the same request', async () => {
    const app = await start(logsIn)
    const ann = app.browser()
    troubleWhileSaving(app.store, (done) => done(new Error('no space')))
    expect((await verify(app, ann)).body.reason).toBe('temporarily_unavailable')
    await expectNobody(app, ann)
  })
})
