// A password, then a code to the phone or mailbox that the user's record holds. Run `npm run build` once, then `node examples/second-factor/server.js`.
//
// PORT            default 3000
// OTP_SECRET      at least 32 random characters
// SESSION_SECRET  likewise
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import express from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { amrOf, beginSecondFactor, isRemembered, sessionRouter } from 'express-otp/express'
import { OtpStrategy } from 'express-otp/passport'
import session from 'express-session'
import passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'

const { PORT = '3000', OTP_SECRET = newSecret(), SESSION_SECRET = newSecret() } = process.env

const hash = promisify(scrypt)
const inbox = []
const users = new Map()
await addUser('ann', 'correct horse battery', '+12068800123')
await addUser('dave', 'staple of the day', 'dave@example.org')

// Stands in for phones and mailboxes; see /inbox.
const transport = {
  name: 'inbox',
  async deliver({ to, channel, text, code }) {
    inbox.unshift({ to, channel, text, code })
    inbox.length = Math.min(inbox.length, 100)
    return {}
  },
}

const otp = createOtp({
  secret: OTP_SECRET,
  service: 'Acme',
  channels: [smsChannel({ transport, countries: ['US'] }), emailChannel({ transport })],
  // The address is the one of the record, whatever a request says.
  intents: {
    'second-factor': { secondFactor: true, recipient: ({ userId }) => users.get(userId)?.address, rememberDeviceSeconds: 30 * 86_400 },
  },
  // The inbox costs nothing.
  guard: { paidPerHour: 1000 },
})

const auth = new passport.Passport()
auth.use(new LocalStrategy((name, password, done) => checkPassword(name, password).then((user) => done(null, user), done)))
// Whose code it was is `userId`. Two users may share an address.
auth.use(new OtpStrategy(otp, { intent: 'second-factor' }, ({ userId }) => users.get(userId) ?? false))
auth.serializeUser((user, done) => done(null, user.id))
auth.deserializeUser((id, done) => done(null, users.get(id) ?? false))

const app = express()
app.disable('x-powered-by')
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }))
app.use(auth.session())
app.use(sessionRouter(otp, { passport: auth, loginIntent: 'second-factor', forms: { page: '/code', done: '/' } }))

app.get('/', (req, res) => {
  if (!req.user) return res.redirect(303, '/login')
  const how = amrOf(req).join(', ') || 'password, on a browser that is remembered'
  res.send(page(`Hello ${req.user.id}`, `<p>You logged in by: ${how}</p>${form('/logout', '<button>Log out</button>')}`))
})

app.get('/login', (_req, res) => {
  const fields = `<label>Name <input name="username" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <label><input name="remember" type="checkbox"> Do not ask for a code on this browser for 30 days</label><button>Go on</button>`
  res.send(page('Log in', form('/login', fields)))
})

// `assignProperty` keeps Passport from logging in: that is for the code to do. Limit guesses of passwords in an app of your own.
const password = auth.authenticate('local', { assignProperty: 'account', failureRedirect: '/login' })
app.post('/login', express.urlencoded({ extended: false, limit: '4kb' }), password, async (req, res, next) => {
  const userId = req.account.id
  if (await isRemembered(otp, req, { intent: 'second-factor', userId })) {
    return req.logIn(req.account, (err) => (err ? next(err) : res.redirect(303, '/')))
  }
  await beginSecondFactor(otp, req, { userId, remember: req.body.remember === 'on' })
  res.redirect(303, '/code')
})

app.get('/code', (req, res) => {
  const intent = '<input type="hidden" name="intent" value="second-factor">'
  const code = '<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label><button>Log in</button>'
  const why = typeof req.query.otp === 'string' ? `<p role="alert">${escapeHtml(req.query.otp)}</p>` : ''
  res.send(page('Enter the code', why + form('/otp/send', `${intent}<button>Send me a code</button>`) + form('/otp/verify', intent + code)))
})

app.post('/logout', (req, res, next) => req.logout((err) => (err ? next(err) : res.redirect(303, '/login'))))
app.get('/me', (req, res) =>
  req.user ? res.json({ user: req.user.id, amr: amrOf(req) }) : res.status(401).json({ reason: 'unauthenticated' }),
)
app.get('/inbox.json', (_req, res) => res.json(inbox))
app.get('/inbox', (_req, res) => {
  const messages = inbox.map(({ to, text }) => `<li>${escapeHtml(to)}<pre>${escapeHtml(text)}</pre></li>`)
  res.send(page('Inbox', `<ol>${messages.join('')}</ol>`))
})

const server = app.listen(Number(PORT), '127.0.0.1', (err) => {
  if (err) throw err
  console.log(`http://127.0.0.1:${server.address().port}`)
})

async function addUser(id, password, address) {
  const salt = randomBytes(16)
  users.set(id, { id, address, salt, hash: await hash(password, salt, 32) })
}

/** The user, or `false`; a name that is nobody's takes as long. */
async function checkPassword(name, password) {
  const user = users.get(name)
  const known = user ?? { salt: Buffer.alloc(16), hash: Buffer.alloc(32) }
  const isSame = timingSafeEqual(await hash(password, known.salt, 32), known.hash)
  return user !== undefined && isSame ? user : false
}

function newSecret() {
  return randomBytes(32).toString('base64url')
}

function form(action, fields) {
  return `<form method="post" action="${action}">${fields}</form>`
}

function page(title, body) {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>`
  return `<!doctype html><html lang="en"><head>${head}</head><body><h1>${escapeHtml(title)}</h1>${body}<p><a href="/inbox">Inbox</a></p></body></html>`
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
