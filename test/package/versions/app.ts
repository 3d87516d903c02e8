import type { AddressInfo } from 'node:net'
import express from 'express'
import { createOtp, type Message, type Transport } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { requireOtp, sessionRouter } from 'express-otp/express'
import { OtpStrategy } from 'express-otp/passport'
import session from 'express-session'
import passport from 'passport'

const mails: Message[] = []
const transport: Transport = {
  name: 'mails',
  async deliver(message) {
    mails.push(message)
    return {}
  },
}
const otp = createOtp({
  secret: 'the secret of one application, for tests only',
  channels: [emailChannel({ transport })],
  intents: { login: {}, pay: { context: ['payee'] } },
})
passport.use(new OtpStrategy(otp, ({ to }) => ({ id: to })))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user: Express.User, done) => done(null, user))

const app = express()
app.use(session({ secret: 'the secret of sessions', resave: false, saveUninitialized: false }))
app.use(passport.session())
app.use(sessionRouter(otp, { passport }))
app.post('/pay', requireOtp(otp, { intent: 'pay', context: (req) => req.body }), (req, res) => {
  const to: string | undefined = req.otp?.to
  res.json({ to })
})
app.get('/me', (req, res) => {
  const user: Express.User | undefined = req.user
  res.json(user ?? null)
})

const server = app.listen(0, '127.0.0.1', async () => {
  // A server that listens on a port has an address of this kind.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const post = (path: string, body: object, cookie = ''): Promise<Response> =>
    fetch(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json', Cookie: cookie }, body: JSON.stringify(body) })
  const cookieOf = (res: Response): string =>
    res.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
  const sent = await post('/otp/send', { to: 'ann@example.org' })
  const verified = await post('/otp/verify', { code: mails[0]?.code }, cookieOf(sent))
  const me = await fetch(`${url}/me`, { headers: { Cookie: cookieOf(verified) } })
  // What the route above answers.
  const user = (await me.json()) as { id: string }
  console.log(me.status, user.id)
  server.close()
  await otp.close()
})
