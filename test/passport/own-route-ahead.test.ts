import type { Express } from 'express'
import { describe, expect, it } from 'vitest'
import { ANN, type PassportAppOptions, passportApp } from '../helpers/passport-app.js'

const BOB = '+12068800456'

/** `POST /become {id}` logs somebody in, `POST /leave` out, neither with a code. */
function comeAndGo(app: Express): void {
  app.post('/become', (req, res, next) => {
    req.logIn(Object.assign(new Object(), { id: String(req.query.id) }), (err) => (err ? next(err) : res.json({})))
  })
  app.post('/leave', (req, res, next) => {
    req.logout((err) => (err ? next(err) : res.json({})))
  })
}

const start = (options: PassportAppOptions = {}) => passportApp({ place: 'ahead of the session', routes: comeAndGo, ...options })

describe('a route of the app behind a router that stands ahead of the session', () => {
  it('finds what is pending in the cookie, and takes the cookie away after the login', async () => {
    const app = await start()
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect([...ann.cookies.keys()]).toEqual(['otp.login'])
    const signedIn = await ann.post('/signin', { code })
    expect(signedIn.body.user).toBe(ANN)
    expect(signedIn.headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^otp\.login=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax/),
    )
    expect([...ann.cookies.keys()].sort()).toEqual(['connect.sid', 'otp.device'])
  })

  it('leaves the cookie for another try after a wrong code', async () => {
    const app = await start()
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect((await ann.post('/signin', { code: code === '000000' ? '000001' : '000000' })).headers.getSetCookie()).toEqual([])
    expect((await ann.post('/signin', { code })).status).toBe(200)
  })

  it('T49 finds nothing in a cookie that was bent', async () => {
    const app = await start()
    const ann = app.browser()
    const code = await app.codeFor(ann)
    const pointer = ann.cookies.get('otp.login') ?? ''
    for (const bent of ['', 'x', pointer.slice(0, -1), `${pointer}x`, pointer.replace('.', '..'), `a${pointer}`]) {
      ann.cookies.set('otp.login', bent)
      expect((await ann.post('/signin', { code })).status, bent).toBe(401)
    }
    ann.cookies.set('otp.login', pointer)
    expect((await ann.post('/signin', { code })).status).toBe(200)
  })

  it('T17 logs in the visitor who was there at the send, with a session or without', async () => {
    const app = await start()
    const ann = app.browser()
    await ann.post('/mark', { cart: 'full' })
    expect((await ann.post('/signin', { code: await app.codeFor(ann) })).body.user).toBe(ANN)
    // Logged in all the time, as one who adds a second address or becomes another user.
    expect((await ann.post('/signin', { code: await app.codeFor(ann, BOB) })).body.user).toBe(BOB)
    // The session began after the send, and nobody is logged in.
    const carl = app.browser()
    const code = await app.codeFor(carl, '+12068800789')
    await carl.post('/mark', { cart: 'full' })
    expect((await carl.post('/signin', { code })).body.user).toBe('+12068800789')
  })

  it('T17 logs in the visitor whose session cookie had ended before the send', async () => {
    const app = await start()
    const ann = app.browser()
    await ann.post('/mark', { cart: 'full' })
    app.store.clear()
    expect((await ann.post('/signin', { code: await app.codeFor(ann) })).body.user).toBe(ANN)
  })

  it.each([
    ['somebody logged in', [], ['/become?id=mallory']],
    ['somebody logged out', ['/become?id=mallory'], ['/leave']],
    ['somebody else logged in', ['/become?id=mallory'], ['/become?id=trudy']],
    ['the same user logged in anew', ['/become?id=mallory'], ['/become?id=mallory']],
  ])('T17 takes no code where %s in between', async (_what, before, between) => {
    const app = await start()
    const ann = app.browser()
    for (const path of before) await ann.post(path)
    const code = await app.codeFor(ann)
    for (const path of between) await ann.post(path)
    const was = (await ann.get('/me')).body.user
    expect((await ann.post('/signin', { code })).status).toBe(401)
    expect((await ann.get('/me')).body.user).toBe(was)
    // The router agrees.
    expect((await ann.post('/otp/verify', { code })).body.reason).toBe('no_pending_challenge')
  })

  it('T17 binds an intent that says so to the user', async () => {
    const app = await start({ otp: { intents: { login: { userBound: true } } } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    await ann.post('/become?id=mallory')
    expect((await ann.post('/signin', { code })).status).toBe(401)
    await ann.post('/leave')
    expect((await ann.post('/signin', { code })).body.user).toBe(ANN)
    expect((await ann.post('/signin', { code: await app.codeFor(ann, BOB) })).body.user).toBe(BOB)
  })

  it('T17 wants to know the name of the session cookie where it is another one', async () => {
    const names = { session: { name: 'acme.sid' }, router: { sessionCookie: 'acme.sid' } }
    const forgotten = await start(names)
    const ann = forgotten.browser()
    await ann.post('/mark', { cart: 'full' })
    expect((await ann.post('/signin', { code: await forgotten.codeFor(ann) })).status).toBe(500)
    expect(forgotten.failures).toEqual([
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(/"sessionCookie".*"connect.sid".*"acme.sid"/) }),
    ])
    const named = await start({ ...names, strategy: { sessionCookie: 'acme.sid' } })
    const bob = named.browser()
    await bob.post('/mark', { cart: 'full' })
    expect((await bob.post('/signin', { code: await named.codeFor(bob) })).body.user).toBe(ANN)
    const carl = named.browser()
    const code = await named.codeFor(carl, BOB)
    await carl.post('/become?id=mallory')
    expect((await carl.post('/signin', { code })).status).toBe(401)
  })

  it('T17 the router itself wants to know that name', async () => {
    const app = await start({ session: { name: 'acme.sid' } })
    const ann = app.browser()
    await ann.post('/mark', { cart: 'full' })
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(500)
    expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('"acme.sid"') })])
    expect(app.sms.messages).toEqual([])
  })
})
