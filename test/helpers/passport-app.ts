import express, { type Express, type RequestHandler } from 'express'
import type { SessionRouterOptions } from 'express-otp/express'
import { OtpStrategy, type OtpStrategyOptions, type VerifyUser } from 'express-otp/passport'
import type session from 'express-session'
import { MemoryStore } from 'express-session'
import passport from 'passport'
import { onTestFinished } from 'vitest'
import { type Answer, type Browser, type DoorApp, type DoorAppOptions, doorApp, type PlaceName } from './door-app.js'

export const ANN = '+12068800123'

export interface PassportAppOptions {
  readonly place?: PlaceName
  /** A Passport instance of another version. */
  readonly auth?: passport.Authenticator
  readonly otp?: DoorAppOptions['otp']
  readonly session?: DoorAppOptions['session']
  /** Beside `passport`, which goes to the router too. */
  readonly router?: SessionRouterOptions
  readonly strategy?: Omit<OtpStrategyOptions, 'passReqToCallback'>
  /** By default everybody is known, under the address. */
  readonly verifyUser?: VerifyUser
  /** How `POST /signin`, a route of the app's own, calls the strategy. */
  readonly signIn?: passport.AuthenticateOptions
  /** Further routes. */
  readonly routes?: (app: Express, auth: passport.Authenticator) => void
}

export interface PassportApp extends DoorApp {
  readonly auth: passport.Authenticator
  /** What the sessions are kept in. */
  readonly store: MemoryStore
  /** Errors that reached the application's handler. */
  readonly failures: unknown[]
  /** Sends a code to {@link ANN} and tells it. */
  codeFor(browser: Browser, to?: string): Promise<string>
  /** Sessions of the store in which somebody is logged in. */
  loggedIn(): unknown[]
}

/** An app that logs in with Passport: `POST /signin`, `GET /me`, `POST /mark` (writes to the session), and the session door. */
export async function passportApp(options: PassportAppOptions = {}): Promise<PassportApp> {
  const auth: passport.Authenticator = options.auth ?? new passport.Passport()
  const store = new MemoryStore()
  const failures: unknown[] = []
  const app = await doorApp({
    place: options.place ?? 'behind the session',
    otp: options.otp ?? {},
    session: { store, ...options.session },
    router: { passport: auth, ...options.router },
    routes(app, otp) {
      auth.use(new OtpStrategy(otp, options.strategy ?? {}, options.verifyUser ?? (({ to }) => ({ id: to }))))
      auth.serializeUser((user, done) => done(null, idOf(user)))
      auth.deserializeUser((id: string, done) => done(null, Object.assign(new Object(), { id })))
      app.use(auth.session())
      app.post('/signin', auth.authenticate('otp', options.signIn ?? {}), whoAmI)
      app.get('/me', whoAmI)
      app.post('/mark', express.json(), mark)
      options.routes?.(app, auth)
      app.use(keepFailure(failures))
    },
  })
  onTestFinished(() => app.stop())
  return {
    ...app,
    auth,
    store,
    failures,
    async codeFor(browser, to = ANN) {
      const sent = await browser.post('/otp/send', { to })
      if (sent.status !== 200) throw new Error(`send: ${sent.text}`)
      return app.sms.code(to)
    },
    loggedIn: () => sessionsOf(store).filter((one) => Reflect.get(one, 'passport')?.user !== undefined),
  }
}

/** A form post of a page on the same site. */
export function postForm(browser: Browser, path: string, fields: Record<string, string>): Promise<Answer> {
  return browser.post(path, new URLSearchParams(fields).toString(), { 'Content-Type': 'application/x-www-form-urlencoded' })
}

export function sessionsOf(store: MemoryStore): object[] {
  return Object.values(Reflect.get(store, 'sessions') as Record<string, string>).map((json) => JSON.parse(json))
}

/** Whether the store's next writes of a session with a user in it fail, hang, or work again. */
export function troubleWhileSaving(store: session.Store, trouble: (done: (err?: unknown) => void) => void, times = 1): void {
  const { set } = store
  let left = times
  store.set = function failing(id, data, done) {
    if (Reflect.get(data, 'passport') === undefined && Reflect.get(data, 'user') === undefined) return set.call(store, id, data, done)
    if (left-- <= 0) return set.call(store, id, data, done)
    trouble((err) => done?.(err))
  }
}

const whoAmI: RequestHandler = (req, res) => {
  const { id, cookie: _cookie, ...kept } = req.session
  res.json({ user: idOf(req.user), account: idOf(Reflect.get(req, 'account')), authInfo: req.authInfo ?? null, session: { ...kept } })
}

const mark: RequestHandler = (req, res) => {
  Object.assign(req.session, req.body)
  res.json({})
}

function keepFailure(failures: unknown[]): (err: unknown, req: express.Request, res: express.Response, next: () => void) => void {
  return (err, _req, res, _next) => {
    failures.push(err)
    const status: unknown = err instanceof Error ? Reflect.get(err, 'status') : undefined
    res.status(typeof status === 'number' ? status : 500).json({ failed: true })
  }
}

function idOf(user: unknown): unknown {
  return typeof user === 'object' && user !== null ? (Reflect.get(user, 'id') ?? null) : null
}
