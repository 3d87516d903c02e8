import { expect, it } from 'vitest'
import { wrong } from '../helpers/door-app.js'
import { attack, deviceLines, ELSEWHERE, everywhere, logIn, OPEN, SHUT } from './device-scenes.js'
import { ANN, guess, reasons } from './scenes.js'

everywhere('the share of known devices', (scene) => {
  it('T09 whoever fails until the recipient is paused, and refused for the day, does not stop the owner on a known browser', async () => {
    const app = await scene()
    const home = app.browser()
    await logIn(app, home)
    await attack(app, 10)
    expect(reasons([await app.browser().post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
    await logIn(app, home)
    await attack(app, 10)
    // No pause lasts longer than an hour: this is the budget of the day.
    app.clock.advance(3600)
    expect(reasons([await app.browser().post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
    await logIn(app, home)
    expect((await home.get('/user')).body.user).toBe(ANN)
    expect(reasons([await app.browser().post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
  })

  it('T09 a recipient that was disabled by others is not so for a known browser', async () => {
    const app = await scene({ otp: { limits: { ...OPEN, failuresBeforeDisabled: 5, knownDeviceFailuresBeforeDisabled: 5 } } })
    const home = app.browser()
    await logIn(app, home)
    await attack(app, 5)
    app.clock.advance(86_400)
    expect(reasons([await app.browser().post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
    await logIn(app, home)
  })

  it('T09 failures of the owner and of others neither add to each other nor take from each other', async () => {
    const limits = { ...OPEN, failuresBeforePause: 4, pauseSeconds: 3600 }
    const app = await scene({ otp: { limits, intents: { login: { maxAttempts: 10 } } } })
    const [home, eve] = [app.browser(), app.browser()]
    await logIn(app, home)
    app.clock.advance(1)
    await eve.post('/otp/send', { to: ANN }, ELSEWHERE)
    const evesCode = app.sms.code()
    app.clock.advance(1)
    await home.post('/otp/send', { to: ANN })
    const code = app.sms.code()
    expect(reasons(await guess(eve, wrong(evesCode), 3))).toEqual(Array(3).fill('invalid_code'))
    expect(reasons(await guess(home, wrong(code), 5))).toEqual([...Array(4).fill('invalid_code'), 'rate_limited'])
    // The owner's pause is not theirs, and their fourth failure is still to come.
    expect(reasons(await guess(eve, wrong(evesCode), 2))).toEqual(['invalid_code', 'rate_limited'])
    expect(reasons([await home.post('/otp/resend')])).toEqual(['rate_limited'])
  })

  it('T09 a known browser guesses no more often than its share', async () => {
    const app = await scene({ otp: { limits: { ...OPEN, failuresBeforePause: 20, knownDeviceFailuresBeforeDisabled: 7 } } })
    const home = app.browser()
    await logIn(app, home)
    for (const count of [5, 2]) {
      app.clock.advance(1)
      await home.post('/otp/send', { to: ANN })
      await guess(home, wrong(app.sms.code()), count)
    }
    expect(reasons(await guess(home, app.sms.code(), 1))).toEqual(['rate_limited'])
    app.clock.advance(86_400)
    expect(reasons([await home.post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
  })

  it('T09 T30 the Passport door of the application knows the browser too', async () => {
    const app = await scene({ otp: { limits: SHUT } })
    const home = app.browser()
    app.clock.advance(1)
    await home.post('/otp/send', { to: ANN })
    const first = await home.post('/passport', { code: app.sms.code() })
    expect(deviceLines(first)).toEqual([
      expect.stringMatching(/^otp\.device=[\w-]{33}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax$/),
    ])
    expect(first.text).not.toContain(home.cookies.get('otp.device'))
    app.clock.advance(1)
    const later = app.browser()
    await later.post('/otp/send', { to: ANN })
    await attack(app, 1)
    expect((await later.post('/passport', { code: app.sms.code() })).status).toBe(429)
    await home.post('/otp/send', { to: ANN })
    expect((await home.post('/passport', { code: app.sms.code() })).body).toEqual({ status: 'in' })
  })

  it('T30 whoever uses up the sends of an hour leaves a known browser three of its own, resends included', async () => {
    const app = await scene({ otp: { limits: {} } })
    const home = app.browser()
    await logIn(app, home)
    for (const from of [1, 1, 1, 2, 2]) {
      app.clock.advance(400)
      const eve = await app.browser().post('/otp/send', { to: ANN }, { 'X-Forwarded-For': `198.51.100.${from}` })
      expect(reasons([eve])).toEqual(['sent'])
    }
    app.clock.advance(400)
    const other = app.browser(home)
    other.cookies.delete('otp.device')
    expect(reasons([await other.post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
    expect(reasons([await home.post('/otp/send', { to: ANN })])).toEqual(['sent'])
    for (const wait of [30, 60]) {
      app.clock.advance(wait)
      expect(reasons([await home.post('/otp/resend')])).toEqual(['sent'])
    }
    app.clock.advance(120)
    expect(reasons([await home.post('/otp/resend')])).toEqual(['rate_limited'])
    expect(reasons(await guess(home, app.sms.code(), 1))).toEqual(['verified'])
  })

  it('T09 a code for any intent makes a browser known, for every intent', async () => {
    const app = await scene({ otp: { limits: SHUT, intents: { login: {}, transfer: {} } } })
    const home = app.browser()
    app.clock.advance(1)
    await home.post('/otp/send', { to: ANN, intent: 'transfer' })
    const answer = await home.post('/otp/verify', { code: app.sms.code(), intent: 'transfer' })
    expect([reasons([answer]), deviceLines(answer).length]).toEqual([['verified'], 1])
    await attack(app, 1)
    expect(reasons([await app.browser().post('/otp/send', { to: ANN })])).toEqual(['rate_limited'])
    await logIn(app, home)
  })
})
