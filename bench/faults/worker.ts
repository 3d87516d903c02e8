// One app in a process of its own: the login of `examples/login`, ahead of the session, with its Redis client and the ways out under the hands of the bench.
import './other-clock.js'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import express, { type ErrorRequestHandler } from 'express'
import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionRouter } from 'express-otp/express'
import { type RedisClient, redisStore } from 'express-otp/stores/redis'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { webhookTransport } from 'express-otp/transports/webhook'
import session, { type Store } from 'express-session'
import { createCluster } from 'redis'
import type { WorkerSettings } from './world.js'

interface RedisExample {
  connectRedis(url: string): Promise<RedisClient>
  sessionStore(client: RedisClient): Store
}

const { redis, cluster, vendor, smtp, waitForReplicas } = JSON.parse(process.env.SETTINGS ?? '{}') as WorkerSettings
const { connectRedis, sessionStore }: RedisExample = await import(pathToFileURL(join('examples', 'login', 'redis.js')).href)
const client = cluster === undefined ? await connectRedis(redis) : await connectCluster(cluster)

const otp = createOtp({
  secret: 'the secret of the faults, 32 characters',
  service: 'Acme',
  store: redisStore({ client, waitForReplicas }),
  channels: [
    smsChannel({ transport: webhookTransport({ url: vendor, secret: `whsec_${Buffer.alloc(24).toString('base64')}` }) }),
    emailChannel({ transport: nodemailerTransport({ url: smtp, from: 'codes@acme.example' }) }),
  ],
  intents: { login: {}, transfer: { grantSeconds: 300 } },
  guard: false,
})

const app = express()
app.set('trust proxy', 'loopback')
const sessions = session({
  secret: 'the secret of the sessions',
  store: sessionStore(client),
  resave: false,
  saveUninitialized: false,
  cookie: { maxAge: 8 * 60 * 60 * 1000 },
})
app.use(sessionRouter(otp, { session: sessions, login: ({ to }, req) => void Reflect.set(req.session, 'user', to) }))
app.use(sessions)
app.get('/me', (req, res) => {
  const user: unknown = Reflect.get(req.session, 'user')
  res.status(user === undefined ? 401 : 200).json({ user })
})
const onError: ErrorRequestHandler = (err, _req, res, next) => {
  if (res.headersSent) next(err)
  else res.status(typeof err?.status === 'number' ? err.status : 500).json({ reason: String(err?.message) })
}
app.use(onError)

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(address.port)
})
process.once('disconnect', () => process.exit())

async function connectCluster(urls: readonly string[]): Promise<RedisClient> {
  const nodes = createCluster({
    rootNodes: urls.map((url) => ({ url })),
    defaults: { disableOfflineQueue: true, socket: { connectTimeout: 1500, reconnectStrategy: 100 }, pingInterval: 1000 },
  })
  nodes.on('error', () => undefined)
  await nodes.connect()
  return nodes
}
