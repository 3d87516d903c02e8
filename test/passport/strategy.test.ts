import { OtpError } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { describe, expect, it, vi } from 'vitest'
import { browserOf, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, type PassportAppOptions, passportApp, postForm } from '../helpers/passport-app.js'

describe.each(PLACES)('OtpStrategy on a route of the app, with the router %s', (place) => {
  const start = (options: PassportAppOptions = {}) => passportApp({ place, ...options })

  describe('success', () => {
    it('logs in whom the code was sent to, once', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const signedIn = await ann.post('/signin', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
      expect(signedIn.body.user).toBe(ANN)
      expect((await ann.get('/me')).body.user).toBe(ANN)
      expect((await ann.post('/signin', { code })).status).toBe(401)
    })

    it('takes a form of the same site', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await postForm(ann, '/signin', { code, remember: 'yes' })).body.user).toBe(ANN)
    })

    it('T13 tells the verify callback whom the challenge was bound to, whatever the request says', async () => {
      const verifyUser = vi.fn((verified: { readonly to: string }) => ({ id: verified.to }))
      const app = await start({ verifyUser })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      await ann.post('/signin', { code, to: '+1 (206) 880-0123', channel: 'email' })
      expect(verifyUser.mock.calls[0]?.[0]).toMatchObject({ ok: true, to: ANN, channel: 'sms', intent: 'login', complete: true })
    })

    it.each(['+12068800999', 'bob@example.org', 'nobody', '', ['+12068800123']])(
      'T13 a right code with the address %j is wrong and costs a guess',
      async (to) => {
        const app = await start()
        const ann = app.browser()
        const code = await app.codeFor(ann)
        expect((await ann.post('/signin', { code, to })).status).toBe(401)
        expect((await ann.get('/otp/status')).body.pending[0].attemptsLeft).toBe(4)
        expect(app.loggedIn()).toEqual([])
      },
    )

    it('T22 of many right codes at once logs in one', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      const answers = await Promise.all(Array.from({ length: 40 }, () => browserOf(app.origin, ann.cookies).post('/signin', { code })))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(app.loggedIn()).toHaveLength(1)
    })
  })

  describe('fail', () => {
    it('T47 T01 answers a wrong code with 401 and counts it', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      for (let guess = 1; guess <= 4; guess++) expect((await ann.post('/signin', { code: wrong(code) })).status).toBe(401)
      expect((await ann.post('/signin', { code: wrong(code) })).status).toBe(429)
      expect((await ann.post('/signin', { code })).status).toBe(429)
      expect(app.loggedIn()).toEqual([])
    })

    it('T05 counts the same guesses as the session door', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      for (let guess = 1; guess <= 3; guess++) await ann.post('/signin', { code: wrong(code) })
      expect((await ann.post('/otp/verify', { code: wrong(code) })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 1 })
    })

    it('T16 refuses a right code in another browser, which leaves it good in its own', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await app.browser().post('/signin', { code })).status).toBe(401)
      expect((await ann.post('/signin', { code })).body.user).toBe(ANN)
    })

    it('T36 calls a code that is none a bad request and counts nothing', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      for (const not of [undefined, null, true, 123456, [code], { $ne: 1 }, '', `${code}0`, '12345x']) {
        expect((await ann.post('/signin', { code: not })).status, JSON.stringify(not)).toBe(400)
      }
      expect((await ann.post('/signin', { code })).status).toBe(200)
    })

    it('T38 reads a code from the body only', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await ann.post(`/signin?code=${code}`, {})).status).toBe(400)
      expect((await ann.post('/signin', code, { 'Content-Type': 'text/plain' })).status).toBe(400)
      expect((await ann.post('/signin', `code=${code}&code=${code}`, FORM)).status).toBe(400)
      expect((await ann.post('/signin', `code[]=${code}`, FORM)).status).toBe(400)
      expect((await ann.post('/signin', '{"code":', {})).status).toBe(400)
      expect((await ann.post('/signin', { code })).status).toBe(200)
    })

    it('T38 T44 refuses a form that does not say where it comes from', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect(await bare(app.origin, ann.cookies, FORM, `code=${code}`)).toBe(403)
      expect(await bare(app.origin, ann.cookies, { ...FORM, Origin: 'null' }, `code=${code}`)).toBe(403)
      expect(await bare(app.origin, ann.cookies, { ...FORM, Origin: 'https://evil.example' }, `code=${code}`)).toBe(403)
      expect(await bare(app.origin, ann.cookies, { ...FORM, Origin: app.origin }, `code=${code}`)).toBe(200)
    })

    it('T44 refuses what another site made a browser send, before it counts', async () => {
      const app = await start()
      const ann = app.browser()
      const code = await app.codeFor(ann)
      for (const site of ['cross-site', 'same-site', 'none']) {
        expect((await ann.post('/signin', { code }, { 'Sec-Fetch-Site': site })).status, site).toBe(403)
      }
      expect((await ann.post('/otp/verify', { code: wrong(code) })).body.attemptsLeft).toBe(4)
    })

    it('says in a pause how long it lasts', async () => {
      const app = await start({ otp: { limits: { failuresBeforePause: 3 } }, signIn: { failureMessage: true } })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      for (let guess = 1; guess <= 3; guess++) await ann.post('/signin', { code: wrong(code) })
      expect((await ann.post('/signin', { code })).status).toBe(429)
      expect((await ann.get('/me')).body.session.messages.at(-1)).toBe('Too many requests. Wait a moment.')
    })
  })

  describe('error', () => {
    it('T59 logs nobody in where the challenge store fails', async () => {
      const verify = () => Promise.reject(new OtpError('ERR_OTP_STORE', 'gone', { status: 503 }))
      const app = await start({ otp: { store: { ...memoryStore(), verify } } })
      const ann = app.browser()
      const code = await app.codeFor(ann)
      expect((await ann.post('/signin', { code })).status).toBe(503)
      expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_STORE', message: 'gone' })])
      expect(app.loggedIn()).toEqual([])
    })

    it('T49 names the session that is missing', async () => {
      const app = await passportApp({
        routes(app, auth) {
          app.post('/bare', (req, _res, next) => {
            Reflect.deleteProperty(req, 'session')
            next()
          })
          app.post('/bare', auth.authenticate('otp'))
        },
      })
      expect((await app.browser().post('/bare', { code: '123456' })).status).toBe(500)
      expect(app.failures).toEqual([expect.objectContaining({ code: 'ERR_OTP_NO_SESSION' })])
    })
  })
})

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** A post that says no more of itself than it must. */
async function bare(origin: string, cookies: ReadonlyMap<string, string>, headers: Record<string, string>, body: string): Promise<number> {
  const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return (await fetch(`${origin}/signin`, { method: 'POST', headers: { ...headers, Cookie }, body })).status
}
