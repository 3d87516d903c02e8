// A login by one-time code with a page in React: src/main.jsx. See package.json for how to start it.
//
// PORT            default 3000
// OTP_SECRET      at least 32 random characters
// SESSION_SECRET  likewise
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { sessionRouter } from 'express-otp/express'
import { consoleTransport } from 'express-otp/transports/console'
import session from 'express-session'

const { PORT = '3000', OTP_SECRET = newSecret(), SESSION_SECRET = newSecret() } = process.env

// Prints each code here instead of sending it.
const otp = createOtp({ secret: OTP_SECRET, service: 'Acme', channels: [emailChannel({ transport: consoleTransport() })] })

const app = express()
app.disable('x-powered-by')
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }))
app.use(sessionRouter(otp, { login: logIn }))
app.get('/me', (req, res) => res.json({ user: req.session.user ?? null }))
app.use(express.static(fileURLToPath(new URL('dist', import.meta.url))))

const server = app.listen(Number(PORT), '127.0.0.1', (err) => {
  if (err) throw err
  console.log(`http://127.0.0.1:${server.address().port}`)
})

function logIn({ to }, req) {
  req.session.user = to
}

function newSecret() {
  return randomBytes(32).toString('base64url')
}
