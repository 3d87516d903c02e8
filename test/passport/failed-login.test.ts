import type { Express } from 'express'
import type { VerifyUser } from 'express-otp/passport'
import type passport from 'passport'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Answer, Browser } from '../helpers/door-app.js'
import { PLACES } from '../helpers/door-app.js'
import { type PassportApp, passportApp, troubleWhileSaving } from '../helpers/passport-app.js'

const nobody: VerifyUser = () => false
const away: VerifyUser = () => Promise.reject(new Error('the directory is away'))

/** Every way to a login with Passport: by the router, by a route of the app, and by a custom callback that calls `req.logIn` itself. */
const DOORS = ['/otp/verify', '/signin', '/custom'] as const

function customRoute(app: Express, auth: passport.Authenticator): void {
  app.post('/custom', (req, res, next) => {
    const callback: passport.AuthenticateCallback = (err, user, info, status) => {
      if (err) return next(err)
      if (!user) return res.status(Number(status)).json(info)
      req.login(user, (failure) => (failure ? next(failure) : res.json({ user })))
    }
    auth.authenticate('otp', callback)(req, res, next)
  })
}

describe.each(PLACES)('trouble after the code was right, with the router %s', (place) => {
  describe.each(DOORS)('at %s', (path) => {
    /** The state of things after a login that was refused. */
    async function expectNobody(app: PassportApp, ann: Browser, code: string, answer: Answer): Promise<void> {
      expect(answer.body?.user ?? null).toBe(null)
      expect((await ann.get('/me')).body.user).toBe(null)
      expect(app.loggedIn()).toEqual([])
      // As often as it is tried again, also after the trouble is over.
      expect((await ann.post(path, { code })).status).toBe(path === '/otp/verify' ? 400 : 401)
      expect((await ann.get('/me')).body.user).toBe(null)
    }

    it('T48 an unknown user looks like a wrong code, is nobody, and the code stays used', async () => {
      const app = await passportApp({ routes: customRoute, place, verifyUser: nobody })
      const [ann, bob] = [app.browser(), app.browser()]
      const code = await app.codeFor(ann)
      const unknown = await ann.post(path, { code })
      const bobCode = await app.codeFor(bob, '+12068800456')
      const wrong = await bob.post(path, { code: bobCode === '000000' ? '000001' : '000000' })
      expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text])
      await expectNobody(app, ann, code, unknown)
    })

    it('T48 a lookup that throws logs nobody in, and the code stays used', async () => {
      const app = await passportApp({ routes: customRoute, place, verifyUser: away })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const answer = await ann.post(path, { code })
      if (path !== '/otp/verify') expect(app.failures).toEqual([new Error('the directory is away')])
      else expect([answer.status, answer.body.reason]).toEqual([503, 'temporarily_unavailable'])
      await expectNobody(app, ann, code, answer)
    })

    it('T48 a user who cannot be serialized is not logged in, and the code stays used', async () => {
      // The app keeps the id, and this user has none.
      const app = await passportApp({ routes: customRoute, place, verifyUser: () => ({ name: 'Ann' }) })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const answer = await ann.post(path, { code })
      expect(answer.status).toBe(503)
      await expectNobody(app, ann, code, answer)
    })

    it('T48 a session that cannot be saved logs nobody in, also when the store is well again in the same request', async () => {
      const app = await passportApp({ routes: customRoute, place })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      troubleWhileSaving(app.store, (done) => done(new Error('no space')))
      const answer = await ann.post(path, { code })
      expect(answer.status).toBe(503)
      expect(answer.headers.getSetCookie().filter((line) => line.startsWith('connect.sid'))).toEqual([])
      await expectNobody(app, ann, code, answer)
    })

    it('T48 a session that cannot be renewed logs nobody in', async () => {
      const app = await passportApp({ routes: customRoute, place })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const { regenerate } = app.store
      app.store.regenerate = (_req, done) => done(new Error('the store is away'))
      const answer = await ann.post(path, { code })
      expect(answer.status).toBe(503)
      app.store.regenerate = regenerate
      await expectNobody(app, ann, code, answer)
    })

    it('T59 a save that hangs is given up after 2 s, and logs nobody in when it lands', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => {
        vi.useRealTimers()
      })
      const app = await passportApp({ routes: customRoute, place })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      let land = (): void => undefined
      troubleWhileSaving(app.store, (done) => {
        land = () => done()
        vi.advanceTimersByTime(2000)
      })
      const answer = await ann.post(path, { code })
      expect(answer.status).toBe(503)
      land()
      await expectNobody(app, ann, code, answer)
    })
  })
})
