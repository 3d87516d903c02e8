import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { type SessionRouterOptions, sessionRouter } from 'express-otp/express'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import session, { type SessionOptions } from 'express-session'
import { onTestFinished } from 'vitest'

/** Behind `app.use(session(...))`, or ahead of it. */
export type PlaceName = 'behind the session' | 'ahead of the session'

/** Both places in which the router may stand: what holds in one holds in the other. */
export const PLACES: readonly PlaceName[] = ['behind the session', 'ahead of the session']

export const SECRET = 'a secret that only the tests know, 32+'

export interface DoorAppOptions {
  readonly place?: PlaceName
  readonly otp?: Partial<OtpOptions>
  readonly router?: SessionRouterOptions
  readonly session?: Partial<SessionOptions>
  /** Adds routes behind session and router. */
  readonly routes?: (app: Express, otp: Otp) => void
  /** Runs before everything else. */
  readonly before?: (app: Express, otp: Otp) => void
}

export interface DoorApp {
  /** What reached the app's own error handler. */
  readonly errors: unknown[]
  readonly app: Express
  readonly otp: Otp
  readonly sms: Outbox
  readonly mail: Outbox
  readonly clock: TestClock
  readonly origin: string
  /** A browser of its own: keeps its cookies, says that it is on the same origin. With `like`, it begins with a copy of that one's cookies. */
  browser(like?: Browser): Browser
  stop(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely; what they expect is the check.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
  readonly text: string
}

export interface Browser {
  readonly cookies: Map<string, string>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
}

/** A real Express app with a real session on a real port, with time and delivery in the hands of the test. */
export async function doorApp(options: DoorAppOptions = {}): Promise<DoorApp> {
  const sms = outbox('sms-outbox')
  const mail = outbox('mail-outbox')
  const clock = testClock()
  // Needed with NODE_ENV=production only.
  const countries = process.env.NODE_ENV === 'production' ? ['US'] : undefined
  const guard = process.env.NODE_ENV === 'production' ? { paidPerHour: 1000 } : undefined
  const otp = createOtp({
    secret: SECRET,
    service: 'Acme',
    channels: [smsChannel({ transport: sms, countries }), emailChannel({ transport: mail })],
    clock,
    guard,
    ...options.otp,
  })
  const app = express()
  options.before?.(app, otp)
  const sessions: RequestHandler = session({ secret: 'cookie secret', resave: false, saveUninitialized: false, ...options.session })
  if (options.place === 'ahead of the session') {
    app.use(sessionRouter(otp, { ...options.router, session: sessions }))
    app.use(sessions)
  } else {
    app.use(sessions)
    app.use(sessionRouter(otp, options.router))
  }
  options.routes?.(app, otp)
  const errors: unknown[] = []
  const keepError: ErrorRequestHandler = (err, _req, res, next) => {
    errors.push(err)
    if (res.headersSent) next(err)
    else res.status(typeof err?.status === 'number' ? err.status : 500).json({ error: err?.code })
  }
  app.use(keepError)
  const server = await listen(app)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    errors,
    app,
    otp,
    sms,
    mail,
    clock,
    origin,
    browser: (like) => browserOf(origin, like?.cookies),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await otp.close()
    },
  }
}

/** The same, stopped when the test that runs is over. */
export async function openDoor(options: DoorAppOptions = {}): Promise<DoorApp> {
  const app = await doorApp(options)
  onTestFinished(() => app.stop())
  return app
}

export function listen(app: Express): Promise<Server> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server))
  })
}

export function browserOf(origin: string, jar: ReadonlyMap<string, string> = new Map()): Browser {
  const cookies = new Map(jar)
  async function request(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const response = await fetch(origin + path, {
      method,
      redirect: 'manual',
      headers: {
        'Sec-Fetch-Site': 'same-origin',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookies.size === 0 ? {} : { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text), text }
  }
  return {
    cookies,
    post: (path, body = {}, headers = {}) => request('POST', path, body, headers),
    get: (path, headers = {}) => request('GET', path, undefined, headers),
  }
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const name = pair.slice(0, pair.indexOf('='))
  const isGone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute) || /expires=Thu, 01 Jan 1970/i.test(attribute))
  if (isGone) cookies.delete(name)
  else cookies.set(name, pair.slice(pair.indexOf('=') + 1))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A code of the same length that is not this one. */
export function wrong(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))
}
