// A client of Octopush's OTP API: nothing but the host and the key is ours.
import { call, codeFor, login, secret } from './settings.js'

const key = { 'api-login': login, 'api-key': secret }
const base = '/octopush/v1/public/service/otp'
const to = '+33611223345'

const { otp_request_token } = await call('POST', `${base}/generate`, key, { phone_number: to, text: 'Your code is {code}', code_length: 6 })
const { message } = await call('PUT', `${base}/validate`, key, { otp_request_token, code: await codeFor(to) })
console.log(message)
