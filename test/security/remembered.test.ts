import type { IntentOptions, OtpOptions } from 'express-otp'
import { isRemembered } from 'express-otp/express'
import { describe, expect, it } from 'vitest'
import { type Browser, PLACES, type PlaceName } from '../helpers/door-app.js'
import type { PassportApp } from '../helpers/passport-app.js'
import { ANN, BOB } from './scenes.js'
import { codeOf, enterCode, enterPassword, ROUTES, secondFactorApp, userOf } from './second-factor-app.js'

const COOKIE = 'otp-remembered'
const DAY = 86_400
const SECOND: IntentOptions = { secondFactor: true, recipient: () => ANN, rememberDeviceSeconds: 30 * DAY }
const PATHS = PLACES.flatMap((place) => ROUTES.map((route) => ({ place, route })))

async function start(place: PlaceName, second: IntentOptions = SECOND, otp: Partial<OtpOptions> = {}): Promise<PassportApp> {
  const app = await secondFactorApp({
    place,
    otp: { intents: { login: {}, 'second-factor': second, pay: { stepUp: true, recipient: () => ANN } }, ...otp },
    verifyUser: ({ userId }) => (userId === 'dave' ? false : { id: userId }),
    routes(door) {
      door.get('/remembered/:intent/:userId', (req, res, next) => {
        isRemembered(app.otp, req, req.params).then((is) => res.json({ is }), next)
      })
    },
  })
  return app
}

const known = async (browser: Browser, userId = 'ann', intent = 'second-factor'): Promise<unknown> =>
  (await browser.get(`/remembered/${intent}/${userId}`)).body.is

async function logIn(
  app: PassportApp,
  { browser = app.browser(), user = 'ann', route = ROUTES[0] as (typeof ROUTES)[number], remember = true },
) {
  await enterPassword(browser, user, { remember })
  await enterCode(browser, await codeOf(app, browser), route)
  return browser
}

describe.each(PATHS)('a browser that is not to be asked again $place, by $route', ({ place, route }) => {
  it('T09 is remembered for thirty days, in a cookie that outlives a logout', async () => {
    const app = await start(place)
    const ann = await logIn(app, { route })
    expect([await userOf(ann), await known(ann)]).toEqual(['ann', true])
    await ann.post('/out')
    app.clock.advance(30 * DAY - 1)
    expect(await known(ann)).toBe(true)
    app.clock.advance(1)
    expect(await known(ann)).toBe(false)
  })

  it('is not remembered where the person did not wish it, or where the intent does not', async () => {
    const app = await start(place)
    const ann = await logIn(app, { route, remember: false })
    expect([await userOf(ann), ann.cookies.has(COOKIE)]).toEqual(['ann', false])
    const { rememberDeviceSeconds: _no, ...second } = SECOND
    const other = await start(place, second)
    expect((await logIn(other, { route })).cookies.has(COOKIE)).toBe(false)
  })

  it('T48 is not remembered where nobody was logged in', async () => {
    const app = await start(place)
    const dave = await logIn(app, { route, user: 'dave' })
    expect([await userOf(dave), dave.cookies.has(COOKIE)]).toEqual([null, false])
  })

  it('T48 nobody is logged in where the record cannot be read any more, and the code stays used', async () => {
    let isAway = false
    const recipient = (): string => {
      if (isAway) throw new Error('the directory is away')
      return ANN
    }
    const app = await start(place, { ...SECOND, recipient })
    const ann = app.browser()
    await enterPassword(ann, 'ann', { remember: true })
    const code = await codeOf(app, ann)
    isAway = true
    const answer = await ann.post(route, route === '/signin' ? { code } : { intent: 'second-factor', code })
    expect([answer.status, await userOf(ann), app.loggedIn()]).toEqual([503, null, []])
    isAway = false
    expect(await enterCode(ann, code, route)).toBe(false)
  })
})

describe.each(PLACES)('the cookie of a remembered browser %s', (place) => {
  it('T09 is out of reach of scripts, and says nothing of whose it is', async () => {
    const app = await start(place)
    const ann = app.browser()
    await enterPassword(ann, 'ann', { remember: true })
    const answer = await ann.post('/otp/verify', { intent: 'second-factor', code: await codeOf(app, ann) })
    const line = answer.headers.getSetCookie().find((one) => one.startsWith(COOKIE))
    expect(line).toMatch(/^otp-remembered=[0-9a-z]+\.[\w-]{22}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/)
  })

  it('T09 is no factor: it logs nobody in, is in no `amr`, and opens no guard', async () => {
    const app = await start(place)
    const ann = await logIn(app, {})
    const eve = app.browser()
    eve.cookies.set(COOKIE, ann.cookies.get(COOKIE) ?? '')
    expect(await userOf(eve)).toBe(null)
    expect((await eve.post('/otp/send', { intent: 'second-factor' })).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
    expect((await eve.post('/paid')).status).toBe(401)
    expect((await ann.post('/paid')).status).toBe(401)
    expect((await eve.get('/amr')).body).toEqual({ amr: [] })
  })

  it('T17 is nothing for another user, also of the same phone', async () => {
    const app = await start(place)
    const ann = await logIn(app, {})
    expect([await known(ann, 'carol'), await known(ann, 'bob'), await known(ann, 'ann')]).toEqual([false, false, true])
  })

  it('T18 ends when the record names another address', async () => {
    let address = ANN
    const app = await start(place, { ...SECOND, recipient: () => address })
    const ann = await logIn(app, {})
    address = BOB
    expect(await known(ann)).toBe(false)
    address = ANN
    expect(await known(ann)).toBe(true)
  })

  it('T49 is nothing when it is bent', async () => {
    const app = await start(place)
    const ann = await logIn(app, {})
    const cookie = ann.cookies.get(COOKIE) ?? ''
    const [until = '', signature = ''] = cookie.split('.')
    const later = (Number.parseInt(until, 36) + 1).toString(36)
    const bent = [
      `${later}.${signature}`,
      `${until}.`,
      `${until}.${'A'.repeat(22)}`,
      `${cookie}x`,
      `.${signature}`,
      '',
      'zzzzzzzz.x',
      signature,
    ]
    for (const value of bent) {
      ann.cookies.set(COOKIE, value)
      expect([value, await known(ann)]).toEqual([value, false])
    }
  })

  it('ends earlier where the intent has become stricter, and with the secret', async () => {
    const app = await start(place)
    const cookie = (await logIn(app, {})).cookies.get(COOKIE) ?? ''
    for (const [second, otp, is] of [
      [{ ...SECOND, rememberDeviceSeconds: 7 * DAY }, {}, false],
      [SECOND, { secret: 'another secret of at least 32 signs' }, false],
      [SECOND, {}, true],
    ] as const) {
      const one = (await start(place, second, otp)).browser()
      one.cookies.set(COOKIE, cookie)
      expect(await known(one)).toBe(is)
    }
  })

  it.each([
    ['login', 'the intent "login" has no "rememberDeviceSeconds"'],
    ['admin', 'the intent "admin" has no "rememberDeviceSeconds"'],
  ])('an intent %s is an error', async (intent, message) => {
    const app = await start(place)
    expect((await app.browser().get(`/remembered/${intent}/ann`)).status).toBe(500)
    expect(app.failures).toMatchObject([{ code: 'ERR_OTP_OPTION', message: `isRemembered: ${message}` }])
  })
})
