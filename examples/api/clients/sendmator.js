// A client of Sendmator's OTP API: nothing but the host and the key is ours.
import { call, codeFor, secret } from './settings.js'

const key = { 'X-API-Key': secret }
const base = '/sendmator/api/v1/otp'
const recipients = { email: 'grace@example.com', sms: '+12065550103' }

const { session_token } = await call('POST', `${base}/send`, key, {
  channels: ['email', 'sms'],
  recipients,
  config: { verification_mode: 'all' },
})
const otps = { email: await codeFor(recipients.email), sms: await codeFor(recipients.sms) }
const { verified } = await call('POST', `${base}/verify`, key, { session_token, otps })
console.log(verified)
