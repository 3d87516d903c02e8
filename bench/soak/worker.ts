// The login example in a process of its own, with a clock that runs fast. It tells its parent each code that it sends, and what it holds when it is asked.
import { createServer, type RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { fastClock } from './fast-clock.js'

/** What a process holds after a collection. */
export interface Held {
  readonly rss: number
  readonly heapUsed: number
  /** Open handles and pending work, by kind. */
  readonly resources: Readonly<Record<string, number>>
  /** The longest that the process stood still since the last question, milliseconds: a machine has other work too. */
  readonly stoodStillMs: number
  /** Entries of `memoryStore`. */
  readonly entries: number
}

/** A question of the parent; `leap` lets so many seconds pass at once. */
export type Question = { readonly ask: 'held' } | { readonly ask: 'leap'; readonly seconds: number }

/** What a process says by itself. */
export type Told = { readonly port: number } | { readonly to: string; readonly code: string } | { readonly held: Held }

interface Login {
  createApp(options: object): RequestListener
}

interface LoginRedis {
  connectRedis(url: string): Promise<unknown>
}

const example = <T>(name: string): Promise<T> => import(pathToFileURL(resolve('examples', 'login', name)).href)

const [redisUrl = ''] = process.argv.slice(2)
const clock = fastClock()
const store = redisUrl === '' ? memoryStore({ clock, sweepSeconds: 5 }) : undefined
const redis = redisUrl === '' ? undefined : await (await example<LoginRedis>('redis.js')).connectRedis(redisUrl)
const tell = (told: Told): boolean | undefined => process.send?.(told)
const transport = {
  name: 'soak',
  async deliver({ code, to }: { readonly code: string; readonly to: string }) {
    tell({ to, code })
    return {}
  },
}
const login = await example<Login>('app.js')
const app = login.createApp({
  redis,
  otpSecret: 'a secret for a bench and nothing else',
  sessionSecret: 'another secret for a bench',
  clock,
  channels: [emailChannel({ transport }), smsChannel({ transport, countries: ['US'] })],
  // The longest that there is: two and a half of our seconds.
  intents: {
    login: { ttlSeconds: 600 },
    transfer: {
      ttlSeconds: 600,
      stepUp: true,
      context: ['amount', 'payee'],
      recipient: ({ userId }: { readonly userId: string }) => userId,
    },
  },
  ...(store === undefined ? {} : { store }),
})
const server = createServer(app).listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') tell({ port: address.port })
})

const delay = monitorEventLoopDelay()
delay.enable()

function held(): Held {
  const stoodStillMs = Math.round(delay.max / 1e6)
  delay.reset()
  // Twice: what the first one lets go may hold more.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return { rss, heapUsed, resources, stoodStillMs, entries: store?.size() ?? 0 }
}

process.on('message', (question: Question) => {
  if (question.ask === 'leap') {
    clock.leap(question.seconds)
    store?.sweep()
  }
  tell({ held: held() })
})
process.once('disconnect', () => process.exit())
