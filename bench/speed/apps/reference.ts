import express from 'express'
import { type MakeApp, sessions } from './context.js'

declare module 'express-session' {
  interface SessionData {
    touched?: number
    to?: string
  }
}

/**
 * The reference, 1.00: Express with express-session, whose handler touches the session once. A send makes a new session, a wrong code changes the
 * one there is, a right code logs in, which means a new id.
 */
export const makeApp: MakeApp = (context) => {
  const app = express().set('trust proxy', 1)
  app.use(express.json())
  app.use(sessions(context))
  app.post('/send', (req, res) => {
    req.session.to = req.body.to
    res.json({ status: 'sent' })
  })
  app.post('/wrong', (req, res) => {
    req.session.touched = (req.session.touched ?? 0) + 1
    res.status(400).json({ reason: 'invalid_code' })
  })
  app.post('/right', (req, res, next) => {
    const { to } = req.session
    req.session.regenerate((err) => {
      if (err) return next(err)
      if (to !== undefined) req.session.to = to
      res.json({ status: 'verified' })
    })
  })
  return app
}
