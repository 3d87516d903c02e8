// Starts the login example. What it does is in app.js.
//
// PORT            default 3000
// REDIS_URL       keeps sessions, codes and the inbox in Redis, so that any number of copies act as one
// OTP_SECRET      at least 32 random characters, the same for all copies
// SESSION_SECRET  likewise
// SMTP_URL        sends e-mail by SMTP instead of to the inbox
// OPERATOR_PASSWORD at least 16 characters: opens /operator to whoever knows it
import { randomBytes } from 'node:crypto'
import { createApp } from './app.js'
import { connectRedis } from './redis.js'

/** A secret from the environment, or one that this process makes up. */
function secret(name) {
  const given = process.env[name]
  if (given !== undefined) return given
  console.warn(`${name} is not set: made one up. Other copies, and this one after a restart, do not share codes or logins.`)
  return randomBytes(32).toString('base64url')
}

const { PORT = '3000', REDIS_URL, SMTP_URL, OPERATOR_PASSWORD } = process.env
if (OPERATOR_PASSWORD === undefined) console.warn('No OPERATOR_PASSWORD: /operator, the live counts, answers to this machine only.')
const app = createApp({
  redis: REDIS_URL === undefined ? undefined : await connectRedis(REDIS_URL),
  otpSecret: secret('OTP_SECRET'),
  sessionSecret: secret('SESSION_SECRET'),
  smtpUrl: SMTP_URL,
  operatorPassword: OPERATOR_PASSWORD,
})
const server = app.listen(Number(PORT), '127.0.0.1', (err) => {
  if (err) throw err
  console.log(`http://127.0.0.1:${server.address().port}`)
})
