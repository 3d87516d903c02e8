import { createRequire } from 'node:module'
import express, { type RequestHandler } from 'express'
import { amrOf, beginSecondFactor, requireOtp } from 'express-otp/express'
import type passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { expect } from 'vitest'
import type { Browser, PlaceName } from '../helpers/door-app.js'
import { type PassportApp, type PassportAppOptions, passportApp } from '../helpers/passport-app.js'
import { ANN, BOB } from './scenes.js'

/** Who there is: their passwords and addresses. Ann and Carol share a phone. */
const USERS: Readonly<Record<string, { readonly password: string; readonly address: string }>> = {
  ann: { password: 'secret of ann', address: ANN },
  bob: { password: 'secret of bob', address: BOB },
  carol: { password: 'secret of carol', address: ANN },
  dave: { password: 'secret of dave', address: 'dave@example.org' },
}

const SECOND = { intent: 'second-factor' }

/** How the right code reaches Passport: by `POST /otp/verify`, or by `POST /signin` of the application. */
export const ROUTES = ['/otp/verify', '/signin'] as const
export type LoginRoute = (typeof ROUTES)[number]

/** An app that asks for a password, then for a code. `POST /password`, `GET /amr`, `POST /paid` behind a guard for `pay`. */
export async function secondFactorApp(
  options: PassportAppOptions & { readonly place: PlaceName; readonly version?: 'passport' | 'passport06' },
): Promise<PassportApp> {
  const { version = 'passport', ...rest } = options
  // Version 0.6 brings no types of its own.
  const { Passport } = createRequire(import.meta.url)(version) as typeof passport
  const app = await passportApp({
    auth: new Passport(),
    strategy: { intent: 'second-factor' },
    verifyUser: ({ userId }) => (userId === undefined ? false : { id: userId }),
    otp: {
      intents: {
        login: {},
        'second-factor': { secondFactor: true, recipient: ({ userId }) => USERS[userId]?.address },
        pay: { stepUp: true, recipient: ({ userId }) => USERS[userId]?.address },
      },
    },
    ...rest,
    router: { loginIntent: 'second-factor', ...rest.router },
    routes(door, auth) {
      auth.use(
        new LocalStrategy((username, password, done) => done(null, USERS[username]?.password === password ? { id: username } : false)),
      )
      const begin: RequestHandler = (req, res, next) => {
        const { id } = Reflect.get(req, 'account')
        beginSecondFactor(app.otp, req, { userId: id, remember: req.body.remember }).then(() => res.json({ user: req.user ?? null }), next)
      }
      door.post('/password', express.json(), auth.authenticate('local', { assignProperty: 'account' }), begin)
      door.get('/amr', (req, res) => void res.json({ amr: amrOf(req) }))
      door.post('/out', (req, res, next) => req.logOut({ keepSessionInfo: true }, (err) => (err ? next(err) : res.json({}))))
      door.post('/paid', (req, res, next) => requireOtp(app.otp, { intent: 'pay' })(req, res, next))
      door.post('/paid', (_req, res) => void res.json({ paid: true }))
      rest.routes?.(door, auth)
    },
  })
  return app
}

/** The first factor. */
export async function enterPassword(browser: Browser, username: string, fields: object = {}): Promise<void> {
  expect((await browser.post('/password', { username, password: USERS[username]?.password, ...fields })).body).toEqual({ user: null })
}

/** Asks for the code of the second, and reads it. */
export async function codeOf({ mail, sms }: PassportApp, browser: Browser): Promise<string> {
  const before = sms.messages.length
  expect((await browser.post('/otp/send', SECOND)).status).toBe(200)
  return sms.messages.length > before ? sms.code() : mail.code()
}

/** Types a code; true where the answer says that it logged in. */
export async function enterCode(browser: Browser, code: string, route: LoginRoute = '/otp/verify'): Promise<boolean> {
  const { status } = await browser.post(route, route === '/signin' ? { code } : { ...SECOND, code })
  return status === 200
}

export async function userOf(browser: Browser): Promise<unknown> {
  return (await browser.get('/me')).body.user
}
