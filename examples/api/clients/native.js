// Our own JSON.
import { call, codeFor, secret } from './settings.js'

const key = { Authorization: `Bearer ${secret}` }
const to = '+12065550101'

const sent = await call('POST', '/v1/otp/send', key, { to, channel: 'sms', clientIp: '198.51.100.7' })
const verified = await call('POST', '/v1/otp/verify', key, { id: sent.id, code: await codeFor(to), clientIp: '198.51.100.7' })
console.log(verified.status)
