import type { IntentOptions } from 'express-otp'
import { describe, expect, it } from 'vitest'
import { type Browser, type DoorApp, openDoor, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'
import { ANN, BOB, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const RECORDS: Readonly<Record<string, string>> = { ann: ANN, bob: BOB }
const PAY = { amount: '12.50', payee: 'Carol' }

interface Scene {
  readonly intent?: Partial<IntentOptions>
  readonly guard?: object
}

async function scene(place: PlaceName, { intent, guard }: Scene = {}): Promise<DoorApp> {
  return await openDoor({
    place,
    otp: {
      intents: {
        login: {},
        pay: { stepUp: true, recipient: async ({ userId }) => RECORDS[userId], ...intent },
        other: { stepUp: true, recipient: ({ userId }) => RECORDS[userId] },
      },
    },
    router: { currentUser: userOf },
    routes(app, otp) {
      userRoutes(app)
      guardedRoute(app, otp, { intent: 'pay', ...guard })
      app.post('/move', (req, res) => {
        req.session.otp = { granted: { other: req.session.otp?.granted?.pay ?? '' } }
        res.json({})
      })
    },
  })
}

async function signedIn({ browser }: DoorApp, user = 'ann'): Promise<Browser> {
  const one = browser()
  await one.post('/become', { user })
  return one
}

async function prove({ sms }: DoorApp, one: Browser, fields: object = {}): Promise<void> {
  expect((await one.post('/otp/send', { intent: 'pay', ...fields })).status).toBe(200)
  expect(reasons(await guess(one, sms.code(), 1, { intent: 'pay', ...fields }))).toEqual(['verified'])
}

describe.each(PLACES)('a step of a signed-in user %s', (place) => {
  it('T18 sends nothing more to an address that has left the record since', async () => {
    let current = ANN
    const app = await scene(place, { intent: { recipient: () => current } })
    const ann = await signedIn(app)
    await ann.post('/otp/send', { intent: 'pay' })
    current = BOB
    app.clock.advance(31)
    expect((await ann.post('/otp/resend', { intent: 'pay' })).body.reason).toBe('no_pending_challenge')
    expect(app.sms.messages).toHaveLength(1)
    expect((await ann.post('/otp/send', { intent: 'pay' })).status).toBe(200)
    expect(app.sms.last()?.to).toBe(BOB)
  })

  it('T18 goes to the address of the record, and not to one of the request', async () => {
    const app = await scene(place)
    const ann = await signedIn(app)
    for (const to of [BOB, ANN, '', null]) {
      const refused = await ann.post('/otp/send', { intent: 'pay', to })
      expect([refused.status, refused.body.errors]).toEqual([400, [{ field: 'to', reason: 'not_allowed' }]])
    }
    expect(app.sms.messages).toHaveLength(0)
    const sent = await ann.post('/otp/send', { intent: 'pay' })
    expect(sent.body.to).toBe('+1206\u2022\u2022\u20220123')
    expect(app.sms.last()?.to).toBe(ANN)
  })

  it('T18 is refused to whoever is not signed in, or has no address', async () => {
    const app = await scene(place)
    const nobody = await app.browser().post('/otp/send', { intent: 'pay' })
    expect([nobody.status, nobody.body.errors]).toEqual([400, [{ field: 'intent', reason: 'login_required' }]])
    const carol = await signedIn(app, 'carol')
    const unknown = await carol.post('/otp/send', { intent: 'pay' })
    expect([unknown.status, unknown.body.errors]).toEqual([400, [{ field: 'intent', reason: 'no_recipient' }]])
  })

  it('T18 an application whose record holds null has no address either', async () => {
    const app = await scene(place, { intent: { recipient: () => null as never } })
    const answer = await (await signedIn(app)).post('/otp/send', { intent: 'pay' })
    expect(answer.body.errors).toEqual([{ field: 'intent', reason: 'no_recipient' }])
  })

  it('T18 T19 without a fresh proof the guard answers in the shape of RFC 9470', async () => {
    const app = await scene(place, { guard: { maxAgeSeconds: 60 } })
    const ann = await signedIn(app)
    const refused = await ann.post('/guarded')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(
      'OTP error="insufficient_user_authentication", error_description="A fresh code is required", max_age=60',
    )
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(refused.body).toEqual({
      type: 'urn:express-otp:otp_required',
      title: 'This step needs a fresh code.',
      status: 401,
      reason: 'otp_required',
    })
    expect(refused.headers.get('cache-control')).toBe('no-store')
  })

  it('T19 T26 a proof opens the step once, and says who was proved, how and when', async () => {
    const app = await scene(place)
    const ann = await signedIn(app)
    await prove(app, ann)
    const done = await ann.post('/guarded')
    expect(done.body).toEqual({
      done: true,
      otp: {
        ok: true,
        intent: 'pay',
        to: ANN,
        channel: 'sms',
        proved: [{ intent: 'pay', channel: 'sms', to: ANN }],
        amr: ['otp', 'sms'],
        verifiedAt: Date.UTC(2026, 0, 1),
      },
    })
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it('T26 of twenty at once one spends the proof', async () => {
    const app = await scene(place)
    const ann = await signedIn(app)
    await prove(app, ann)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ann.post('/guarded')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19)
  })

  it('T26 with `once: false` the proof stays for further steps within its life', async () => {
    const app = await scene(place, { guard: { once: false }, intent: { grantSeconds: 100 } })
    const ann = await signedIn(app)
    await prove(app, ann)
    for (let step = 0; step < 3; step++) expect((await ann.post('/guarded')).status).toBe(200)
    app.clock.advance(99.999)
    expect((await ann.post('/guarded')).status).toBe(200)
    app.clock.advance(0.001)
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it.each([
    ['300 s', {}, {}, 300],
    ['the life that the intent gives it', { grantSeconds: 30 }, {}, 30],
    ['the age that the guard accepts', {}, { maxAgeSeconds: 10 }, 10],
    ['the shorter of both', { grantSeconds: 30 }, { maxAgeSeconds: 20 }, 20],
  ])('T18 T26 a proof dies after %s', async (_what, intent, guard, seconds) => {
    const app = await scene(place, { intent, guard })
    const ann = await signedIn(app)
    await prove(app, ann)
    app.clock.advance(seconds)
    const late = await ann.post('/guarded')
    expect(late.status).toBe(401)
    expect(late.headers.get('www-authenticate')).toContain(`max_age=${seconds}`)
    // Sends are limited to one in 60 s by now.
    app.clock.advance(120)
    await prove(app, ann)
    app.clock.advance(seconds - 0.001)
    expect((await ann.post('/guarded')).status).toBe(200)
  })

  it('T19 T26 a proof for another intent opens nothing, and is not spent by trying', async () => {
    const app = await scene(place, { guard: { intent: 'other' } })
    const ann = await signedIn(app)
    await prove(app, ann)
    expect((await ann.post('/guarded')).status).toBe(401)
    expect((await ann.get('/otp/status')).body.grants).toEqual([{ intent: 'pay', expiresIn: 300 }])
  })

  it('T14 T26 a proof whose pointer is put under another intent opens nothing there', async () => {
    const app = await scene(place, { guard: { intent: 'other' } })
    const ann = await signedIn(app)
    await prove(app, ann)
    await ann.post('/move')
    expect((await ann.get('/whoami')).body.otp.granted).toEqual({ other: expect.any(String) })
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it.each([
    ['logs out', undefined],
    ['becomes another user', 'bob'],
  ])('T17 T26 a proof dies when its user %s, also where the session keeps the pointer', async (_what, user) => {
    const app = await scene(place)
    const ann = await signedIn(app)
    await prove(app, ann)
    await ann.post('/become', { user })
    expect((await ann.get('/whoami')).body.otp.granted).toBeDefined()
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it('T19 T26 a proof opens nothing in another session of the same user', async () => {
    const app = await scene(place)
    const [ann, elsewhere] = [await signedIn(app), await signedIn(app)]
    await prove(app, ann)
    expect((await elsewhere.post('/guarded')).status).toBe(401)
    expect((await ann.post('/guarded')).status).toBe(200)
  })

  it('T19 a pending or a failed challenge is no proof, and nothing in the request is', async () => {
    const app = await scene(place)
    const ann = await signedIn(app)
    const sent = await ann.post('/otp/send', { intent: 'pay' })
    await guess(ann, wrong(app.sms.code()), 1, { intent: 'pay' })
    const claims = { otp: true, otpVerified: true, verified: true, granted: { pay: sent.body.id }, id: sent.body.id, status: 'verified' }
    expect((await ann.post('/guarded', claims)).status).toBe(401)
    expect((await ann.post(`/guarded?otp=${sent.body.id}&verified=true`, claims, { 'X-Otp': sent.body.id })).status).toBe(401)
  })

  it('T15 T19 a proof for one payment does not pay another, and pays once', async () => {
    const app = await scene(place, {
      intent: { context: ['amount', 'payee'] },
      guard: { context: (req: { readonly body: unknown }) => req.body },
    })
    const ann = await signedIn(app)
    await prove(app, ann, { context: PAY })
    for (const bent of [{ ...PAY, amount: '99.50' }, { ...PAY, payee: 'Eve' }, { amount: PAY.amount }, {}, { ...PAY, more: '1' }]) {
      expect((await ann.post('/guarded', bent)).status).toBe(401)
    }
    expect((await ann.post('/guarded', PAY)).status).toBe(200)
    expect((await ann.post('/guarded', PAY)).status).toBe(401)
  })
})
