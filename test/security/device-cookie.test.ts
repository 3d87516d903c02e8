import { describe, expect, it } from 'vitest'
import { PLACES, wrong } from '../helpers/door-app.js'
import {
  asDevice,
  attack,
  deviceLines,
  ELSEWHERE,
  everywhere,
  logIn,
  newSecret,
  openScene,
  passportRoute,
  SHUT,
  tokenOf,
} from './device-scenes.js'
import { ANN, BOB, guess, numbers, reasons } from './scenes.js'

everywhere('the cookie of known devices', (scene) => {
  it('T09 T49 is set by a right code alone, HttpOnly and Lax, for 180 days, and is in no answer', async () => {
    const told: object[] = []
    const app = await scene({ router: { login: (verified) => void told.push(verified) } })
    const home = app.browser()
    app.clock.advance(1)
    const early = [
      await home.post('/otp/send', { to: ANN }),
      await home.post('/otp/verify', { code: wrong(app.sms.code()) }),
      await home.post('/otp/verify', { code: 'x' }),
    ]
    expect(early.flatMap(deviceLines)).toEqual([])
    const answer = await home.post('/otp/verify', { code: app.sms.code() })
    expect(deviceLines(answer)).toEqual([
      expect.stringMatching(/^otp\.device=[\w-]{33}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax$/),
    ])
    expect(answer.text).not.toContain(home.cookies.get('otp.device'))
    expect(told).toEqual([expect.not.objectContaining({ deviceToken: expect.anything() })])
    expect(deviceLines(await home.post('/otp/verify', { code: app.sms.code() }))).toEqual([])
  })

  it('T49 is Secure where the connection or the session is', async () => {
    const [plain, strict] = [await scene(), await scene({ session: { proxy: true, cookie: { secure: true } }, before: () => undefined })]
    for (const app of [plain, strict]) {
      const home = app.browser()
      const https = { 'X-Forwarded-Proto': 'https' }
      app.clock.advance(1)
      await home.post('/otp/send', { to: ANN }, https)
      expect(deviceLines(await home.post('/otp/verify', { code: app.sms.code() }, https))).toEqual([
        expect.stringMatching(/; SameSite=Lax; Secure$/),
      ])
    }
  })

  it('T48 is not set where the application refuses the user, or the login fails', async () => {
    for (const outcome of [() => false, () => Promise.reject(new Error('no'))]) {
      const app = await scene({ router: { login: outcome } })
      const home = app.browser()
      app.clock.advance(1)
      await home.post('/otp/send', { to: ANN })
      const answer = await home.post('/otp/verify', { code: app.sms.code() })
      expect([answer.status >= 400, deviceLines(answer)]).toEqual([true, []])
    }
    const app = await scene({ routes: (one, otp) => passportRoute(one, otp, { path: '/nobody', isKnown: false }) })
    const home = app.browser()
    app.clock.advance(1)
    await home.post('/otp/send', { to: ANN })
    const answer = await home.post('/nobody', { code: app.sms.code() })
    expect([answer.status, deviceLines(answer)]).toEqual([401, []])
  })

  it('T09 T68 is set once everything is proved, not before, and then speaks for all of it', async () => {
    const app = await scene({ otp: { limits: SHUT, intents: { login: { mode: 'all' }, signup: { channels: ['sms'] } } } })
    const home = app.browser()
    app.clock.advance(1)
    await home.post('/otp/send', { channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' } })
    const half = await home.post('/otp/verify', { codes: { sms: app.sms.code() } })
    expect([half.body.complete, deviceLines(half)]).toEqual([false, []])
    const whole = await home.post('/otp/verify', { codes: { email: app.mail.code() } })
    expect([whole.body.complete, deviceLines(whole)]).toEqual([true, [expect.stringMatching(/^otp\.device=[\w-]{33}\.[\w-]{33};/)]])
    const eve = app.browser()
    app.clock.advance(1)
    await eve.post('/otp/send', { to: ANN, intent: 'signup' }, ELSEWHERE)
    await guess(eve, wrong(app.sms.code()), 1, { intent: 'signup' })
    app.clock.advance(1)
    const signUp = { to: ANN, intent: 'signup' }
    expect(reasons([await app.browser().post('/otp/send', signUp), await home.post('/otp/send', signUp)])).toEqual(['rate_limited', 'sent'])
  })

  it('T09 has the name that the application gives it, or is not there at all', async () => {
    for (const [deviceCookie, names] of [
      ['known', ['known']],
      [false, []],
    ] as const) {
      const app = await scene({ otp: { limits: SHUT }, router: { deviceCookie } })
      const home = app.browser()
      await logIn(app, home)
      expect([...home.cookies.keys()].filter((name) => !/^(connect\.sid|otp\.login(~verified)?)$/.test(name))).toEqual(names)
      await attack(app, 1)
      expect(reasons([await home.post('/otp/send', { to: ANN })])).toEqual([deviceCookie === false ? 'rate_limited' : 'sent'])
    }
  })

  it('T09 with the option off a cookie of that name is not read', async () => {
    const key = newSecret()
    const on = await scene({ otp: { secret: key } })
    const home = on.browser()
    await logIn(on, home)
    const off = await scene({ otp: { secret: key, limits: SHUT }, router: { deviceCookie: false } })
    await attack(off, 1)
    expect(await asDevice(off, home.cookies.get('otp.device'))).toBe('rate_limited')
  })

  it('T09 T67 forged, bent, copied from another recipient or another tenant it means an unknown device and nothing else', async () => {
    const app = await scene({ otp: { limits: SHUT } })
    const [home, bobs] = [app.browser(), app.browser()]
    await logIn(app, home)
    await logIn(app, bobs, BOB)
    const [ann, bob] = [home.cookies.get('otp.device') ?? '', bobs.cookies.get('otp.device') ?? '']
    const [own, foreign] = [await tokenOf(app, ''), await tokenOf(app, 'acme')]
    await attack(app, 1)
    const forged = [
      bob,
      foreign,
      undefined,
      '',
      '.',
      ann.slice(0, -1),
      `${ann}x`,
      ann.slice(0, -1) + (ann.endsWith('A') ? 'B' : 'A'),
      (ann.startsWith('A') ? 'B' : 'A') + ann.slice(1),
      ann.slice(0, 11) + bob.slice(11),
      'A'.repeat(33),
      '..'.concat(ann).repeat(60),
      Array(6).fill(bob).join('.').concat('.', ann),
      `"${ann}"`,
      encodeURIComponent('\u0000').concat(ann),
      'true',
      '{"known":true}',
    ]
    for (const value of forged) expect([value, await asDevice(app, value)]).toEqual([value, 'rate_limited'])
    // It does no harm either: what is left of a bent one is not in the way of a login.
    const bent = app.browser()
    bent.cookies.set('otp.device', '%00;;==..'.concat('A'.repeat(900)))
    await logIn(app, bent, numbers(1)[0] ?? '')
    expect(bent.cookies.get('otp.device')).toMatch(/^[\w-]{33}$/)
    expect(await asDevice(app, own)).toBe('sent')
    app.clock.advance(1)
    expect(await asDevice(app, `${bob}.${ann}`)).toBe('sent')
  })

  it('T09 keeps the five recipients that were proved last', async () => {
    const app = await scene({ otp: { limits: SHUT } })
    const [first = '', ...others] = numbers(6)
    const home = app.browser()
    for (const to of [first, ...others]) await logIn(app, home, to)
    await logIn(app, home, others[0])
    const value = home.cookies.get('otp.device')
    expect(value).toMatch(/^[\w-]{33}(\.[\w-]{33}){4}$/)
    for (const to of [first, ...others]) {
      await attack(app, 1, to)
      app.clock.advance(1)
      expect([to, await asDevice(app, value, to)]).toEqual([to, to === first ? 'rate_limited' : 'sent'])
    }
  })

  it('T65 says nothing to whoever reads it, nor that two browsers know the same person', async () => {
    const app = await scene()
    const [home, work] = [app.browser(), app.browser()]
    await logIn(app, home)
    const { body } = await work.post('/otp/send', { to: ANN }).then(() => logIn(app, work))
    const [one = '', two = ''] = [home, work].map(({ cookies }) => cookies.get('otp.device'))
    for (let at = 0; at + 6 <= one.length; at++) expect(two).not.toContain(one.slice(at, at + 6))
    const read = [one, Buffer.from(one, 'base64url').toString('latin1')].join('\n')
    for (const secret of [body.to, '8800123', 'login', app.sms.code()]) expect(read).not.toContain(secret)
  })

  it('T09 is no factor, and is left at a logout: it opens nothing, before and after', async () => {
    const app = await scene()
    const home = app.browser()
    await logIn(app, home)
    const value = home.cookies.get('otp.device')
    const copy = app.browser()
    copy.cookies.set('otp.device', value ?? '')
    expect((await copy.get('/user')).body.user).toBe(null)
    expect(reasons(await guess(copy, app.sms.code(), 1))).toEqual(['no_pending_challenge'])
    app.clock.advance(1)
    await copy.post('/otp/send', { to: ANN })
    expect((await copy.post('/otp/verify', { code: wrong(app.sms.code()) })).body).toMatchObject({
      reason: 'invalid_code',
      attemptsLeft: 4,
    })
    await home.post('/logout')
    expect([(await home.get('/user')).body.user, home.cookies.get('otp.device')]).toEqual([null, value])
  })
})

describe.each(PLACES)('the cookie of known devices and its secrets, %s', (place) => {
  it('T62 is good while the secret that signed it is on the list, and is signed by the first one', async () => {
    const [old, now, next] = [newSecret(), newSecret(), newSecret()]
    async function known(secrets: readonly [string, ...string[]], value: string | undefined): Promise<unknown> {
      const app = await openScene({ place }, { otp: { secret: secrets, limits: SHUT } })
      await attack(app, 1)
      app.clock.advance(1)
      return await asDevice(app, value)
    }
    const before = await openScene({ place }, { otp: { secret: old } })
    const home = before.browser()
    await logIn(before, home)
    const value = home.cookies.get('otp.device')
    expect(await known([now, old], value)).toBe('sent')
    const during = await openScene({ place }, { otp: { secret: [now, old] } })
    const again = during.browser(home)
    await logIn(during, again)
    expect(again.cookies.get('otp.device')).toMatch(/^[\w-]{33}$/)
    expect(await known([next, now, old], again.cookies.get('otp.device'))).toBe('sent')
    expect(await known([old], again.cookies.get('otp.device'))).toBe('rate_limited')
    expect(await known([now], value)).toBe('rate_limited')
  })
})
