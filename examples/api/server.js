// The service door: other backends send and check codes with an API key, in our own JSON or in the words of three vendors.
//
// PORT          default 3001
// OTP_API_KEYS  JSON array of {"id","secret","login","tenant","rights"}; without it a key to play with is made and printed. The library itself refuses secrets of fewer
//               than 16 characters; here they pass, for play, and cannot sign
// REDIS_URL     keeps codes, counters and the inbox in Redis, so that any number of copies act as one
// OTP_SECRET    at least 32 random characters, the same for all copies
// OTP_PRICES    what messages cost, as JSON: {"sms":{"33":"0.045","default":"0.06"}}. Answers then name it; nobody pays, because there is no `balance`
// SMTP_URL      sends e-mail by SMTP instead of to the inbox
import { randomBytes } from 'node:crypto'
import express from 'express'
import { createOtp } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { octopushDialect } from 'express-otp/dialects/octopush'
import { sendmatorDialect } from 'express-otp/dialects/sendmator'
import { unimatrixDialect } from 'express-otp/dialects/unimatrix'
import { apiRouter } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { redisStore } from 'express-otp/stores/redis'
import { nodemailerTransport } from 'express-otp/transports/nodemailer'
import { getCountries } from 'libphonenumber-js'
import { createInbox } from '../login/inbox.js'
import { connectRedis, within } from '../login/redis.js'
import { folder, onError, problem, secure } from '../login/web.js'
import { curlLines, playKey, readKeys } from './keys.js'

const { PORT = '3001', OTP_API_KEYS, OTP_COUNTRIES, OTP_PRICES, REDIS_URL, SMTP_URL } = process.env

const keys = OTP_API_KEYS === undefined ? [playKey()] : readKeys(OTP_API_KEYS, fail)
const redis = REDIS_URL === undefined ? undefined : await connectRedis(REDIS_URL)
const inbox = createInbox(redis)
const { transport } = inbox
const mail = SMTP_URL === undefined ? transport : nodemailerTransport({ url: SMTP_URL, from: 'Acme <codes@acme.example>' })

// The inbox costs nothing, so everybody is served. Where messages cost money, name the countries that you serve.
const countries = OTP_COUNTRIES?.split(',') ?? getCountries()
const otp = createOtp({
  secret: secret(),
  service: 'Acme',
  store: redis === undefined ? memoryStore() : redisStore({ client: redis, prefix: 'demo:otp' }),
  channels: [
    smsChannel({ transport, countries }),
    callChannel({ transport, countries }),
    whatsappChannel({ transport, countries, template: { name: 'login_code' } }),
    emailChannel({ transport: mail }),
  ],
  prices: OTP_PRICES === undefined ? undefined : JSON.parse(OTP_PRICES),
  // The inbox costs nothing. With a real vendor leave the floors at their defaults, 50 and 20, and say how many paid messages an hour you can bear.
  guard: { floorPerHour: 100_000, blockFloorPerHour: 100_000, paidPerHour: 1_000_000 },
})
otp.on('unavailable', ({ during }) => console.error(`otp: the store does not answer (${during})`))

const app = express()
app.disable('x-powered-by')
try {
  app.use(apiRouter(otp, { keys }))
  // At the root as well: two of Unimatrix's clients drop the path of their endpoint. What is not its own goes on to the routes below.
  app.use(apiRouter(otp, { keys, dialect: unimatrixDialect() }))
  app.use('/unimatrix', apiRouter(otp, { keys, dialect: unimatrixDialect() }))
  app.use('/octopush', apiRouter(otp, { keys, dialect: octopushDialect() }))
  app.use('/sendmator', apiRouter(otp, { keys, dialect: sendmatorDialect() }))
} catch (err) {
  fail(`OTP_API_KEYS: ${err.message}`)
}

// The inbox of the login example, in the place of phones and mailboxes.
app.use(secure)
app.use(express.static(folder('public'), { index: false }))
app.get('/', (_req, res) => res.redirect('/inbox'))
app.get('/inbox', (_req, res) => res.sendFile('inbox.html', { root: import.meta.dirname }))
app.get('/inbox.json', async (_req, res) => res.json(await inbox.list()))
app.get('/healthz', async (_req, res) => {
  if (redis !== undefined) await within(redis.ping())
  res.json({ status: 'ok' })
})
app.use((_req, res) => problem(res, 404, 'not_found'))
app.use(onError)

const server = app.listen(Number(PORT), '127.0.0.1', (err) => {
  if (err) throw err
  const url = `http://127.0.0.1:${server.address().port}`
  console.log(url)
  if (OTP_API_KEYS === undefined) console.log(curlLines(url, keys[0]))
})

/** The secret from the environment, or one that this process makes up. */
function secret() {
  if (process.env.OTP_SECRET !== undefined) return process.env.OTP_SECRET
  console.warn('OTP_SECRET is not set: made one up. Other copies, and this one after a restart, do not share codes.')
  return randomBytes(32).toString('base64url')
}

/** Ends the process with one line. */
function fail(why) {
  console.error(why)
  process.exit(1)
}
