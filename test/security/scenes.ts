import express, { type Express, type RequestHandler } from 'express'
import type { Otp } from 'express-otp'
import { type RequireOtpOptions, requireOtp } from 'express-otp/express'
import type { Answer, Browser } from '../helpers/door-app.js'

/** A number that every test may use: its app is its own. */
export const ANN = '+12068800123'
export const BOB = '+12068800456'

/** So many valid numbers, all different. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `+1206880${String(1000 + index)}`)
}

/** Guesses the same wrong code so many times; the answers, in order. */
export async function guess(browser: Browser, code: string, count: number, fields: object = {}): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let done = 0; done < count; done++) answers.push(await browser.post('/otp/verify', { code, ...fields }))
  return answers
}

export function reasons(answers: readonly Answer[]): unknown[] {
  return answers.map(({ body }) => body.reason ?? body.status)
}

/** What a client can tell two answers apart by; times of day are not. */
export function looks({ status, headers, text }: Answer): unknown {
  return { status, text, headers: [...headers].filter(([name]) => name !== 'date') }
}

/**
 * `POST /become {user}` signs somebody in or out in the way of an application that keeps too much: under a new session id, with our pointers
 * carried over.
 */
export function userRoutes(app: Express): void {
  const become: RequestHandler = (req, res, next) => {
    const { otp } = req.session
    req.session.regenerate((err) => {
      if (err) return next(err)
      const { user } = req.body
      if (user !== undefined) Reflect.set(req.session, 'user', user)
      if (otp !== undefined) req.session.otp = otp
      res.json({ user })
    })
  }
  app.post('/become', express.json(), become)
  app.get('/whoami', (req, res) => {
    res.json({ user: userOf(req) ?? null, otp: req.session.otp ?? null })
  })
}

/** `POST /guarded` behind `requireOtp`; answers with what the guard found. */
export function guardedRoute(app: Express, otp: Otp, options: RequireOtpOptions): void {
  app.post('/guarded', express.json(), requireOtp(otp, { currentUser: userOf, ...options }), (req, res) => {
    res.json({ done: true, otp: req.otp })
  })
}

/** Who `/become` signed in. */
export function userOf(req: { readonly session?: unknown }): string | undefined {
  const { session } = req
  return typeof session === 'object' && session !== null ? (Reflect.get(session, 'user') as string | undefined) : undefined
}
