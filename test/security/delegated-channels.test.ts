import { callChannel } from 'express-otp/channels/call'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { testClock } from 'express-otp/testing'
import { delegated } from 'express-otp/transports'
import { describe, expect, it } from 'vitest'
import { codeVendor } from '../helpers/code-vendor.js'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { openVendorDoor } from './delegated-scene.js'
import { ANN, guardedRoute, guess, reasons } from './scenes.js'

describe.each(PLACES)('codes that vendors keep, %s', (place) => {
  it('T59 asks no vendor while the store is away, and revokes a code whose ticket it could not keep', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const away = { verify: false, attach: false }
    const broken = {
      ...store,
      verify: (request: Parameters<typeof store.verify>[0]) => (away.verify ? Promise.reject(new Error('away')) : store.verify(request)),
      attach: (request: Parameters<typeof store.attach>[0]) => (away.attach ? Promise.reject(new Error('away')) : store.attach(request)),
    }
    const { browser, vendor } = await openVendorDoor('octopush', place, { otp: { store: broken, clock, limits: { cooldownSeconds: [1] } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    away.verify = true
    expect((await ann.post('/otp/verify', { code: vendor.code() })).status).toBe(503)
    expect(vendor.checked).toEqual([])
    away.verify = false
    away.attach = true
    clock.advance(1)
    const unkept = await ann.post('/otp/resend')
    expect([unkept.status, unkept.body.reason]).toEqual([503, 'temporarily_unavailable'])
    away.attach = false
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['no_pending_challenge'])
    expect(vendor.checked).toEqual([])
  })

  it('T35 revokes a code that was superseded while the vendor sent it', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const late = { ...store, attach: async () => false }
    const { browser, vendor } = await openVendorDoor('octopush', place, { otp: { store: late, clock } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('delivery_failed')
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['no_pending_challenge'])
  })

  it('T15 T25 asks no vendor about another context, nor about a code that has expired', async () => {
    const { browser, clock, vendor } = await openVendorDoor('octopush', place, {
      otp: { intents: { login: { context: ['amount'] }, signup: {} } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, context: { amount: '5' } })
    const other = await ann.post('/otp/verify', { code: vendor.code(), context: { amount: '6' } })
    expect(other.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 0 })
    clock.advance(30)
    await ann.post('/otp/send', { to: ANN, intent: 'signup' })
    clock.advance(300)
    expect((await ann.post('/otp/verify', { code: vendor.code(), intent: 'signup' })).body.reason).toBe('expired')
    expect(vendor.checked).toEqual([])
  })

  it('T66 sends a sandboxed address no code of the vendor, but answers one of ours', async () => {
    const { browser, vendor } = await openVendorDoor('octopush', place, { otp: { sandbox: { recipients: [ANN] } } })
    const ann = browser()
    const { body } = await ann.post('/otp/send', { to: ANN })
    expect(body.sandboxCodes.sms).toMatch(/^\d{6}$/)
    expect(reasons(await guess(ann, body.sandboxCodes.sms, 1))).toEqual(['verified'])
    expect(vendor.starts).toEqual([])
    expect(vendor.checked).toEqual([])
  })

  it('T65 keeps tickets and addresses encrypted', async () => {
    const clock = testClock()
    const store = memoryStore({ clock })
    const told: string[] = []
    const watched = new Proxy(store, {
      get: (target, verb) => async (request: unknown) => {
        const decision = await Reflect.apply(Reflect.get(target, verb), target, [request])
        told.push(JSON.stringify([request, decision]) ?? '')
        return decision
      },
    })
    const { browser, vendor } = await openVendorDoor('octopush', place, { otp: { store: watched, clock } })
    const ann = browser()
    const { text } = await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: vendor.code() })
    expect(told.join()).toContain('"sealed"')
    for (const secret of ['ticket-1', ANN, vendor.code()]) expect(told.join() + text).not.toContain(secret)
  })

  it('keeps the newest two codes where the intent says so', async () => {
    const { browser, clock, vendor } = await openVendorDoor('octopush', place, { otp: { intents: { login: { resend: 'keep' } } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = vendor.code()
    clock.advance(30)
    await ann.post('/otp/resend')
    expect(reasons(await guess(ann, old, 1))).toEqual(['verified'])
    expect(vendor.checked).toEqual([old, old])
  })

  it('T68 proves a code of ours and a code of the vendor beside each other, any or all', async () => {
    for (const mode of ['any', 'all'] as const) {
      const { browser, clock, mail, vendor } = await openVendorDoor('sendmator', place, {
        otp: { intents: { login: { mode } }, limits: { recipientSendsPerHour: 10 } },
      })
      const both = { channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' } }
      const ann = browser()
      await ann.post('/otp/send', both)
      const bad = await ann.post('/otp/verify', { codes: { sms: wrong(vendor.code()), email: wrong(mail.code()) } })
      expect(bad.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
      const half = await ann.post('/otp/verify', { codes: { sms: vendor.code(), email: wrong(mail.code()) } })
      if (mode === 'any') expect(half.body).toMatchObject({ complete: true, channel: 'sms' })
      else {
        expect(half.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 3 })
        expect((await ann.get('/otp/status')).body).toMatchObject({ pending: [{ waiting: ['email'], attemptsLeft: 3 }] })
        expect((await ann.post('/otp/verify', { code: mail.code() })).body).toMatchObject({ complete: true })
      }
      clock.advance(60)
      const bob = browser()
      await bob.post('/otp/send', both)
      const whole = await bob.post('/otp/verify', { codes: { email: mail.code(), sms: vendor.code() } })
      expect(whole.body).toMatchObject({ status: 'verified', complete: true })
    }
  })

  it('T68 gives the attempt back where every code of a submission was right', async () => {
    const { browser, vendor, mail } = await openVendorDoor('octopush', place, {
      otp: { intents: { login: { mode: 'all' } }, limits: { recipientSendsPerHour: 10 } },
    })
    const ann = browser()
    await ann.post('/otp/send', { channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' } })
    expect((await ann.post('/otp/verify', { code: vendor.code() })).body).toMatchObject({ complete: false, waiting: ['email'] })
    expect((await ann.post('/otp/verify', { code: wrong(mail.code()) })).body.attemptsLeft).toBe(4)
    expect((await ann.post('/otp/verify', { code: mail.code() })).body).toMatchObject({ complete: true })
  })

  it('T33 goes on to the next channel where the vendor has refused', async () => {
    const [sms, call] = [await codeVendor('unimatrix'), await codeVendor('octopush')]
    const channels = [smsChannel({ transport: delegated(sms.delegate) }), callChannel({ transport: delegated(call.delegate) })]
    const { browser } = await openDoor({
      place,
      otp: { channels, intents: { login: { fallback: true } }, limits: { cooldownSeconds: [1] } },
    })
    sms.mood = 'refusing'
    const ann = browser()
    const { body } = await ann.post('/otp/send', { to: ANN })
    expect(body.channels).toMatchObject({ sms: { sent: false }, call: { sent: true } })
    expect(reasons(await guess(ann, call.code(), 1))).toEqual(['verified'])
    expect(sms.checked).toEqual([])
  })

  it('asks the second vendor where the first does not answer, and says 503 only where none called the code right', async () => {
    const [sms, call] = [await codeVendor('unimatrix'), await codeVendor('octopush')]
    const channels = [smsChannel({ transport: delegated(sms.delegate) }), callChannel({ transport: delegated(call.delegate) })]
    const { browser } = await openDoor({ place, otp: { channels, intents: { login: {} }, limits: { recipientSendsPerHour: 10 } } })
    const ann = browser()
    await ann.post('/otp/send', { channels: ['sms', 'call'], recipients: { sms: ANN, call: '+12068800456' } })
    for (const [one, other] of [
      [sms, call],
      [call, sms],
    ] as const) {
      one.mood = 'refusing'
      expect((await ann.post('/otp/verify', { code: wrong(other.code()) })).status).toBe(503)
      one.mood = 'well'
    }
    call.mood = 'refusing'
    expect((await ann.post('/otp/verify', { code: sms.code() })).body).toMatchObject({ complete: true, channel: 'sms' })
  })

  it('T18 leaves a grant that a guard spends once', async () => {
    const vendor = await codeVendor('octopush')
    const channels = [smsChannel({ transport: delegated(vendor.delegate) })]
    const { browser } = await openDoor({
      place,
      otp: { channels, intents: { transfer: {} } },
      routes: (app, otp) => guardedRoute(app, otp, { intent: 'transfer' }),
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    expect((await ann.post('/guarded')).status).toBe(401)
    await ann.post('/otp/verify', { code: vendor.code(), intent: 'transfer' })
    expect((await ann.post('/guarded')).body).toMatchObject({ done: true, otp: { to: ANN, channel: 'sms' } })
    expect((await ann.post('/guarded')).status).toBe(401)
  })

  it('T32 answers before the vendor is asked where delivery is in the background', async () => {
    const { browser, vendor } = await openVendorDoor('octopush', place, { otp: { delivery: 'background' } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    await expect.poll(() => vendor.codes.length).toBe(1)
    await expect.poll(async () => (await ann.post('/otp/verify', { code: vendor.code() })).body.status).toBe('verified')
  })
})
