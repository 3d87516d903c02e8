import { OtpStrategy } from 'express-otp/passport'
import passport from 'passport'
import { describe, expect, it } from 'vitest'
import { ANN, passportApp, postForm } from '../helpers/passport-app.js'
import { otpFor } from '../helpers/run-strategy.js'

const otp = otpFor()
const nobody = (): false => false
const wrongOptions = (options: object) => () => new OtpStrategy(otp, options, nobody)

describe('the options of OtpStrategy', () => {
  it('have defaults', async () => {
    expect(new OtpStrategy(otp, nobody).name).toBe('otp')
    expect(new OtpStrategy(otp, {}, nobody).name).toBe('otp')
    expect(new OtpStrategy(otp, { name: undefined, intent: undefined, codeField: undefined }, nobody).name).toBe('otp')
  })

  it.each([
    [{ nam: 'x' }, /"nam".*"name"/s],
    [{ name: '' }, /"name"/],
    [{ intent: 'transfer' }, /"intent".*"transfer"/],
    [{ codeField: 7 }, /"codeField"/],
    [{ passReqToCallback: 'yes' }, /"passReqToCallback"/],
    [{ sessionCookie: '' }, /"sessionCookie"/],
    [{ deviceCookie: 'a b' }, /"deviceCookie"/],
    [{ deviceCookie: 'otp.login' }, /"deviceCookie".*"login"/],
    [{ deviceCookie: 'otp-remembered' }, /"deviceCookie".*remembered/],
    [{ deviceCookie: 'connect.sid' }, /"deviceCookie".*session/],
    [{ origins: ['example.org'] }, /"origins"/],
    [{ sameSite: 1 }, /"sameSite"/],
    [{ strict: null }, /"strict"/],
    [{ currentUser: 'ann' }, /"currentUser"/],
    [{ addressLimits: 0 }, /"addressLimits"/],
  ])('%j are refused by name', (options, message) => {
    expect(wrongOptions(options)).toThrow(expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(message) }))
  })

  it('do not replace the verify callback', () => {
    const without: unknown[] = [otp, {}]
    expect(() => Reflect.construct(OtpStrategy, without)).toThrow(/verify callback is missing/)
    expect(() => Reflect.construct(OtpStrategy, [otp, { name: 'x' }, 'not a function'])).toThrow(/verify callback is missing/)
  })

  it('name registers the strategy under another name', async () => {
    const auth = new passport.Passport()
    auth.use(new OtpStrategy(otp, { name: 'by-code' }, nobody))
    expect(Reflect.get(auth, '_strategies')).toHaveProperty('by-code')
  })

  it('codeField names the field of the form', async () => {
    const app = await passportApp({ strategy: { codeField: 'otp[code]' } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect((await postForm(ann, '/signin', { code })).status).toBe(400)
    expect((await postForm(ann, '/signin', { 'otp[code]': code })).body.user).toBe(ANN)
  })

  it('T14 intent takes codes of that intent only', async () => {
    const app = await passportApp({ otp: { intents: { login: {}, signup: {} } }, strategy: { intent: 'signup' } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect((await ann.post('/signin', { code })).status).toBe(401)
    app.clock.advance(30)
    await ann.post('/otp/send', { to: ANN, intent: 'signup' })
    expect((await ann.post('/signin', { code: app.sms.code() })).body.user).toBe(ANN)
  })

  it('T44 strict refuses what does not say where it comes from', async () => {
    const app = await passportApp({ strategy: { strict: true } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    const Cookie = [...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { 'Content-Type': 'application/json', Cookie }
    const bare = await fetch(`${app.origin}/signin`, { method: 'POST', headers, body: JSON.stringify({ code }) })
    expect(bare.status).toBe(403)
    expect((await ann.post('/signin', { code })).status).toBe(200)
  })

  it('T44 sameSite lets sibling hosts post', async () => {
    const app = await passportApp({ strategy: { sameSite: true } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    expect((await ann.post('/signin', { code }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await ann.post('/signin', { code }, { 'Sec-Fetch-Site': 'same-site' })).status).toBe(200)
  })
})
