import { type CodeState, oneTimeCode } from 'express-otp/client'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN } from '../security/scenes.js'
import { openPage, stopTime } from './page.js'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

describe('oneTimeCode', () => {
  it('goes from an address to a right code, and says at each step what a page shows', async () => {
    const { app, code } = await openPage()
    expect(code.state).toMatchObject({ step: 'start', usable: false, busy: undefined, config: { codeLength: 0, channels: [] } })
    await code.load()
    expect(code.state).toMatchObject({ step: 'start', config: { codeLength: 6, alphabet: 'digits', channels: ['sms', 'email'] } })
    await code.send({ to: ANN })
    expect(code.state).toMatchObject({ step: 'code', channel: 'sms', attemptsLeft: 5, secondsLeft: 300, resendIn: 30, usable: true })
    expect(code.state.to).not.toContain(ANN)
    expect(app.sms.messages[0]?.reference).toBe(code.state.reference)
    const typed = app.sms.code(ANN)
    expect(await code.verify(wrong(typed))).toMatchObject({
      step: 'code',
      attemptsLeft: 4,
      problem: { reason: 'invalid_code' },
      usable: true,
    })
    const done = await code.verify(`${typed.slice(0, 3)} ${typed.slice(3)}`)
    expect(done).toBe(code.state)
    expect(done).toMatchObject({ step: 'done', problem: undefined, usable: false, secondsLeft: 0, result: { to: ANN, channel: 'sms' } })
  })

  it('goes on after a reload where the browser was', async () => {
    const { app, browser, code } = await openPage()
    await code.send({ to: ANN })
    app.clock.advance(60)
    const again = await openPage({}, app, browser)
    await again.code.load()
    const { to, reference } = code.state
    expect(again.code.state).toMatchObject({ step: 'code', to, reference, secondsLeft: 240, resendIn: 0, usable: true })
    expect(await again.code.verify(app.sms.code(ANN))).toMatchObject({ step: 'done' })
  })

  it('T16 types a code for another browser, by the id of its challenge', async () => {
    const app = await openDoor({ otp: { intents: { signup: { allowOtherBrowser: true } } } })
    const desktop = await openPage({ intent: 'signup' }, app)
    const { id } = await desktop.code.send({ to: ANN })
    const phone = await openPage({ intent: 'signup', id }, app)
    expect(await phone.code.verify(app.sms.code(ANN))).toMatchObject({ step: 'done', result: { to: ANN } })
  })

  it('makes one request of two identical calls, and runs one at a time', async () => {
    const { app, code, requests } = await openPage()
    const first = code.send({ to: ANN })
    expect(code.state.busy).toBe('send')
    expect(code.send({ to: ANN })).toBe(first)
    const other = code.load()
    await Promise.all([first, other])
    expect(requests).toEqual(['POST /otp/send', 'GET /otp/config', 'GET /otp/status'])
    expect(app.sms.messages).toHaveLength(1)
    const typed = app.sms.code(ANN)
    const states = await Promise.all([code.verify(typed), code.verify(typed), code.verify(wrong(typed))])
    expect(states.map(({ step }) => step)).toEqual(['done', 'done', 'done'])
    expect(requests.filter((one) => one === 'POST /otp/verify')).toHaveLength(1)
  })

  it('takes it for done when the browser was the one that won before', async () => {
    const answer = { reason: 'no_pending_challenge', title: 'No code is pending.', alreadyVerified: true }
    const code = oneTimeCode({ fetch: async () => Response.json(answer, { status: 400 }) })
    expect(await code.verify('123456')).toMatchObject({ step: 'done', problem: undefined, result: { alreadyVerified: true } })
    const other = oneTimeCode({ fetch: async () => Response.json({ ...answer, alreadyVerified: undefined }, { status: 400 }) })
    expect(await other.verify('123456')).toMatchObject({ step: 'start', problem: { reason: 'no_pending_challenge' }, result: undefined })
  })

  it.each(PLACES)('gets over an answer that was lost on the way, %s', async (place) => {
    const app = await openDoor({ place, router: { login: () => true } })
    const browser = app.browser()
    const { code } = await openPage({}, app, browser)
    await code.send({ to: ANN })
    const typed = app.sms.code(ANN)
    // The request arrives, with its cookies, and the answer does not.
    await browser.post('/otp/verify', { code: typed })
    expect(await code.verify(typed)).toMatchObject({ step: 'done', problem: undefined, result: { alreadyVerified: true } })
  })

  it('counts down once a second, only while somebody listens', async () => {
    const { advance, code } = await openPage()
    await code.send({ to: ANN })
    expect(vi.getTimerCount()).toBe(0)
    const seen: CodeState[] = []
    const stop = code.subscribe(() => seen.push(code.state))
    await advance(3)
    expect(seen.map(({ secondsLeft, resendIn }) => [secondsLeft, resendIn])).toEqual([
      [299, 29],
      [298, 28],
      [297, 27],
    ])
    expect(new Set(seen).size).toBe(3)
    stop()
    expect(vi.getTimerCount()).toBe(0)
    await advance(10)
    expect(seen).toHaveLength(3)
    const { state } = code
    expect(state.secondsLeft).toBe(287)
    expect(code.state).toBe(state)
  })

  it('says that the code has expired when its time is over, and sends to the same address again', async () => {
    const { advance, app, code, requests } = await openPage()
    await code.send({ to: ANN })
    code.subscribe(() => {})
    await advance(299)
    expect(code.state).toMatchObject({ secondsLeft: 1, expired: false, usable: true })
    await advance(1)
    expect(code.state).toMatchObject({ secondsLeft: 0, expired: true, usable: false, step: 'code', problem: { reason: 'expired' } })
    expect(vi.getTimerCount()).toBe(0)
    await code.resend()
    expect(code.state).toMatchObject({ secondsLeft: 300, usable: true, problem: undefined })
    expect(requests).toEqual(['POST /otp/send', 'POST /otp/send'])
    expect(app.sms.messages).toHaveLength(2)
  })

  it('is right again after a sleep in which its clock stood still', async () => {
    let awake = 0
    const { app, code, requests } = await openPage({ now: () => awake })
    await code.send({ to: ANN })
    code.subscribe(() => {})
    app.clock.advance(100)
    // The time of day went on, the page's own clock did not.
    vi.setSystemTime(Date.now() + 100_000)
    awake += 1000
    await vi.advanceTimersToNextTimerAsync()
    expect(code.state.secondsLeft).toBeLessThanOrEqual(200)
    // It asks by itself; this call is the same one.
    expect(requests).toContain('GET /otp/status')
    await code.load()
    expect(code.state).toMatchObject({ secondsLeft: 200, resendIn: 0, usable: true })
  })

  it('is not led astray by a clock that is set back', async () => {
    const { advance, code, requests } = await openPage()
    await code.send({ to: ANN })
    code.subscribe(() => {})
    vi.setSystemTime(Date.now() - 3_600_000)
    await advance(2)
    expect(code.state.secondsLeft).toBe(298)
    expect(requests).toEqual(['POST /otp/send'])
  })

  it('waits as long as the server says where it is too early', async () => {
    const { advance, app, code } = await openPage()
    await code.send({ to: ANN })
    // Another browser: from the same one it would be the same send.
    const other = await openPage({}, app)
    expect(await other.code.send({ to: ANN })).toMatchObject({
      step: 'start',
      resendIn: 30,
      problem: { reason: 'rate_limited', retryAfter: 30 },
    })
    other.code.subscribe(() => {})
    await advance(12)
    expect(other.code.state.resendIn).toBe(18)
  })

  it('tells of a dead network as a problem, and of an answer that is none', async () => {
    const dead = oneTimeCode({ fetch: () => Promise.reject(new TypeError('failed')) })
    expect(await dead.send({ to: ANN })).toMatchObject({ step: 'start', busy: undefined, problem: { reason: 'no_answer' } })
    expect(await dead.load()).toMatchObject({ problem: { reason: 'no_answer' } })
    for (const [body, status] of [
      ['<h1>Bad gateway</h1>', 502],
      ['{}', 500],
      ['null', 400],
      ['', 200],
    ] as const) {
      const strange = oneTimeCode({ fetch: async () => new Response(body, { status }) })
      expect(await strange.verify('123456')).toMatchObject({ problem: { reason: 'no_answer' } })
    }
  })

  it('shows the sentence of the server, and its title where there is none', async () => {
    const refusal = { reason: 'invalid_code', title: 'The code is wrong.' }
    const plain = oneTimeCode({ fetch: async () => Response.json(refusal, { status: 400 }) })
    expect((await plain.verify('1')).problem).toEqual({ ...refusal, detail: refusal.title, errors: [], retryAfter: undefined })
    const german = oneTimeCode({ fetch: async () => Response.json({ ...refusal, detail: 'Der Code ist falsch.' }, { status: 400 }) })
    expect((await german.verify('1')).problem?.detail).toBe('Der Code ist falsch.')
  })

  it('asks in the language of the page from the first send on', async () => {
    const { app, code } = await openPage()
    await code.send({ to: ANN, locale: 'fr' })
    expect(app.sms.messages[0]?.text).toMatch(/votre code/i)
  })

  it('resends to the same address, on another channel if told so', async () => {
    const { advance, app, code, requests } = await openPage({}, await openDoor())
    await code.send({ to: ANN })
    expect(await code.resend()).toMatchObject({ step: 'code', usable: true, problem: { reason: 'rate_limited' }, resendIn: 30 })
    await advance(30)
    expect(await code.resend()).toMatchObject({ step: 'code', problem: undefined })
    expect(app.sms.messages).toHaveLength(2)
    expect(await code.resend({ channel: 'call' })).toMatchObject({ problem: { reason: 'invalid_request', errors: [{ field: 'channel' }] } })
    expect(requests.filter((one) => one === 'POST /otp/resend')).toHaveLength(3)
  })

  it('knows that a code is over though nobody listened', async () => {
    const { advance, code, requests } = await openPage()
    await code.send({ to: ANN })
    await advance(300)
    expect(await code.resend()).toMatchObject({ step: 'code', usable: true, problem: undefined })
    expect(requests).toEqual(['POST /otp/send', 'POST /otp/send'])
  })

  it('goes back to the start where the code is gone and the address is not known any more', async () => {
    const { app, browser, code } = await openPage()
    await code.send({ to: ANN })
    const again = await openPage({}, app, browser)
    await again.code.load()
    await browser.post('/otp/cancel')
    expect(await again.code.verify('000000')).toMatchObject({ step: 'code', usable: false, problem: { reason: 'no_pending_challenge' } })
    expect(await again.code.resend()).toMatchObject({ step: 'start', problem: { reason: 'no_pending_challenge' } })
  })

  it('has no use for a code whose attempts are used up', async () => {
    const { app, code } = await openPage()
    await code.send({ to: ANN })
    const bad = wrong(app.sms.code(ANN))
    for (let guesses = 0; guesses < 4; guesses++) await code.verify(bad)
    expect(code.state).toMatchObject({ attemptsLeft: 1, usable: true })
    expect(await code.verify(bad)).toMatchObject({ usable: false, expired: false, problem: { reason: 'too_many_attempts' } })
  })

  it('forgets the code when told so, also where the server does not hear of it', async () => {
    const { browser, code } = await openPage()
    await code.send({ to: ANN })
    expect(await code.cancel()).toMatchObject({ step: 'start', to: '', secondsLeft: 0, problem: undefined })
    expect((await browser.get('/otp/status')).body.pending).toEqual([])
  })

  it('sends no code to an address that was given up', async () => {
    const { app, browser, code } = await openPage()
    await code.send({ to: ANN })
    await code.cancel()
    await browser.post('/otp/send', { to: 'ann@example.org' })
    await code.load()
    await browser.post('/otp/cancel')
    await code.verify('000000')
    expect(await code.resend()).toMatchObject({ step: 'start' })
    expect(app.sms.messages).toHaveLength(1)
  })

  it('T15 states what is being approved at each send and verify, as it is then', async () => {
    const intents = { login: {}, transfer: { context: ['amount'] } }
    const app = await openDoor({ otp: { intents } })
    let amount = '1.00'
    const { code } = await openPage({ intent: 'transfer', context: () => ({ amount }) }, app)
    await code.send({ to: ANN })
    amount = '9.00'
    const typed = app.sms.code(ANN)
    expect(await code.verify(typed)).toMatchObject({ step: 'code', problem: { reason: 'invalid_code' } })
    await code.send({ to: 'ann@example.org' })
    expect(await code.verify(app.mail.code('ann@example.org'))).toMatchObject({ step: 'done' })
  })

  it('goes on where one of several codes was right and another is missing', async () => {
    const app = await openDoor({ otp: { intents: { login: { mode: 'all' } } } })
    const { code } = await openPage({}, app)
    await code.send({ channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' } })
    expect(await code.verify({ sms: app.sms.code(ANN) })).toMatchObject({ step: 'code', waiting: ['email'], problem: undefined })
    expect(await code.verify({ email: app.mail.code('ann@example.org') })).toMatchObject({ step: 'done' })
  })

  it('hands on where the server wants the browser to go', async () => {
    const code = oneTimeCode({ fetch: async () => Response.json({ status: 'verified', complete: true, returnTo: '/cart' }) })
    expect((await code.verify('123456')).result).toMatchObject({ returnTo: '/cart' })
  })

  it('says so where the server knows no such intent', async () => {
    const { code } = await openPage({ intent: 'nothing' })
    expect(await code.load()).toMatchObject({ problem: { reason: 'unknown_intent' } })
  })

  it('finds the router where it stands', async () => {
    const app = await openDoor({ router: { path: '/codes' } })
    const { code } = await openPage({ path: '/codes' }, app)
    expect(await code.load()).toMatchObject({ problem: undefined, config: { codeLength: 6 } })
  })

  it('goes on when a listener throws', async () => {
    const { code } = await openPage()
    const complaints: unknown[] = []
    // The runner takes any such error for a failure.
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    })
    process.on('uncaughtException', (err) => complaints.push(err))
    code.subscribe(() => {
      throw new Error('a mistake of the page')
    })
    expect(await code.load()).toMatchObject({ config: { codeLength: 6 } })
    expect(complaints).toHaveLength(2)
  })
})
