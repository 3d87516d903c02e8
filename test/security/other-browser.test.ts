import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionRouter } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, SECRET } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

const INTENTS = { login: {}, signup: { allowOtherBrowser: true }, confirm: { allowOtherBrowser: true }, transfer: {} }

describe.each(PLACES)('a code typed in another browser %s', (place) => {
  it('T16 proves where it was typed, for an intent that allows it', async () => {
    const { browser, sms } = await openDoor({
      place,
      otp: { intents: INTENTS },
      routes: (app, otp) => guardedRoute(app, otp, { intent: 'signup' }),
    })
    const [desktop, phone] = [browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'signup' })).body
    const verified = await phone.post('/otp/verify', { id, code: sms.code(), intent: 'signup' })
    expect(verified.body).toMatchObject({ status: 'verified', intent: 'signup', to: ANN })
    expect((await desktop.post('/guarded', {})).status).toBe(401)
    expect((await phone.post('/guarded', {})).status).toBe(200)
    expect((await desktop.get('/otp/status')).body).toEqual({ pending: [], grants: [] })
  })

  it('T16 T21 T22 is right once, wherever, and counts as every other guess', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS } })
    const [desktop, phone, other] = [browser(), browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'signup' })).body
    expect(
      (await phone.post('/otp/verify', { id, code: '000000' === sms.code() ? '000001' : '000000', intent: 'signup' })).body,
    ).toMatchObject({
      reason: 'invalid_code',
      attemptsLeft: 4,
    })
    const answers = await Promise.all(
      [desktop, phone, other].map((one) =>
        one.post('/otp/verify', { ...(one === desktop ? {} : { id }), code: sms.code(), intent: 'signup' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await phone.post('/otp/verify', { id, code: sms.code(), intent: 'signup' })).body.reason).toBe('no_pending_challenge')
  })

  it('T16 is nothing without the id, with another one, or for another intent', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS } })
    const [desktop, phone] = [browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'signup' })).body
    expect(reasons(await guess(phone, sms.code(), 1, { intent: 'signup' }))).toEqual(['no_pending_challenge'])
    for (const other of [`${String(id).slice(0, -1)}_`, 'nothing', '', '../..']) {
      const refused = await phone.post('/otp/verify', { id: other, code: sms.code(), intent: 'signup' })
      expect(refused.body.reason).toBe('no_pending_challenge')
    }
    for (const id of [7, ['a'], null, 'a'.repeat(201)]) {
      const refused = await phone.post('/otp/verify', { id, code: sms.code(), intent: 'signup' })
      expect(refused.body).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'id' }] })
    }
    expect((await phone.post('/otp/verify', { id, code: sms.code(), intent: 'confirm' })).body.reason).toBe('no_pending_challenge')
    expect(reasons(await guess(desktop, sms.code(), 1, { intent: 'signup' }))).toEqual(['verified'])
  })

  it.each(['login', 'transfer'])('T16 is refused by name for the intent %s, which does not allow it', async (intent) => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS } })
    const [desktop, phone] = [browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent })).body
    const refused = await phone.post('/otp/verify', { id, code: sms.code(), intent })
    expect(refused.body).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'id', reason: 'unknown_field' }] })
    expect(reasons(await guess(desktop, sms.code(), 1, { intent }))).toEqual(['verified'])
  })

  it('T16 leaves what the other browser has pending itself', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS } })
    const [desktop, phone] = [browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'signup' })).body
    const code = sms.code(ANN)
    await phone.post('/otp/send', { to: 'bob@example.org', intent: 'signup' })
    expect((await phone.post('/otp/verify', { id, code, intent: 'signup' })).body).toMatchObject({ status: 'verified', to: ANN })
    const { pending } = (await phone.get('/otp/status')).body
    expect(pending).toMatchObject([{ intent: 'signup' }])
  })

  it('T17 is nothing where another user is signed in than asked for it', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS }, router: { currentUser: userOf }, routes: userRoutes })
    const [desktop, phone] = [browser(), browser()]
    await desktop.post('/become', { user: 'ann' })
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'confirm' })).body
    const type = (): Promise<{ readonly body: Readonly<Record<string, unknown>> }> =>
      phone.post('/otp/verify', { id, code: sms.code(), intent: 'confirm' })
    expect((await type()).body.reason).toBe('no_pending_challenge')
    await phone.post('/become', { user: 'bob' })
    expect((await type()).body.reason).toBe('no_pending_challenge')
    await phone.post('/become', { user: 'ann' })
    expect((await type()).body.status).toBe('verified')
  })

  it.each(['signup', 'confirm'])(
    'T17 of %s is nothing for somebody who is signed in where it was typed, and stays good',
    async (intent) => {
      const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS }, router: { currentUser: userOf }, routes: userRoutes })
      const [desktop, phone] = [browser(), browser()]
      await phone.post('/become', { user: 'bob' })
      const { id } = (await desktop.post('/otp/send', { to: ANN, intent })).body
      expect((await phone.post('/otp/verify', { id, code: sms.code(), intent })).body.reason).toBe('no_pending_challenge')
      expect(reasons(await guess(desktop, sms.code(), 1, { intent }))).toEqual(['verified'])
    },
  )

  it('T16 T21 the browser that asked is not told that another was right, and the one that was right is', async () => {
    const { browser, sms } = await openDoor({ place, otp: { intents: INTENTS } })
    const [desktop, phone] = [browser(), browser()]
    const { id } = (await desktop.post('/otp/send', { to: ANN, intent: 'signup' })).body
    const fields = { id, code: sms.code(), intent: 'signup' }
    expect((await phone.post('/otp/verify', fields)).status).toBe(200)
    for (const again of [fields, { ...fields, id: undefined }]) {
      expect((await phone.post('/otp/verify', again)).body).toMatchObject({ reason: 'no_pending_challenge', alreadyVerified: true })
      const told = (await desktop.post('/otp/verify', again)).body
      expect([told.reason, told.alreadyVerified]).toEqual(['no_pending_challenge', undefined])
    }
  })
})

describe('allowOtherBrowser', () => {
  const channels = [smsChannel({ transport: outbox() })]

  it.each([
    ['login', {}],
    ['after-password', { secondFactor: true, recipient: () => ANN }],
  ])('T16 is refused at start for the login %s', (name, more) => {
    const make = (): unknown => createOtp({ secret: SECRET, channels, intents: { [name]: { allowOtherBrowser: true, ...more } } })
    expect(make).toThrow(`intent "${name}": option "allowOtherBrowser" is not for logins`)
  })

  it('T16 is refused at start for the intent by which a router logs in', () => {
    const otp = createOtp({ secret: SECRET, channels, intents: { enter: { allowOtherBrowser: true } } })
    expect(() => sessionRouter(otp, { loginIntent: 'enter' })).toThrow('"enter", whose option "allowOtherBrowser" is not for logins')
  })
})
