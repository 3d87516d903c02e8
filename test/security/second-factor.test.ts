import { describe, expect, it } from 'vitest'
import { PLACES, wrong } from '../helpers/door-app.js'
import { troubleWhileSaving } from '../helpers/passport-app.js'
import { guess, reasons } from './scenes.js'
import { codeOf, enterCode, enterPassword, ROUTES, secondFactorApp, userOf } from './second-factor-app.js'

const SECOND = { intent: 'second-factor' }
const PAY = { intent: 'pay' }
const PATHS = PLACES.flatMap((place) => ROUTES.map((route) => ({ place, route })))

describe.each(PATHS)('a code after the password $place, by $route', ({ place, route }) => {
  it.each(['passport', 'passport06'] as const)('T18 T45 T47 logs in after both, under a new session id, with %s', async (version) => {
    const app = await secondFactorApp({ place, version })
    const ann = app.browser()
    await ann.get('/otp/status')
    await enterPassword(ann, 'ann')
    expect([await userOf(ann), app.loggedIn()]).toEqual([null, []])
    const half = app.browser(ann)
    const code = await codeOf(app, ann)
    expect(await enterCode(ann, wrong(code), route)).toBe(false)
    expect(await userOf(ann)).toBe(null)
    expect(await enterCode(ann, code, route)).toBe(true)
    expect(await userOf(ann)).toBe('ann')
    expect(ann.cookies.get('connect.sid')).not.toBe(half.cookies.get('connect.sid'))
    expect(await userOf(half)).toBe(null)
    expect((await ann.get('/amr')).body).toEqual({ amr: ['pwd', 'otp', 'sms', 'mfa'] })
    const { otp, ...others } = (await ann.get('/me')).body.session
    expect([Object.keys(otp), Object.keys(others)]).toEqual([['login'], ['passport']])
  })

  it('T18 a code by e-mail is noted as a code, not as a factor of another kind', async () => {
    const app = await secondFactorApp({ place })
    const dave = app.browser()
    await enterPassword(dave, 'dave')
    expect(await enterCode(dave, await codeOf(app, dave), route)).toBe(true)
    expect((await dave.get('/amr')).body).toEqual({ amr: ['pwd', 'otp'] })
  })

  it('T47 without the code nobody is logged in, whatever else is tried', async () => {
    const app = await secondFactorApp({ place })
    const eve = app.browser()
    await enterPassword(eve, 'ann')
    const sent = await eve.post('/otp/send', SECOND)
    const claims = { user: 'ann', id: sent.body.id, verified: true, passport: { user: 'ann' } }
    for (const path of [route, '/paid', '/otp/cancel', '/otp/resend']) await eve.post(path, { ...claims, ...SECOND })
    for (const path of ['/otp/send', '/otp/verify']) await eve.post(path, { ...PAY, code: app.sms.code() })
    expect([await userOf(eve), app.loggedIn()]).toEqual([null, []])
    expect((await eve.get('/amr')).body).toEqual({ amr: [] })
    expect((await eve.post('/paid')).status).toBe(401)
  })

  it('T22 of twenty right codes at once one logs in', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    const code = await codeOf(app, ann)
    const tabs = Array.from({ length: 20 }, () => app.browser(ann))
    const won = await Promise.all(tabs.map((tab) => enterCode(tab, code, route)))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(app.loggedIn()).toHaveLength(1)
    const after = app.browser(ann)
    await enterPassword(after, 'ann')
    expect(await enterCode(after, code, route)).toBe(false)
  })

  it('T17 the password of one and the code of another log nobody in', async () => {
    const app = await secondFactorApp({ place })
    const [ann, bob] = [app.browser(), app.browser()]
    await enterPassword(ann, 'ann')
    await enterPassword(bob, 'bob')
    const [annsCode, bobsCode] = [await codeOf(app, ann), await codeOf(app, bob)]
    expect(await enterCode(ann, bobsCode, route)).toBe(false)
    // The same browser, another user: what was sent for Ann is nothing, also with its cookie put back.
    const before = new Map(ann.cookies)
    await enterPassword(ann, 'bob')
    for (const [name, value] of before) if (name !== 'connect.sid') ann.cookies.set(name, value)
    expect(await enterCode(ann, annsCode, route)).toBe(false)
    expect(app.loggedIn()).toEqual([])
  })

  it('T17 a user who shares the phone is not logged in instead', async () => {
    const app = await secondFactorApp({ place })
    const carol = app.browser()
    await enterPassword(carol, 'carol')
    expect(await enterCode(carol, await codeOf(app, carol), route)).toBe(true)
    expect(await userOf(carol)).toBe('carol')
  })

  it('T17 has to be asked for and typed within ten minutes of the password', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    app.clock.advance(590)
    const code = await codeOf(app, ann)
    app.clock.advance(10)
    expect(await enterCode(ann, code, route)).toBe(false)
    expect((await ann.post('/otp/send', SECOND)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
    await enterPassword(ann, 'ann')
    app.clock.advance(60)
    expect(await enterCode(ann, await codeOf(app, ann), route)).toBe(true)
  })

  it('T48 a session that cannot be saved logs nobody in, and the code stays used', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    const code = await codeOf(app, ann)
    troubleWhileSaving(app.store, (done) => done(new Error('the disk is full')))
    expect(await enterCode(ann, code, route)).toBe(false)
    expect([await userOf(ann), app.loggedIn()]).toEqual([null, []])
    expect(await enterCode(ann, code, route)).toBe(false)
  })
})

describe.each(PLACES)('what is half a login %s', (place) => {
  it('T45 is in a session of its own: whoever planted the one before has nothing of it', async () => {
    const app = await secondFactorApp({ place })
    const eve = app.browser()
    await eve.post('/mark', { basket: ['tea'], otp: { returnTo: '/account' } })
    const ann = app.browser(eve)
    await enterPassword(ann, 'ann')
    expect(ann.cookies.get('connect.sid')).not.toBe(eve.cookies.get('connect.sid'))
    expect((await eve.post('/otp/send', SECOND)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
    // The way back is kept, and nothing else.
    const { session } = (await ann.get('/me')).body
    expect(session).toEqual({ otp: { returnTo: '/account', first: expect.objectContaining({ userId: 'ann', amr: ['pwd'] }) } })
    const verified = await ann.post('/otp/verify', { ...SECOND, code: await codeOf(app, ann) })
    expect(verified.body.returnTo).toBe('/account')
  })

  it('T17 is nobody for every other intent', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    expect((await ann.post('/otp/send', PAY)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
  })

  it('T14 a user who is signed in asks for no second factor, and a code of another intent is none', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    await enterCode(ann, await codeOf(app, ann))
    expect((await ann.post('/otp/send', SECOND)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
    app.clock.advance(60)
    await ann.post('/otp/send', PAY)
    expect(reasons(await guess(ann, app.sms.code(), 1, SECOND))).toEqual(['no_pending_challenge'])
    expect(reasons(await guess(ann, app.sms.code(), 1, PAY))).toEqual(['verified'])
    expect((await ann.post('/paid')).status).toBe(200)
  })

  it('T17 T46 ends with a logout, although Passport carries the session over', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    const code = await codeOf(app, ann)
    await ann.post('/out')
    expect((await ann.get('/me')).body.session.otp.first).toBeDefined()
    expect(await enterCode(ann, code)).toBe(false)
    expect((await ann.post('/otp/send', SECOND)).status).toBe(400)
  })

  it('T46 how somebody was authenticated is not carried over to the next login', async () => {
    const app = await secondFactorApp({ place })
    const ann = app.browser()
    await enterPassword(ann, 'ann')
    await enterCode(ann, await codeOf(app, ann))
    await ann.post('/out')
    expect((await ann.get('/me')).body.session.otp.login).toBeDefined()
    expect((await ann.get('/amr')).body).toEqual({ amr: [] })
  })

  it.each<unknown>([null, 5, 'ann', [], {}, { userId: 'ann' }, { userId: 'ann', at: 0, amr: ['pwd'], mark: '' }, { userId: 5, at: 0 }])(
    'T49 nothing that an application wrote there is one: %j',
    async (first) => {
      const app = await secondFactorApp({ place })
      const eve = app.browser()
      await eve.post('/mark', { otp: { first, login: first } })
      expect((await eve.post('/otp/send', SECOND)).body.errors).toEqual([{ field: 'intent', reason: 'login_required' }])
      expect((await eve.get('/amr')).body).toEqual({ amr: [] })
    },
  )
})
