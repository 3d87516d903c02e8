// Log in with a code, as tutorials write it by hand: code, expiry and attempts in the session, sessions in Redis. It looks right, and
// in one browser at a time it is. The tests of express-otp race it, to see that the races find what they are there to find.
import { randomInt } from 'node:crypto'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createClient } from 'redis'

const MAX_ATTEMPTS = 5
const LIFETIME_MS = 5 * 60 * 1000
const COOLDOWN_MS = 30 * 1000

const redis = await createClient({ url: process.env.REDIS_URL }).connect()
const app = express()
app.get('/healthz', (_req, res) => res.json({ status: 'ok' }))
app.use(express.json())
app.use(
  session({
    store: new RedisStore({ client: redis, prefix: 'hand:session:' }),
    secret: 'the secret of sessions, for tests only',
    resave: false,
    saveUninitialized: false,
  }),
)

app.post('/otp/send', async (req, res) => {
  const { otp } = req.session
  if (otp && Date.now() < otp.sentAt + COOLDOWN_MS) return res.status(429).json({ reason: 'rate_limited' })
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0')
  const now = Date.now()
  req.session.otp = { to: req.body.to, code, sentAt: now, expiresAt: now + LIFETIME_MS, attempts: 0 }
  await redis.lPush('hand:inbox', JSON.stringify({ to: req.body.to, code }))
  res.json({ status: 'sent' })
})

app.post('/otp/verify', (req, res, next) => {
  const { otp } = req.session
  if (!otp) return res.status(400).json({ reason: 'no_pending_challenge' })
  if (Date.now() >= otp.expiresAt) return res.status(400).json({ reason: 'expired' })
  if (otp.attempts >= MAX_ATTEMPTS) return res.status(429).json({ reason: 'too_many_attempts' })
  otp.attempts++
  if (req.body.code !== otp.code) return res.status(400).json({ reason: 'invalid_code', attemptsLeft: MAX_ATTEMPTS - otp.attempts })
  req.session.regenerate((err) => {
    if (err) return next(err)
    req.session.user = otp.to
    res.json({ status: 'verified' })
  })
})

app.get('/me', (req, res) => {
  if (req.session.user) res.json({ user: { id: req.session.user } })
  else res.status(401).json({ reason: 'unauthenticated' })
})

app.get('/inbox.json', async (_req, res) => {
  res.json((await redis.lRange('hand:inbox', 0, -1)).map((entry) => JSON.parse(entry)))
})

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})
