import { otpPage } from 'express-otp/express'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { type Answer, type Browser, type DoorApp, openDoor, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'
import { ANN } from '../security/scenes.js'

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html,*/*;q=0.8' }
const TRANSFER = { intent: 'transfer', 'context.amount': '120.00', 'context.payee': 'Bob' }

function form(browser: Browser, action: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  return browser.post(`/otp/${action}`, new URLSearchParams(fields).toString(), FORM)
}

async function start(place: PlaceName): Promise<DoorApp & { readonly store: session.MemoryStore }> {
  const store = new session.MemoryStore()
  const door = await openDoor({
    place,
    session: { store },
    otp: { intents: { login: {}, transfer: { context: ['amount', 'payee'] } } },
    router: {
      forms: { page: '/login', done: '/home', intents: { transfer: { page: '/transfer', done: '/transfer?step=3' } } },
      login: ({ to }, req) => void Reflect.set(req.session, 'user', to),
    },
    routes(app) {
      const page =
        (intent?: string) => (req: Parameters<typeof otpPage>[0], res: { json(body: unknown): unknown }, next: (err: unknown) => void) =>
          void otpPage(req, { intent }).then((shown) => res.json(shown), next)
      app.get('/login', page())
      app.get('/transfer', page('transfer'))
      app.get('/unknown', page('unknown'))
      app.get('/session', (req, res) => void res.json({ otp: req.session.otp ?? null }))
    },
  })
  return { ...door, store }
}

describe.each(PLACES)('a page without scripts %s', (place) => {
  it('is told what to show after each form, and what was refused once', async () => {
    const { browser, clock, sms } = await start(place)
    const ann = browser()
    expect((await ann.get('/login')).body).toEqual({ intent: 'login', values: {} })

    await form(ann, 'send', { to: 'nobody', locale: 'de' })
    const refused = (await ann.get('/login')).body
    expect(refused).toMatchObject({ problem: { reason: 'invalid_request', field: 'to' }, values: { to: 'nobody', locale: 'de' } })
    expect(refused.problem.detail).toEqual(expect.any(String))
    expect((await ann.get('/login')).body).toEqual({ intent: 'login', values: {} })

    await form(ann, 'send', { to: ANN })
    const asked = (await ann.get('/login')).body
    expect(asked).toMatchObject({
      pending: { to: '+1206\u2022\u2022\u20220123', channel: 'sms', attemptsLeft: 5, expiresIn: 300, resendIn: 30 },
      values: { to: ANN },
    })
    expect(asked.problem).toBeUndefined()

    clock.advance(2)
    await form(ann, 'resend', {})
    expect((await ann.get('/login')).body.problem).toMatchObject({ reason: 'rate_limited', field: 'code', retryAfter: 30 })
    await form(ann, 'verify', { code: wrong(sms.code()) })
    const wrongly = (await ann.get('/login')).body
    expect(wrongly).toMatchObject({
      problem: { reason: 'invalid_code', field: 'code', attemptsLeft: 4 },
      pending: { attemptsLeft: 4 },
      values: {},
    })

    expect((await form(ann, 'verify', { code: sms.code() })).headers.get('location')).toBe('/home')
    expect((await ann.get('/session')).body.otp).toBe(null)
    expect((await ann.get('/login')).body).toEqual({ intent: 'login', values: {} })
  })

  it('approves what was typed, by fields with a dot, on pages of its own', async () => {
    const { browser, sms } = await start(place)
    const ann = browser()
    const wentTo = (answer: Answer): unknown => [answer.status, answer.headers.get('location')]
    expect(wentTo(await form(ann, 'send', { ...TRANSFER, to: ANN, 'context.payee': 'www.evil.example' }))).toEqual([
      303,
      '/transfer?otp=invalid_request',
    ])
    expect((await ann.get('/transfer')).body.problem).toMatchObject({ field: 'context.payee', reason: 'invalid_request' })
    expect(wentTo(await form(ann, 'send', { ...TRANSFER, to: ANN }))).toEqual([303, '/transfer'])
    // Also where nothing typed is left: what is being approved comes from the challenge.
    await ann.get('/transfer')
    expect((await ann.get('/transfer')).body).toMatchObject({ pending: { context: { amount: '120.00', payee: 'Bob' } }, values: {} })
    expect((await ann.get('/otp/status')).body.pending[0].context).toEqual({ amount: '120.00', payee: 'Bob' })
    expect((await ann.get('/login')).body).toEqual({ intent: 'login', values: {} })

    await form(ann, 'verify', { ...TRANSFER, code: wrong(sms.code()) })
    expect(wentTo(await form(ann, 'verify', { ...TRANSFER, code: sms.code() }))).toEqual([303, '/transfer?step=3'])
    expect((await ann.get('/transfer')).body).toEqual({
      intent: 'transfer',
      granted: { expiresIn: 300 },
      values: { 'context.amount': '120.00', 'context.payee': 'Bob' },
    })
  })

  it('T61 T65 keeps what was typed encrypted, and no code at all', async () => {
    const { browser, store, sms } = await start(place)
    const ann = browser()
    const addresses: (string | null)[] = []
    for (const fields of [{ to: 'ann@example' }, { to: ANN }, { to: ANN, code: '123456' }] as Record<string, string>[]) {
      addresses.push((await form(ann, 'send', fields)).headers.get('location'))
    }
    addresses.push((await form(ann, 'verify', { code: wrong(sms.code()) })).headers.get('location'))
    const stored = JSON.stringify(Reflect.get(store, 'sessions'))
    expect(stored).toContain('note')
    for (const secret of ['ann@example', ANN, ANN.slice(1), sms.code(), wrong(sms.code()), '123456']) {
      expect(stored).not.toContain(secret)
      expect(addresses.join(' ')).not.toContain(encodeURIComponent(secret))
    }
  })

  it('T49 is not led astray by a note of somebody else', async () => {
    const { browser, store } = await start(place)
    const ann = browser()
    await form(ann, 'send', { to: 'nobody' })
    const sessions: Record<string, string> = Reflect.get(store, 'sessions')
    for (const [id, text] of Object.entries(sessions)) {
      const one = JSON.parse(text)
      for (const sealed of [7, '', 'x', 'x.y', `${one.otp.note.sealed}x`]) {
        sessions[id] = JSON.stringify({ ...one, otp: { note: { intent: 'login', sealed } } })
        expect((await ann.get('/login')).body).toEqual({ intent: 'login', values: {} })
      }
    }
  })

  it('a second submission of a right code is led on like the first', async () => {
    const { browser, sms } = await start(place)
    const ann = browser()
    await form(ann, 'send', { to: ANN })
    const copy = browser(ann)
    await form(ann, 'verify', { code: sms.code() })
    for (const one of [ann, copy]) expect((await form(one, 'verify', { code: sms.code() })).headers.get('location')).toBe('/home')
  })

  it('needs a router with forms, and an intent that is configured', async () => {
    const { browser, errors } = await start(place)
    expect((await browser().get('/unknown')).status).toBe(500)
    const bare = await openDoor({ place, routes: (app) => void app.get('/', (req, _res, next) => void otpPage(req).catch(next)) })
    expect((await bare.browser().get('/')).status).toBe(500)
    expect([...errors, ...bare.errors]).toEqual([
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('"unknown"') }),
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining('"forms"') }),
    ])
  })
})
