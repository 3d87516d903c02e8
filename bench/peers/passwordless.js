// `passwordless` with its own store in memory, which hashes tokens by bcrypt, and tokens of six digits.
import express from 'express'
import session from 'express-session'
import passwordless from 'passwordless'
import MemoryStore from 'passwordless-memorystore'

export async function makeApp({ deliver }) {
  passwordless.init(new MemoryStore())
  passwordless.addDelivery(
    (token, _uid, recipient, done) => {
      deliver(recipient, token).then(() => done(), done)
    },
    { numberToken: { max: 999_999 }, ttl: 300_000 },
  )
  const app = express().set('trust proxy', 1)
  app.use(express.json())
  app.use(session({ secret: 'the secret of the bench, which is not one', resave: false, saveUninitialized: false }))
  app.use(passwordless.sessionSupport())
  app.post(
    '/otp/send',
    passwordless.requestToken((user, _delivery, done) => done(null, user)),
    (_req, res) => res.json({ status: 'sent' }),
  )
  app.post('/otp/verify', passwordless.acceptToken({ allowPost: true }), (req, res) => {
    if (req.user) res.json({ status: 'verified' })
    else res.status(400).json({ reason: 'invalid_code' })
  })
  return app
}
