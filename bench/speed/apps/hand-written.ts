import { randomInt } from 'node:crypto'
import express from 'express'
import { type MakeApp, sessions } from './context.js'

interface Pending {
  to: string
  code: string
  expiresAt: number
  attempts: number
}

declare module 'express-session' {
  interface SessionData {
    pendingCode?: Pending
    user?: string
  }
}

/** Codes in `req.session`, as tutorials write it. It loses to parallel requests: what it does not do costs nothing. */
export const makeApp: MakeApp = (context) => {
  const app = express().set('trust proxy', 1)
  app.use(express.json())
  app.use(sessions(context))
  app.post('/otp/send', async (req, res) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    req.session.pendingCode = { to: req.body.to, code, expiresAt: Date.now() + 300_000, attempts: 0 }
    await context.deliver(req.body.to, code)
    res.json({ status: 'sent' })
  })
  app.post('/otp/verify', (req, res, next) => {
    const pending = req.session.pendingCode
    if (pending === undefined || Date.now() >= pending.expiresAt) return res.status(400).json({ reason: 'no_pending_challenge' })
    if (pending.attempts >= 5) return res.status(429).json({ reason: 'too_many_attempts' })
    pending.attempts++
    if (req.body.code !== pending.code) return res.status(400).json({ reason: 'invalid_code', attemptsLeft: 5 - pending.attempts })
    return req.session.regenerate((err) => {
      if (err) return next(err)
      req.session.user = pending.to
      res.json({ status: 'verified' })
    })
  })
  return app
}
