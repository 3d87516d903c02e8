import type { AddressInfo } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import { createOtp, type Otp, type OtpOptions, type Store } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { nativeDialect } from 'express-otp/dialects/native'
import { octopushDialect } from 'express-otp/dialects/octopush'
import { sendmatorDialect } from 'express-otp/dialects/sendmator'
import { unimatrixDialect } from 'express-otp/dialects/unimatrix'
import { type ApiKeyOptions, apiRouter, sessionRouter } from 'express-otp/express'
import { OtpStrategy } from 'express-otp/passport'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import session, { MemoryStore } from 'express-session'
import { Passport } from 'passport'
import { onTestFinished } from 'vitest'
import { listen, SECRET } from '../../helpers/door-app.js'
import { browserDoor } from './browser-doors.js'
import { ACCOUNTS, type Ask, DOOR_NAMES, type Door, type DoorName } from './door.js'
import { nativeDoor } from './native-door.js'
import { octopushDoor } from './octopush-door.js'
import { sendmatorDoor } from './sendmator-door.js'
import { unimatrixDoor } from './unimatrix-door.js'

export interface HouseOptions {
  readonly otp?: Partial<OtpOptions>
  /** Failed guesses in an hour that the key of the shop may bring. @default that of keys */
  readonly failuresPerHour?: number
  /** A store for each copy of the app; they share what they keep. @default one copy in memory */
  readonly stores?: readonly ((clock: TestClock) => Store)[]
}

/** One engine with all its doors. */
export interface House {
  readonly clock: TestClock
  readonly sms: Outbox
  readonly doors: Readonly<Record<DoorName, Door>>
  readonly ask: Ask
  /** What the engine decided about guesses, in order. */
  readonly judged: string[]
  /** Rows of failures that were told, in order (T07). */
  readonly rows: number[]
  /** Opens so many connections to each copy. */
  warm(connections: number): Promise<void>
}

/** The shop shares the tenant of the browser's doors. */
function keysOf(failuresPerHour: number | undefined): readonly ApiKeyOptions[] {
  return [
    { ...ACCOUNTS.shop, tenant: '', rights: ['send', 'verify', 'unsigned'], failuresPerHour },
    { ...ACCOUNTS.bank, tenant: 'bank', rights: ['send', 'verify', 'unsigned'] },
  ]
}

/** An app with all six doors on one otp, on a real port; or copies of it that act as one. Gone when the test is over. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { failuresPerHour, otp: more = {}, stores = [(clock) => memoryStore({ clock })] } = options
  const clock = testClock()
  const sms = outbox()
  const judged: string[] = []
  const rows: number[] = []
  const sessions = new MemoryStore()
  const origins: string[] = []
  for (const store of stores) {
    const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: sms })], store: store(clock), clock, ...more })
    otp.on('rejected', ({ outcome }) => judged.push(outcome))
    otp.on('verified', () => judged.push('verified'))
    otp.on('failures', ({ count }) => rows.push(count))
    const server = await listen(appOf(otp, keysOf(failuresPerHour), sessions))
    origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await otp.close()
    })
  }
  let turn = 0
  const origin = (): string => origins[turn++ % origins.length] ?? ''
  const ask = askAt(origin)
  return {
    clock,
    sms,
    judged,
    rows,
    ask,
    doors: {
      session: browserDoor('session', origin),
      passport: browserDoor('passport', origin),
      native: nativeDoor(ask),
      unimatrix: unimatrixDoor(ask),
      octopush: octopushDoor(ask),
      sendmator: sendmatorDoor(ask),
    },
    async warm(connections) {
      const all = origins.flatMap((one) => Array.from({ length: connections }, () => fetch(`${one}/otp/config`)))
      await Promise.all((await Promise.all(all)).map((answer) => answer.text()))
    },
  }
}

/** All doors of a house, that of this name last. */
export function doorsEndingWith(house: House, last: DoorName): readonly Door[] {
  const begin = DOOR_NAMES.indexOf(last) + 1
  return [...DOOR_NAMES.slice(begin), ...DOOR_NAMES.slice(0, begin)].map((name) => house.doors[name])
}

function appOf(otp: Otp, keys: readonly ApiKeyOptions[], store: MemoryStore): Express {
  const auth = new Passport()
  auth.use(new OtpStrategy(otp, ({ to }) => ({ id: to })))
  auth.serializeUser<string>((user, done) => done(null, (user as { readonly id: string }).id))
  const signIn: RequestHandler = (req, res, next) => {
    // What an application may show: the failure as the strategy hands it on.
    function answer(err: unknown, user: Express.User | false, info: { readonly retryAfter?: number }, status = 401): void {
      if (err) next(err)
      else if (user) req.logIn(user, (failure) => void (failure ? next(failure) : res.json({ status: 'verified' })))
      else {
        res.set(info.retryAfter === undefined ? {} : { 'Retry-After': String(info.retryAfter) })
        res.status(status).json(info)
      }
    }
    auth.authenticate('otp', answer)(req, res, next)
  }
  const app = express()
  app.use('/native', apiRouter(otp, { keys, dialect: nativeDialect() }))
  app.use('/unimatrix', apiRouter(otp, { keys, dialect: unimatrixDialect() }))
  app.use('/octopush', apiRouter(otp, { keys, dialect: octopushDialect() }))
  // The vendor's own windows are out of the way: what is left are the limits of the engine.
  const sendmator = sendmatorDialect({ sendsPer5Minutes: 1000, sendsPerHourPerAddress: 0 })
  app.use('/sendmator', apiRouter(otp, { keys, dialect: sendmator }))
  app.use(session({ secret: 'cookie secret', resave: false, saveUninitialized: false, store }))
  app.use(sessionRouter(otp))
  app.post('/signin', signIn)
  return app
}

function askAt(origin: () => string): Ask {
  return async ({ body, headers = {}, method = 'POST', path }) => {
    const answer = await fetch(origin() + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
}
