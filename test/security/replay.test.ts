import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, reasons } from './scenes.js'

/** The sessions of a `MemoryStore`, as text by id. */
function stored(sessions: session.MemoryStore): Record<string, string> {
  return Reflect.get(sessions, 'sessions')
}

describe.each(PLACES)('replay %s', (place) => {
  it('T21 a code works once, also with the cookies from before', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const before = browser(ann)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
    expect(reasons(await guess(ann, sms.code(), 2))).toEqual(['no_pending_challenge', 'no_pending_challenge'])
    expect(reasons(await guess(before, sms.code(), 1))).toEqual(['no_pending_challenge'])
    clock.advance(60)
    expect(reasons(await guess(before, sms.code(), 1))).toEqual(['no_pending_challenge'])
    expect((await before.post('/otp/resend')).body.reason).toBe('no_pending_challenge')
  })

  it.each([true, false])('T23 an older session that is saved again revives no code, no guess and no grant (resave: %s)', async (resave) => {
    const sessions = new session.MemoryStore()
    const { browser, sms } = await openDoor({
      place,
      session: { store: sessions, resave },
      otp: { intents: { transfer: {} } },
      routes: (app, otp) => guardedRoute(app, otp, { intent: 'transfer' }),
    })
    const ann = browser()
    const intent = 'transfer'
    await ann.post('/otp/send', { to: ANN, intent })
    const pending = { ...stored(sessions) }
    await guess(ann, wrong(sms.code()), 1, { intent })
    Object.assign(stored(sessions), pending)
    const copy = browser(ann)
    expect((await guess(copy, wrong(sms.code()), 1, { intent }))[0]?.body.attemptsLeft).toBe(3)

    expect(reasons(await guess(ann, sms.code(), 1, { intent }))).toEqual(['verified'])
    const granted = { ...stored(sessions) }
    Object.assign(stored(sessions), pending)
    expect(reasons(await guess(copy, sms.code(), 1, { intent }))).toEqual(['no_pending_challenge'])

    Object.assign(stored(sessions), granted)
    expect((await ann.post('/guarded')).status).toBe(200)
    Object.assign(stored(sessions), granted)
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it.each([true, false])(
    'T23 a slow request that loaded the session before the code was right changes nothing (resave: %s)',
    async (resave) => {
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const { browser, sms } = await openDoor({
        place,
        session: { resave },
        router: { login: ({ to }, req) => void Reflect.set(req.session, 'user', to) },
        routes(app) {
          app.get('/slow', (req, res, next) => {
            Reflect.set(req.session, 'seen', 'something')
            held.then(() => res.json({}), next)
          })
          app.get('/user', (req, res) => {
            res.json({ user: Reflect.get(req.session, 'user') ?? null })
          })
        },
      })
      const ann = browser()
      await ann.post('/otp/send', { to: ANN })
      const slow = browser(ann)
      const waiting = slow.get('/slow')
      expect((await ann.get('/user')).body.user).toBe(null)
      expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
      expect((await ann.get('/user')).body.user).toBe(ANN)
      release()
      await waiting
      expect(reasons(await guess(slow, sms.code(), 1))).toEqual(['no_pending_challenge'])
      expect((await slow.get('/user')).body.user).toBe(null)
      expect((await ann.get('/user')).body.user).toBe(ANN)
    },
  )

  it('T24 after a resend the first code is wrong, and charged', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    const first = await ann.post('/otp/send', { to: ANN })
    const old = sms.code()
    clock.advance(30)
    const again = await ann.post('/otp/resend')
    expect(again.body).toMatchObject({ status: 'sent', id: first.body.id, attemptsLeft: 5, expiresIn: 300, resendIn: 60 })
    expect((await guess(ann, old, 1))[0]?.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T24 with `keep` the newest two codes count, under one count, each until its own end', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { intents: { login: { resend: 'keep', ttlSeconds: 200 } } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const first = sms.code()
    await guess(ann, wrong(first), 1)
    clock.advance(30)
    expect((await ann.post('/otp/resend')).body.attemptsLeft).toBe(4)
    const second = sms.code()
    clock.advance(60)
    await ann.post('/otp/resend')
    expect((await guess(ann, first, 1))[0]?.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 3 })
    const copy = browser(ann)
    expect(reasons(await guess(ann, second, 1))).toEqual(['verified'])
    expect(reasons(await guess(copy, sms.code(), 1))).toEqual(['no_pending_challenge'])
  })

  it('T24 T25 a kept code ends when it would have ended without the resend', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { intents: { login: { resend: 'keep', ttlSeconds: 60 } } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const first = sms.code()
    clock.advance(40)
    await ann.post('/otp/resend')
    clock.advance(20)
    expect(reasons(await guess(ann, first, 1))).toEqual(['invalid_code'])
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T25 a code ends with its last millisecond, whatever the browser does meanwhile', async () => {
    const { browser, sms, clock } = await openDoor({ place, session: { rolling: true } })
    const [ann, bob] = [browser(), browser()]
    await ann.post('/otp/send', { to: ANN })
    await bob.post('/otp/send', { to: 'bob@example.org' })
    for (let step = 0; step < 3; step++) {
      clock.advance(60)
      await ann.get('/otp/status')
      await ann.post('/otp/send', { to: '+1206880012' })
    }
    clock.advance(119.999)
    const early = browser(bob)
    expect((await early.get('/otp/status')).body.pending[0]).toMatchObject({ expiresIn: 1 })
    clock.advance(0.001)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['expired'])
    expect((await early.get('/otp/status')).body.pending).toEqual([])
  })

  it('T25 a code of the last millisecond is still good', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(299.999)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T21 a challenge that was cancelled is gone, its counters stay', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: { failuresBeforePause: 5 } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(sms.code()), 4)
    const copy = browser(ann)
    expect((await ann.post('/otp/cancel')).body).toEqual({ status: 'cancelled', intent: 'login' })
    for (const one of [ann, copy]) expect(reasons(await guess(one, sms.code(), 1))).toEqual(['no_pending_challenge'])
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    clock.advance(30)
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(sms.code()), 1)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['rate_limited'])
  })
})
