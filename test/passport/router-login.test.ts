import { OtpStrategy, type VerifyUser } from 'express-otp/passport'
import { describe, expect, it, vi } from 'vitest'
import { browserOf, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, type PassportAppOptions, passportApp, sessionsOf } from '../helpers/passport-app.js'

describe.each(PLACES)('a login through the registered strategy, by the router %s', (place) => {
  const start = (options: PassportAppOptions = {}) => passportApp({ place, ...options })

  it('asks the verify callback once, and logs its user in', async () => {
    const verifyUser = vi.fn<VerifyUser>(({ to }) => ({ id: `user ${to}` }))
    const app = await start({ verifyUser })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    await ann.post('/otp/verify', { code: wrong(code) })
    expect(verifyUser).not.toHaveBeenCalled()
    const verified = await ann.post('/otp/verify', { code })
    expect(verified.body).toMatchObject({ status: 'verified', to: ANN })
    expect(verifyUser).toHaveBeenCalledOnce()
    expect(verifyUser.mock.calls[0]?.[0]).toMatchObject({ to: ANN, intent: 'login', channel: 'sms' })
    expect((await ann.get('/me')).body.user).toBe(`user ${ANN}`)
  })

  it('finds the user by done too', async () => {
    const app = await start({ verifyUser: ({ to }, done) => setImmediate(done, null, { id: to }) })
    const ann = app.browser()
    await ann.post('/otp/verify', { code: await app.codeFor(ann) })
    expect((await ann.get('/me')).body.user).toBe(ANN)
  })

  it('T46 carries over the keys of the list and nothing else', async () => {
    const app = await start({ otp: { intents: { login: {}, transfer: {} } }, router: { keep: ['cart', 'locale'] } })
    const ann = app.browser()
    await ann.post('/mark', { cart: ['book'], csrf: 'old', otp: { returnTo: '/account', granted: { transfer: 'x' } } })
    const verified = await ann.post('/otp/verify', { code: await app.codeFor(ann) })
    expect(verified.body.returnTo).toBe('/account')
    const me = await ann.get('/me')
    expect(me.body.session).toEqual({ cart: ['book'], passport: { user: ANN } })
    expect(sessionsOf(app.store)).toHaveLength(1)
  })

  it('T45 gives the session a new id and destroys the old one, also when somebody else planted it', async () => {
    const app = await start()
    const planted = app.browser()
    await planted.post('/mark', { cart: 'full' })
    const attacker = app.browser(planted)
    const verified = await planted.post('/otp/verify', { code: await app.codeFor(planted) })
    expect(verified.headers.getSetCookie().some((line) => line.startsWith('connect.sid='))).toBe(true)
    expect(planted.cookies.get('connect.sid')).not.toBe(attacker.cookies.get('connect.sid'))
    expect((await planted.get('/me')).body.user).toBe(ANN)
    expect((await attacker.get('/me')).body).toMatchObject({ user: null, session: {} })
    expect(app.loggedIn()).toHaveLength(1)
  })

  it('T22 of many right codes at once, at both doors, logs in one', async () => {
    const app = await start()
    const ann = app.browser()
    const code = await app.codeFor(ann)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => browserOf(app.origin, ann.cookies).post(index % 2 ? '/otp/verify' : '/signin', { code })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(app.loggedIn()).toHaveLength(1)
  })

  it('logs in with another intent, where router and strategy agree on it', async () => {
    const intents = { login: {}, signup: {} }
    const app = await start({ otp: { intents }, router: { loginIntent: 'signup' }, strategy: { intent: 'signup' } })
    const ann = app.browser()
    await ann.post('/otp/send', { to: ANN, intent: 'signup' })
    await ann.post('/otp/verify', { code: app.sms.code(), intent: 'signup' })
    expect((await ann.get('/me')).body.user).toBe(ANN)
  })

  it('T14 takes no proof of another intent', async () => {
    const app = await start({ otp: { intents: { login: {}, signup: {} } }, strategy: { intent: 'signup' } })
    const ann = app.browser()
    expect((await ann.post('/otp/verify', { code: await app.codeFor(ann) })).status).toBe(500)
    expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('"signup"') })])
    expect(app.loggedIn()).toEqual([])
  })

  it('says so where no strategy has the name', async () => {
    const app = await start({ router: { strategy: 'sms' } })
    const ann = app.browser()
    expect((await ann.post('/otp/verify', { code: await app.codeFor(ann) })).status).toBe(500)
    expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('"sms"') })])
  })

  it('T47 logs nobody in whom another strategy names without looking at the proof', async () => {
    const app = await start({ router: { strategy: 'other' } })
    app.auth.use('other', {
      authenticate() {
        this.success({ id: 'somebody' })
      },
    } as import('passport').Strategy)
    const ann = app.browser()
    expect((await ann.post('/otp/verify', { code: await app.codeFor(ann) })).status).toBe(500)
    expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('no OtpStrategy') })])
    expect(app.loggedIn()).toEqual([])
  })

  it('T47 leaves no proof for a later use of the strategy', async () => {
    const app = await start({
      routes(express, auth) {
        express.post('/twice', auth.authenticate('otp', { session: false }), auth.authenticate('otp'), (_req, res) => {
          res.json({})
        })
      },
    })
    const ann = app.browser()
    expect((await ann.post('/twice', { code: await app.codeFor(ann) })).status).toBe(401)
    expect(app.loggedIn()).toEqual([])
  })

  it('takes a strategy under another name', async () => {
    const app = await start({ strategy: { name: 'by-code' }, router: { strategy: 'by-code' }, routes: (_app, auth) => auth.unuse('otp') })
    app.auth.use('otp', new OtpStrategy(app.otp, () => ({ id: 'not asked' })))
    const ann = app.browser()
    await ann.post('/otp/verify', { code: await app.codeFor(ann) })
    expect((await ann.get('/me')).body.user).toBe(ANN)
  })
})
