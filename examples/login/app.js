// Log in with a one-time code, by text message or e-mail, and approve each money transfer with a code of its own.
import express from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { otpPage, requireOtp, sessionRouter } from 'express-otp/express'
import { OtpStrategy } from 'express-otp/passport'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import session from 'express-session'
import { getCountries } from 'libphonenumber-js'
import passport from 'passport'
import { createInbox } from './inbox.js'
import { operator } from './operator.js'
import { sessionStore, unavailable, within } from './redis.js'
import { clientKit, codePlaces, folder, onError, page, problem, render, secure, wantsPage } from './web.js'

/** What `createOtp` is given; `npx express-otp doctor` looks at it through doctor.js. */
export function otpOptions({ inbox, otpSecret, smtpUrl }) {
  const mail = smtpUrl === undefined ? inbox.transport : nodemailerTransport({ url: smtpUrl, from: 'Acme <codes@acme.example>' })
  // The inbox costs nothing, so everybody is served. Where messages cost money, name the countries that you serve.
  const countries = process.env.OTP_COUNTRIES?.split(',') ?? getCountries()
  return {
    secret: otpSecret,
    service: 'Acme',
    channels: [smsChannel({ transport: inbox.transport, countries }), emailChannel({ transport: mail })],
    intents: {
      login: {},
      // A code for one transfer: bound to its amount and payee, and sent to the address of the user who is logged in.
      transfer: { stepUp: true, context: ['amount', 'payee'], recipient: ({ userId }) => userId },
    },
    // The inbox costs nothing. With a real vendor leave the floors at their defaults, 50 and 20, and say how many paid messages an hour you can bear.
    guard: { floorPerHour: 100_000, blockFloorPerHour: 100_000, paidPerHour: 1_000_000 },
    // What a text message would cost, and the most that may go in a day.
    prices: { sms: { default: '0.05' } },
    spendCap: { perDay: '5000.00' },
  }
}

/** What express-session is given. */
export function sessionOptions({ redis, sessionSecret }) {
  return {
    secret: sessionSecret,
    store: redis === undefined ? undefined : sessionStore(redis),
    name: 'acme.sid',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: 8 * 60 * 60 * 1000 },
  }
}

/** The whole app. Without `redis` it keeps everything in memory; `options` go to `createOtp` as they are. */
export function createApp({ redis, otpSecret, sessionSecret, smtpUrl, operatorPassword, ...options }) {
  const app = express()
  const inbox = createInbox(redis)
  const auth = new passport.Passport()

  const otp = createOtp({ ...otpOptions({ inbox, otpSecret, smtpUrl }), ...options })
  otp.on('unavailable', ({ during }) => console.error(`otp: the store does not answer (${during})`))

  // Whoever proves an address is its user. A real app looks the user up, and answers `false` for nobody.
  auth.use(new OtpStrategy(otp, ({ to }) => ({ id: to, to })))
  auth.serializeUser((user, done) => done(null, user.id))
  auth.deserializeUser((id, done) => done(null, { id, to: id }))

  app.disable('x-powered-by')
  app.use(secure)
  app.use(express.static(folder('public'), { index: false }))
  app.get('/vendor/express-otp-client.js', clientKit)

  app.use('/operator', operator(otp, { password: operatorPassword }))
  app.get('/healthz', async (_req, res) => {
    if (redis !== undefined) await within(redis.ping())
    res.json({ status: 'ok' })
  })

  app.use((_req, _res, next) => next(redis === undefined || redis.isReady ? undefined : unavailable()))
  app.use(session(sessionOptions({ redis, sessionSecret })))
  app.use(auth.session())
  // The pages work by forms too, without scripts.
  const forms = { page: '/login', intents: { transfer: { page: '/transfer', done: '/transfer' } } }
  app.use(sessionRouter(otp, { passport: auth, forms }))

  app.get('/', (req, res) => {
    res.send(render('home', { state: req.user ? 'logged-in' : 'logged-out', who: req.user?.to }))
  })
  app.get('/login', async (req, res) => res.send(render('login', codePlaces(await otpPage(req)))))
  app.get('/me', needUser, (req, res) => res.json({ user: req.user }))
  app.post('/logout', (req, res, next) => {
    req.logout((err) => {
      if (err) return next(err)
      if (wantsPage(req)) return res.redirect(303, '/')
      res.status(204).end()
    })
  })

  const transferOf = (req) => ({ amount: req.body.amount, payee: req.body.payee })
  const approved = requireOtp(otp, { intent: 'transfer', context: transferOf, loginPage: '/transfer' })
  const bodies = [express.json({ limit: '4kb' }), express.urlencoded({ extended: false, limit: '4kb' })]
  app.get('/transfer', toLogin, needUser, async (req, res) => {
    const { transferred } = req.session
    delete req.session.transferred
    const places = codePlaces(await otpPage(req, { intent: 'transfer' }), { isDone: transferred !== undefined })
    res.send(render('transfer', { ...places, ...transferred }))
  })
  app.post('/transfer', needUser, bodies, checkTransfer, approved, (req, res) => {
    if (!wantsPage(req)) return res.json({ status: 'transferred', ...transferOf(req) })
    req.session.transferred = transferOf(req)
    req.session.save((err) => (err ? onError(err, req, res) : res.redirect(303, '/transfer')))
  })

  app.get('/inbox', page('inbox'))
  app.get('/inbox.json', async (_req, res) => res.json(await inbox.list()))

  app.use((_req, res) => problem(res, 404, 'not_found'))
  app.use(onError)
  return app
}

function needUser(req, res, next) {
  if (req.user) next()
  else problem(res, 401, 'unauthenticated')
}

function toLogin(req, res, next) {
  if (req.user || !wantsPage(req)) next()
  else res.redirect(303, `/login?returnTo=${encodeURIComponent(req.originalUrl)}`)
}

function checkTransfer(req, res, next) {
  const { amount, payee } = req.body ?? {}
  const isAmount = ['string', 'number'].includes(typeof amount) && /^\d{1,7}(\.\d{1,2})?$/.test(String(amount))
  if (isAmount && typeof payee === 'string' && payee !== '') return next()
  problem(res, 400, 'invalid_request')
}
