// What `npx express-otp doctor examples/login/doctor.js` looks at: the options that this app has in this environment.
import * as login from './app.js'
import { createInbox } from './inbox.js'
import { connectRedis } from './redis.js'

const { OTP_SECRET, REDIS_URL, SESSION_SECRET, SMTP_URL } = process.env
const redis = REDIS_URL === undefined ? undefined : await connectRedis(REDIS_URL)

export const otpOptions = login.otpOptions({ inbox: createInbox(redis), otpSecret: OTP_SECRET, smtpUrl: SMTP_URL })
export const sessionOptions = login.sessionOptions({ redis, sessionSecret: SESSION_SECRET })
