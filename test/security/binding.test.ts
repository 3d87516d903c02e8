import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, BOB, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const TRANSFER = { login: {}, transfer: {} }

describe.each(PLACES)('what a code is bound to %s', (place) => {
  it('T13 the recipient is the one of the challenge, never one of the request', async () => {
    const logins: string[] = []
    const { browser, sms } = await openDoor({ place, router: { login: ({ to }) => void logins.push(to) } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const field of ['to', 'recipient', 'phone', 'email', 'user', 'userId', 'id']) {
      const refused = await ann.post('/otp/verify', { code: sms.code(), [field]: BOB })
      expect(refused.status).toBe(400)
      expect(refused.body).toMatchObject({ reason: 'invalid_request', errors: [{ field, reason: 'unknown_field' }] })
    }
    const verified = await ann.post('/otp/verify', { code: sms.code() })
    expect(verified.body.to).toBe(ANN)
    expect(logins).toEqual([ANN])
  })

  it('T13 a send to another recipient ends what this browser had pending, also for an older copy of it', async () => {
    const sessions = new session.MemoryStore()
    const { browser, sms } = await openDoor({ place, session: { store: sessions } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const before = { ...Reflect.get(sessions, 'sessions') }
    const old = browser(ann)
    await ann.post('/otp/send', { to: BOB })
    expect(reasons(await guess(ann, sms.code(ANN), 1))).toEqual(['invalid_code'])
    // Whoever can bring the older session back as well finds nothing.
    Object.assign(Reflect.get(sessions, 'sessions'), before)
    expect(reasons(await guess(old, sms.code(ANN), 1))).toEqual(['no_pending_challenge'])
  })

  it('T13 a send that is refused leaves the pending code as it is', async () => {
    const { browser, sms } = await openDoor({ place })
    const [ann, bob] = [browser(), browser()]
    await ann.post('/otp/send', { to: ANN })
    await bob.post('/otp/send', { to: BOB })
    expect((await ann.post('/otp/send', { to: BOB })).body.reason).toBe('rate_limited')
    expect((await ann.post('/otp/send', { to: 'nobody' })).body.reason).toBe('invalid_request')
    expect(reasons(await guess(ann, sms.code(ANN), 1))).toEqual(['verified'])
  })

  it('T14 a code for one intent is nothing for another, and stays good for its own', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: TRANSFER } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent: 'login' })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer' }))).toEqual(['no_pending_challenge'])
    const other = await ann.post('/otp/verify', { code: sms.code(), intent: 'admin' })
    expect(other.body).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'intent', reason: 'unknown' }] })
    const [right] = await guess(ann, sms.code(), 1)
    expect(right?.body).toMatchObject({ status: 'verified', intent: 'login' })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'LOGIN', 'login '])(
    'T14 T43 the intent %j does not exist anywhere',
    async (intent) => {
      const { browser, sms } = await openDoor({ place })
      const ann = browser()
      for (const path of ['send', 'resend', 'verify', 'cancel']) {
        const fields = { send: { to: ANN }, verify: { code: '123456' } }[path] ?? {}
        const answer = await ann.post(`/otp/${path}`, { ...fields, intent })
        expect(answer.status).toBe(400)
        expect(answer.body.errors).toEqual([{ field: 'intent', reason: 'unknown' }])
      }
      expect(sms.messages).toHaveLength(0)
    },
  )

  it('T14 a pointer of one intent put under another name leads nowhere', async () => {
    const sessions = new session.MemoryStore()
    const { browser, sms } = await openDoor({ place, session: { store: sessions }, otp: { intents: TRANSFER } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const cookie = ann.cookies.get('otp.login')
    if (cookie !== undefined) ann.cookies.set('otp.transfer', cookie)
    const stored: Record<string, string> = Reflect.get(sessions, 'sessions')
    for (const [id, text] of Object.entries(stored)) stored[id] = text.replace('"login":', '"transfer":')
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer' }))).toEqual(['no_pending_challenge'])
  })

  it('T34 refuses a context that no message can hold, by name, and leaves the pending code as it is', async () => {
    const intents = { transfer: { context: ['amount', 'payee'] } }
    const { browser, sms } = await openDoor({ place, otp: { intents, host: 'www.example.org' } })
    const ann = browser()
    const context = { amount: '1', payee: 'Bob' }
    await ann.post('/otp/send', { to: ANN, intent: 'transfer', context })
    const long = { amount: '\u4e00'.repeat(40), payee: '\u4e00'.repeat(40) }
    const refused = await ann.post('/otp/send', { to: BOB, intent: 'transfer', context: long })
    expect([refused.status, refused.body.errors]).toEqual([400, [{ field: 'context', reason: 'too_long' }]])
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer', context }))).toEqual(['verified'])
  })

  it('T15 another amount than the one sent makes the right code wrong and ends the challenge', async () => {
    const context = { amount: '12.50 EUR', payee: 'Ann Lee' }
    const intents = { transfer: { context: ['amount', 'payee'] } }
    const { browser, sms, clock } = await openDoor({ place, otp: { intents } })
    const ann = browser()
    const missing = await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    expect(missing.body.errors).toEqual([{ field: 'context', reason: 'required' }])
    await ann.post('/otp/send', { to: ANN, intent: 'transfer', context })
    expect(sms.last()?.text).toContain('12.50 EUR')
    expect(sms.last()?.text).toContain('Ann Lee')

    const bent = { intent: 'transfer', context: { ...context, amount: '99.50 EUR' } }
    const [refused] = await guess(ann, sms.code(), 1, bent)
    expect(refused?.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 0 })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer', context }))).not.toContain('verified')

    clock.advance(30)
    await ann.post('/otp/send', { to: ANN, intent: 'transfer', context })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer' }))).toEqual(['invalid_request'])
    const turned = { payee: context.payee, amount: context.amount }
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer', context: turned }))).toEqual(['verified'])
  })

  it('T16 a code is nothing in another browser, and the challenge does not notice', async () => {
    const { browser, sms } = await openDoor({ place })
    const [ann, eve] = [browser(), browser()]
    const sent = await ann.post('/otp/send', { to: ANN })
    expect(reasons(await guess(eve, sms.code(), 3))).toEqual(new Array(3).fill('no_pending_challenge'))
    await eve.post('/otp/send', { to: BOB })
    expect(reasons(await guess(eve, sms.code(ANN), 2))).toEqual(['invalid_code', 'invalid_code'])

    // What Eve may know of the challenge is its id; the cookie that names it is signed.
    const { id } = sent.body
    const own = eve.cookies.get('otp.login')?.split('.') ?? ['', '', 'x'.repeat(22)]
    for (const forged of [id, `${id}.`, `${id}..`, `${id}.${own[1]}.${own[2]}`, `${id}.${own[1]}.`, `${own[0]}.${id}.${own[2]}`]) {
      eve.cookies.set('otp.login', forged)
      expect(reasons(await guess(eve, sms.code(ANN), 1))[0]).not.toBe('verified')
    }
    expect((await guess(ann, wrong(sms.code(ANN)), 1))[0]?.body.attemptsLeft).toBe(4)
    expect(reasons(await guess(ann, sms.code(ANN), 1))).toEqual(['verified'])
  })

  it.each([
    ['a login', undefined, 'ann'],
    ['a logout', 'ann', undefined],
    ['another user', 'ann', 'bob'],
  ])('T17 after %s in between the code is nothing and nobody gets a grant', async (_what, before, after) => {
    const { browser, sms } = await openDoor({
      place,
      otp: { intents: TRANSFER },
      router: { currentUser: userOf },
      routes(app, service) {
        userRoutes(app)
        guardedRoute(app, service, { intent: 'transfer' })
      },
    })
    const ann = browser()
    await ann.post('/become', { user: before })
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    await ann.post('/become', { user: after })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer' }))).toEqual(['no_pending_challenge'])
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it.each([
    ['a login', undefined, 'ann'],
    ['a logout', 'ann', undefined],
    ['another user', 'ann', 'bob'],
  ])('T17 after %s in between a code for the login logs nobody in', async (_what, before, after) => {
    const logins: string[] = []
    const router = { currentUser: userOf, login: ({ to }: { readonly to: string }) => void logins.push(to) }
    const { browser, sms } = await openDoor({ place, router, routes: userRoutes })
    const ann = browser()
    await ann.post('/become', { user: before })
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/become', { user: after })
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['no_pending_challenge'])
    expect(logins).toEqual([])
    expect((await ann.get('/whoami')).body.user).toBe(after ?? null)
  })

  it('T17 a code asked for by a user who stays the same is good', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: TRANSFER }, router: { currentUser: userOf }, routes: userRoutes })
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'transfer' }))).toEqual(['verified'])
  })
})
