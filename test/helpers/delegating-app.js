// The session door on Redis, whose SMS are a vendor's, for tests that race several copies of it. PORT, REDIS_URL, VENDOR_URL.
import { RedisStore } from 'connect-redis'
import express from 'express'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionRouter } from 'express-otp/express'
import { delegated } from 'express-otp/transports'
import { octopushDelegate } from 'express-otp/transports/octopush'
import session from 'express-session'
import { createClient } from 'redis'

const redis = await createClient({ url: process.env.REDIS_URL }).connect()
const vendor = octopushDelegate({ apiLogin: 'ops@example.org', apiKey: 'k-1234-example', baseUrl: process.env.VENDOR_URL })
const otp = createOtp({
  secret: 'the secret of one-time codes, for tests only',
  channels: [smsChannel({ transport: delegated(vendor) })],
})
const app = express()
app.use(
  session({
    store: new RedisStore({ client: redis }),
    secret: 'the secret of sessions, for tests only',
    resave: false,
    saveUninitialized: false,
  }),
)
app.use(sessionRouter(otp))
const server = app.listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
