import { randomUUID } from 'node:crypto'
import { RedisStore } from 'connect-redis'
import express from 'express'
import type { Limits, Otp } from 'express-otp'
import { OtpStrategy } from 'express-otp/passport'
import { Passport } from 'passport'
import { describe, expect } from 'vitest'
import {
  type Answer,
  type Browser,
  type DoorApp,
  type DoorAppOptions,
  openDoor,
  PLACES,
  type PlaceName,
  wrong,
} from '../helpers/door-app.js'
import { type RedisClient, useRedisClient } from '../helpers/redis-client.js'
import { hasRedis } from '../helpers/redis-server.js'
import { ANN, reasons } from './scenes.js'

/** Sends stand in the way of these tests, not of the attack. */
export const OPEN: Partial<Limits> = {
  cooldownSeconds: [1],
  recipientSendsPerHour: 60,
  recipientSendsPerHourFromOneBlock: 60,
  recipientSendsPerDay: 200,
  blockSendsPerHour: 200,
}
/** One failure refuses everybody for an hour who is not known. */
export const SHUT: Partial<Limits> = { ...OPEN, failuresBeforePause: 1, pauseSeconds: 3600 }

/** Another network than the browser's own. */
export const ELSEWHERE: Record<string, string> = { 'X-Forwarded-For': '198.51.100.7' }

/** Says the same of both places of the router, in memory and on a real Redis. */
export function everywhere(title: string, tell: (scene: (options?: DoorAppOptions) => Promise<DoorApp>) => void): void {
  describe.each(PLACES)(`${title} %s`, (place) => {
    describe('in memory', () => tell((options) => openScene({ place }, options)))
    describe.skipIf(!hasRedis)('on Redis', () => {
      const client = useRedisClient()
      tell((options) => openScene({ place, client: client() }, options))
    })
  })
}

/** An app that logs in by the router, or with Passport at `POST /passport`. */
export async function openScene(
  { place, client }: { readonly place: PlaceName; readonly client?: RedisClient },
  options: DoorAppOptions = {},
): Promise<DoorApp> {
  const store = client === undefined ? {} : { store: new RedisStore({ client, prefix: `known-${randomUUID()}:` }) }
  return await openDoor({
    place,
    before: (app) => app.set('trust proxy', 1),
    ...options,
    session: { ...store, ...options.session },
    // A secret of its own makes recipients of its own.
    otp: { secret: newSecret(), limits: OPEN, ...options.otp },
    router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to), ...options.router },
    routes(app, otp) {
      passportRoute(app, otp)
      app.get('/user', (req, res) => void res.json({ user: Reflect.get(req.session, 'user') ?? null }))
      app.post('/logout', (req, res, next) => req.session.destroy((err) => (err ? next(err) : res.json({}))))
      options.routes?.(app, otp)
    },
  })
}

/** Logs in with a code. */
export async function logIn({ clock, sms }: DoorApp, browser: Browser, to: string = ANN): Promise<Answer> {
  clock.advance(1)
  expect(reasons([await browser.post('/otp/send', { to })])).toEqual(['sent'])
  const answer = await browser.post('/otp/verify', { code: sms.code(to) })
  expect(reasons([answer])).toEqual(['verified'])
  return answer
}

/** Fails so often from elsewhere, waiting out every pause. */
export async function attack({ browser, clock, sms }: DoorApp, count: number, to: string = ANN): Promise<void> {
  let left = count
  while (left > 0) {
    const eve = browser()
    const sent = await eve.post('/otp/send', { to }, ELSEWHERE)
    if (sent.status === 429) clock.advance(sent.body.retryAfter)
    for (let tries = 5; sent.status === 200 && tries > 0 && left > 0; tries--) {
      const { body } = await eve.post('/otp/verify', { code: wrong(sms.code(to)) }, ELSEWHERE)
      if (body.reason === 'rate_limited') {
        clock.advance(body.retryAfter)
        break
      }
      left -= 1
    }
  }
}

/** What becomes of a send of a browser that says it is this device. */
export async function asDevice({ browser }: DoorApp, value: string | undefined, to: string = ANN): Promise<unknown> {
  const one = browser()
  if (value !== undefined) one.cookies.set('otp.device', value)
  return reasons([await one.post('/otp/send', { to })])[0]
}

/** Lines that set a cookie other than those of the session and of what is pending. */
export function deviceLines({ headers }: Answer): string[] {
  return headers.getSetCookie().filter((line) => !/^(connect\.sid|otp\.(login|signup|transfer)(~\w+)?)=/.test(line))
}

/** What a success of a tenant of the service door calls the device, by the same core. */
export async function tokenOf({ otp, sms, clock }: DoorApp, tenant: string): Promise<string | undefined> {
  clock.advance(1)
  const caller = { tenant, userId: '', ip: undefined }
  const sent = await otp.send({ ...caller, to: ANN, hold: async () => undefined })
  if (!sent.ok) throw new Error(sent.reason)
  const verified = await otp.verify({ ...caller, id: sent.id, code: sms.code(), leaveGrant: false })
  return verified.ok ? verified.deviceToken : undefined
}

/** A Passport door of the application's own. */
export function passportRoute(
  app: express.Express,
  otp: Otp,
  { path = '/passport', isKnown = true }: { readonly path?: string; readonly isKnown?: boolean } = {},
): void {
  const passport = new Passport()
  passport.use(new OtpStrategy(otp, ({ to }) => (isKnown ? { id: to } : false)))
  passport.serializeUser<string>((user, done) => done(null, String(Reflect.get(user, 'id'))))
  app.post(path, express.json(), passport.authenticate('otp'), (_req, res) => {
    res.json({ status: 'in' })
  })
}

/** A secret, and so recipient keys, that no other app has. */
export function newSecret(): string {
  return `known device ${randomUUID()}`
}
