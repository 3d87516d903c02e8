import { createOtp, type Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { type RequireOtpOptions, requireOtp, type SessionRouterOptions, sessionRouter } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const otp: Otp = createOtp({
  secret: SECRET,
  channels: [smsChannel({ transport: outbox() })],
  intents: { login: {}, pay: { context: ['amount', 'payee'], grantSeconds: 60 } },
})

function refusal(make: () => unknown): string {
  try {
    make()
  } catch (err) {
    expect(err).toMatchObject({ code: 'ERR_OTP_OPTION' })
    return (err as Error).message
  }
  return 'accepted'
}

const router = (options: object): string => refusal(() => sessionRouter(otp, options as SessionRouterOptions))
const guard = (options: object): string => refusal(() => requireOtp(otp, options as RequireOtpOptions))
const passport = { authenticate: () => () => undefined }
const PATH = 'a path such as "/otp", lower case, without a slash at its end'

describe('options of sessionRouter', () => {
  it('may all be left out, or be undefined', () => {
    const names = [
      'path',
      'passport',
      'strategy',
      'login',
      'loginIntent',
      'keep',
      'session',
      'sessionCookie',
      'origins',
      'sameSite',
      'strict',
    ]
    const more = ['forms', 'currentUser', 'addressLimits', 'deviceCookie', 'challengeHuman', 'challengeHumanOn']
    expect(router({})).toBe('accepted')
    expect(router(Object.fromEntries([...names, ...more].map((name) => [name, undefined])))).toBe('accepted')
  })

  it.each<[object, unknown]>([
    [{ path: '/otp/' }, `option "path" is "/otp/"; it must be ${PATH}`],
    [{ path: 'otp' }, `option "path" is "otp"; it must be ${PATH}`],
    [{ path: '/' }, `option "path" is "/"; it must be ${PATH}`],
    [{ path: '/:id' }, `option "path" is "/:id"; it must be ${PATH}`],
    [{ path: '/OTP' }, `option "path" is "/OTP"; it must be ${PATH}`],
    [{ passport: {} }, 'option "passport" is {}; it must be an object with authenticate()'],
    [{ passport, login: () => true }, 'options "passport" and "login" exclude each other'],
    [{ login: true }, 'option "login" is true; it must be a function'],
    [{ loginIntent: 'admin' }, 'option "loginIntent" names "admin", which createOtp does not know'],
    [{ loginIntent: '__proto__' }, 'option "loginIntent" names "__proto__", which createOtp does not know'],
    [{ keep: 'basket' }, expect.stringContaining('option "keep" is "basket"; it must be an array of 0 to 50')],
    [{ keep: ['basket', 'otp'] }, 'option "keep" must not name "otp", "passport" or "cookie"'],
    [{ keep: ['passport'] }, 'option "keep" must not name "otp", "passport" or "cookie"'],
    [{ keep: ['cookie'] }, 'option "keep" must not name "otp", "passport" or "cookie"'],
    [{ session: {} }, 'option "session" is {}; it must be a function'],
    [{ origins: ['example.org'] }, expect.stringContaining('each an origin such as "https://www.example.org"')],
    [{ origins: ['https://example.org/'] }, expect.stringContaining('each an origin')],
    [{ origins: ['https://example.org?x'] }, expect.stringContaining('each an origin')],
    [{ origins: ['*'] }, expect.stringContaining('each an origin')],
    [{ origins: ['null'] }, expect.stringContaining('each an origin')],
    [{ sameSite: 'lax' }, 'option "sameSite" is "lax"; it must be true or false'],
    [{ strict: 1 }, 'option "strict" is 1; it must be true or false'],
    [{ addressLimits: 'no' }, 'option "addressLimits" is "no"; it must be true or false'],
    [{ currentUser: 'user' }, 'option "currentUser" is "user"; it must be a function'],
    [{ challengeHuman: true }, 'option "challengeHuman" is true; it must be a function'],
    [{ challengeHumanOn: ['block_sends'] }, 'option "challengeHumanOn" needs "challengeHuman"'],
    ...[['cooldown'], ['paused'], ['disabled'], ['recipient_day'], ['spend_hour'], ['paid_hour'], []].map((limits): [object, unknown] => [
      { challengeHuman: () => true, challengeHumanOn: limits },
      expect.stringContaining(
        `option "challengeHumanOn" is ${JSON.stringify(limits)}; it must be an array of 1 to 7, each one of "recipient_hour"`,
      ),
    ]),
    [{ deviceCookie: true }, 'option "deviceCookie" is true; it must be the name of a cookie, or false'],
    [{ deviceCookie: 'a b' }, 'option "deviceCookie" is "a b"; it must be the name of a cookie, or false'],
    [{ deviceCookie: 'a;Domain=x' }, 'option "deviceCookie" is "a;Domain=x"; it must be the name of a cookie, or false'],
    [{ deviceCookie: '' }, 'option "deviceCookie" is ""; it must be the name of a cookie, or false'],
    [{ deviceCookie: 'otp.pay' }, 'option "deviceCookie" is "otp.pay", which is the cookie of the intent "pay"'],
    [{ deviceCookie: 'otp.login~asked' }, 'option "deviceCookie" is "otp.login~asked", which is the cookie of the intent "login"'],
    [{ deviceCookie: 'otp.pay~verified' }, 'option "deviceCookie" is "otp.pay~verified", which is the cookie of the intent "pay"'],
    [{ deviceCookie: 'otp-remembered' }, 'option "deviceCookie" is "otp-remembered", which is the cookie of remembered browsers'],
    [{ deviceCookie: 'connect.sid' }, 'option "deviceCookie" is "connect.sid", which is the cookie of the session'],
    [
      { deviceCookie: 'sid', sessionCookie: 'sid', session: () => undefined },
      'option "deviceCookie" is "sid", which is the cookie of the session',
    ],
    [{ forms: true }, 'option "forms" is true; it must be an object'],
    [{ orgins: [] }, 'unknown option "orgins". Did you mean "origins"?'],
    [{ secret: 'x' }, expect.stringContaining('unknown option "secret"')],
  ])('T50 refuses %o', (options, message) => {
    expect(router(options)).toEqual(typeof message === 'string' ? `sessionRouter: ${message}` : message)
  })

  it('takes a name for the cookie of the device, or none', () => {
    for (const deviceCookie of ['__Host-device', 'otp.other', 'otp.other~asked', false]) expect(router({ deviceCookie })).toBe('accepted')
  })

  it.each<[object, unknown]>([
    [{}, 'sessionRouter forms: option "page" is missing; it must be a path of this site, e.g. "/login"'],
    [{ page: '//evil.example' }, 'sessionRouter forms: option "page" is "//evil.example"; it must be a path of this site, e.g. "/login"'],
    [{ page: 'https://evil.example' }, expect.stringContaining('option "page"')],
    [{ page: '/a\\b' }, expect.stringContaining('option "page"')],
    [{ page: '/login', done: '//evil.example' }, expect.stringContaining('option "done"')],
    [{ page: '/login', doen: '/' }, 'sessionRouter forms: unknown option "doen". Did you mean "done"?'],
  ])('T50 refuses the form pages %o', (forms, message) => {
    expect(router({ forms })).toEqual(message)
  })
})

describe('options of requireOtp', () => {
  it.each<[object, unknown]>([
    [{}, 'option "intent" is missing; it must be the name of an intent, or an array of 1 to 8'],
    [{ intent: 'admin' }, 'option "intent" names "admin", which createOtp does not know'],
    [{ intent: 'constructor' }, 'option "intent" names "constructor", which createOtp does not know'],
    [{ intent: 'pay' }, 'option "context" is missing; the intent "pay" is bound to amount, payee'],
    [{ intent: 'login', maxAgeSeconds: 0 }, 'option "maxAgeSeconds" is 0; it must be a whole number from 1 to 600'],
    [{ intent: 'login', maxAgeSeconds: 601 }, 'option "maxAgeSeconds" is 601; it must be a whole number from 1 to 600'],
    [{ intent: 'login', once: 'no' }, 'option "once" is "no"; it must be true or false'],
    [{ intent: 'login', context: {} }, 'option "context" is {}; it must be a function'],
    [
      { intent: 'login', loginPage: '//evil.example' },
      expect.stringContaining('option "loginPage" is "//evil.example"; it must be a path of this site'),
    ],
    [{ intent: 'login', currentUser: 'ann' }, 'option "currentUser" is "ann"; it must be a function'],
    [{ intent: 'login', maxAge: 60 }, expect.stringContaining('unknown option "maxAge"')],
    [{ intent: 'login', maxAgeSecond: 60 }, 'unknown option "maxAgeSecond". Did you mean "maxAgeSeconds"?'],
  ])('T18 T50 refuses %o', (options, message) => {
    expect(guard(options)).toEqual(typeof message === 'string' ? `requireOtp: ${message}` : message)
  })

  it('takes what is right', () => {
    expect(guard({ intent: 'login', maxAgeSeconds: undefined, once: undefined, context: undefined, loginPage: undefined })).toBe('accepted')
    expect(guard({ intent: 'pay', context: () => ({}), maxAgeSeconds: 60, once: false, loginPage: '/login?x=1', returnTo: '/a' })).toBe(
      'accepted',
    )
  })

  it('is a middleware with a name, for stack traces', () => {
    expect(requireOtp(otp, { intent: 'login' }).name).toBe('requireOtpMiddleware')
    expect(sessionRouter(otp).name).toBe('sessionRouterMiddleware')
  })
})
