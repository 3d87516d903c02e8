// An app whose clock is CLOCK_AHEAD_SECONDS ahead of the machine's, and whose store, where STORE_AHEAD_SECONDS is given, goes by a clock of the test. Several copies act as one; messages go
// by webhook to VENDOR_URL.
const ahead = Number(process.env.CLOCK_AHEAD_SECONDS ?? '0') * 1000
const { now } = Date
if (ahead !== 0) {
  globalThis.Date = class extends Date {
    constructor(...words) {
      super(...(words.length === 0 ? [now() + ahead] : words))
    }
    static now() {
      return now() + ahead
    }
  }
}

// Loaded behind the clock, so that nobody keeps the real one.
const [{ RedisStore }, { default: express }, { createOtp }, { smsChannel }, { requireOtp, sessionRouter }] = await Promise.all([
  import('connect-redis'),
  import('express'),
  import('express-otp'),
  import('express-otp/channels/sms'),
  import('express-otp/express'),
])
const [{ redisStore }, { webhookTransport }, { default: session }, { createClient }] = await Promise.all([
  import('express-otp/stores/redis'),
  import('express-otp/transports/webhook'),
  import('express-session'),
  import('redis'),
])

const { REDIS_URL, STORE_AHEAD_SECONDS, VENDOR_URL } = process.env
const client = await createClient({ url: REDIS_URL }).connect()
const clock = STORE_AHEAD_SECONDS === undefined ? undefined : { now: () => now() + Number(STORE_AHEAD_SECONDS) * 1000 }
const transport = webhookTransport({ url: VENDOR_URL, secret: `whsec_${Buffer.alloc(24).toString('base64')}` })
const otp = createOtp({
  secret: 'the secret of one-time codes, for tests only',
  store: redisStore({ client, clock }),
  channels: [smsChannel({ transport, countries: ['US'] })],
  intents: { login: {}, transfer: { grantSeconds: 300 } },
})

const app = express()
app.use(session({ store: new RedisStore({ client }), secret: 'the secret of sessions', resave: false, saveUninitialized: false }))
app.use(sessionRouter(otp))
app.post('/guarded', requireOtp(otp, { intent: 'transfer', currentUser: () => undefined }), (_req, res) => res.json({ status: 'done' }))
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
