import type { RequestHandler } from 'express'
import { requireOtp } from 'express-otp/express'
import { describe, expect, it } from 'vitest'
import { type Browser, type DoorApp, openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { passportApp } from '../helpers/passport-app.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const ADMIN = { stepUp: true, recipient: () => ANN, grantSeconds: 600 }

/** Puts another user into the same session, as no application should. */
const swap: RequestHandler = (req, res) => {
  Reflect.set(req.session, 'user', req.body?.user)
  res.json({})
}

async function tenMinutes(place: PlaceName): Promise<{ readonly app: DoorApp; readonly ann: Browser }> {
  const app = await openDoor({
    place,
    otp: { intents: { login: {}, admin: ADMIN } },
    router: { currentUser: userOf, login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
    routes(express, otp) {
      userRoutes(express)
      guardedRoute(express, otp, { intent: 'admin', once: false, maxAgeSeconds: 600 })
      express.post('/swap', swap)
      express.post('/spend', requireOtp(otp, { intent: 'admin', currentUser: userOf }), (_req, res) => void res.json({}))
    },
  })
  const ann = app.browser()
  await ann.post('/become', { user: 'ann' })
  await ann.post('/otp/send', { intent: 'admin' })
  expect(reasons(await guess(ann, app.sms.code(), 1, { intent: 'admin' }))).toEqual(['verified'])
  return { app, ann }
}

const opens = async (browser: Browser): Promise<boolean> => (await browser.post('/guarded')).status === 200

describe.each(PLACES)('for the next ten minutes, %s', (place) => {
  it('T26 a proof opens the step again and again, and not a moment longer', async () => {
    const { app, ann } = await tenMinutes(place)
    const answers = await Promise.all(Array.from({ length: 20 }, () => opens(ann)))
    expect(answers).toEqual(new Array(20).fill(true))
    app.clock.advance(599.999)
    expect(await opens(ann)).toBe(true)
    app.clock.advance(0.001)
    expect(await opens(ann)).toBe(false)
  })

  it('T26 but not after another step has spent it', async () => {
    const { ann } = await tenMinutes(place)
    expect((await ann.post('/spend')).status).toBe(200)
    expect(await opens(ann)).toBe(false)
  })

  it('T17 T26 not for another user in the same session', async () => {
    const { ann } = await tenMinutes(place)
    await ann.post('/swap', { user: 'bob' })
    expect(await opens(ann)).toBe(false)
    await ann.post('/swap', {})
    expect(await opens(ann)).toBe(false)
  })

  it.each([
    ['a logout', undefined],
    ['another user', 'bob'],
    ['a new session of the same user', 'ann'],
  ])('T17 T26 not after %s, although the session keeps everything of ours', async (_what, user) => {
    const { ann } = await tenMinutes(place)
    await ann.post('/become', { user })
    expect((await ann.get('/whoami')).body.otp.granted.admin).toEqual(expect.any(String))
    expect(await opens(ann)).toBe(false)
    expect((await ann.get('/otp/status')).body.grants).toEqual([])
  })

  it('T17 T26 not after a login by code, even of the same user', async () => {
    const { app, ann } = await tenMinutes(place)
    app.clock.advance(60)
    await ann.post('/otp/send', { to: 'ann@example.org' })
    expect(reasons(await guess(ann, app.mail.code(), 1))).toEqual(['verified'])
    expect((await ann.get('/whoami')).body).toEqual({ user: 'ann@example.org', otp: null })
    expect(await opens(ann)).toBe(false)
  })

  it('T19 not in a copy of the session under another id', async () => {
    const { app, ann } = await tenMinutes(place)
    const bob = app.browser()
    await bob.post('/become', { user: 'ann' })
    expect(await opens(bob)).toBe(false)
    expect(await opens(ann)).toBe(true)
  })
})

describe.each(PLACES)('a login by Passport that keeps the old session %s', (place) => {
  it.each(['/again', '/out'])('T26 T46 ends the proof: %s', async (path) => {
    const app = await passportApp({
      place,
      otp: { intents: { login: {}, admin: ADMIN } },
      routes(express, auth) {
        express.post('/again', auth.session(), (req, res, next) => {
          const { user } = req
          if (user === undefined) return next(new Error('nobody'))
          req.logIn(user, { session: true, keepSessionInfo: true }, (err) => (err ? next(err) : res.json({})))
        })
        express.post('/out', (req, res, next) => {
          req.logOut({ keepSessionInfo: true }, (err) => (err ? next(err) : res.json({})))
        })
      },
    })
    app.app.post('/guarded', requireOtp(app.otp, { intent: 'admin', once: false }), (_req, res) => void res.json({}))
    const ann = app.browser()
    await ann.post('/signin', { code: await app.codeFor(ann) })
    app.clock.advance(60)
    await ann.post('/otp/send', { intent: 'admin' })
    expect(reasons(await guess(ann, app.sms.code(), 1, { intent: 'admin' }))).toEqual(['verified'])
    expect(await opens(ann)).toBe(true)
    const before = ann.cookies.get('connect.sid')
    expect((await ann.post(path)).status).toBe(200)
    expect(ann.cookies.get('connect.sid')).not.toBe(before)
    expect((await ann.get('/me')).body.session.otp.granted.admin).toEqual(expect.any(String))
    expect(await opens(ann)).toBe(false)
  })
})
