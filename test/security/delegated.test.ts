import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { delegated } from 'express-otp/transports'
import { describe, expect, it } from 'vitest'
import { type CodeVendor, codeVendor, VENDOR_NAMES, type VendorName } from '../helpers/code-vendor.js'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, type PlaceName, wrong } from '../helpers/door-app.js'
import { ANN, guardedRoute, guess, numbers, reasons } from './scenes.js'

interface Scene extends DoorApp {
  readonly vendor: CodeVendor
  /** Every event, as `name outcome`. */
  readonly events: string[]
}

/** The session door, whose SMS are a vendor's and whose mail is ours. */
async function open(name: VendorName, place: PlaceName, options: DoorAppOptions = {}): Promise<Scene> {
  const vendor = await codeVendor(name)
  const mail = outbox('mail-outbox')
  const channels = [smsChannel({ transport: delegated(vendor.delegate) }), emailChannel({ transport: mail })]
  const door = await openDoor({ place, ...options, otp: { channels, ...options.otp } })
  const events: string[] = []
  for (const event of ['issued', 'sent', 'delivery_failed', 'verified', 'unavailable'] as const)
    door.otp.on(event, () => events.push(event))
  door.otp.on('rejected', ({ outcome }) => events.push(`rejected ${outcome}`))
  return { ...door, mail, vendor, events }
}

function tally(said: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of said) counts[String(one)] = (counts[String(one)] ?? 0) + 1
  return counts
}

describe.each(PLACES.flatMap((place) => VENDOR_NAMES.map((name) => [name, place] as const)))('codes that %s keeps, %s', (name, place) => {
  it('T21 logs in once with the code that the vendor sent, and keeps its counters and events as always', async () => {
    const { browser, clock, events, vendor } = await open(name, place)
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: ANN })
    expect(sent.body).toMatchObject({ status: 'sent', channel: 'sms', attemptsLeft: 5, expiresIn: 300, resendIn: 30 })
    expect(sent.body.channels).toEqual({ sms: { sent: true, id: 'message-1', parts: 1 } })
    expect(vendor.starts).toEqual([{ to: ANN, channel: 'sms' }])
    expect((await browser().post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    expect((await ann.post('/otp/verify', { code: wrong(vendor.code()) })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    const copy = browser(ann)
    expect((await ann.post('/otp/verify', { code: vendor.code() })).body).toMatchObject({
      status: 'verified',
      complete: true,
      channel: 'sms',
      to: ANN,
    })
    expect(reasons(await guess(copy, vendor.code(), 2))).toEqual(['no_pending_challenge', 'no_pending_challenge'])
    expect(events.filter((event) => event !== 'rejected gone')).toEqual(['issued', 'sent', 'rejected wrong', 'verified'])
    expect(vendor.checked).toEqual([wrong(vendor.code()), vendor.code()])
    // Used, the code gives its place in the quota back.
    clock.advance(30)
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(200)
  })

  it('T01 counts down, ends with the last attempt, and lets the vendor see no guess beyond it', async () => {
    const { browser, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const answers = await guess(ann, wrong(vendor.code()), 5)
    expect(answers.map(({ body }) => body.attemptsLeft ?? body.reason)).toEqual([4, 3, 2, 1, 'too_many_attempts'])
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['too_many_attempts'])
    expect(vendor.checked).toHaveLength(5)
  })

  it('T01 takes the right code with the last attempt too', async () => {
    const { browser, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(vendor.code()), 4)
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['verified'])
  })

  it('T02 of 500 guesses at once the vendor sees five', async () => {
    const { browser, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const copies = Array.from({ length: 500 }, (_, index) => browser(ann).post('/otp/verify', { code: String(100_000 + index) }))
    const said = reasons(await Promise.all(copies))
    expect(vendor.checked).toHaveLength(5)
    expect(tally(said)).toMatchObject({ invalid_code: 4 })
    expect(said).not.toContain('verified')
  })

  it('T22 of 300 right codes at once one logs in, also where the vendor calls each of them right', async () => {
    const { browser, events, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    vendor.mood = 'eager'
    const copies = Array.from({ length: 300 }, () => browser(ann).post('/otp/verify', { code: vendor.code() }))
    const said = reasons(await Promise.all(copies))
    expect(tally(said).verified).toBe(1)
    expect(events.filter((event) => event === 'verified')).toHaveLength(1)
    expect(vendor.checked.length).toBeLessThanOrEqual(5)
  })

  it('T35 asks once for a code; silence uses the place in the quota up, a refusal gives it back', async () => {
    const [first = '', second = ''] = numbers(2)
    const { browser, clock, events, vendor } = await open(name, place, {
      otp: { limits: { recipientSendsPerHour: 2, cooldownSeconds: [1] } },
    })
    for (const [mood, to, later] of [
      ['silent', first, [200, 429]],
      ['refusing', second, [200, 200]],
    ] as const) {
      const ann = browser()
      vendor.mood = mood
      const failed = await ann.post('/otp/send', { to })
      expect([failed.status, failed.body.reason]).toEqual([502, 'delivery_failed'])
      vendor.mood = 'well'
      expect(reasons(await guess(ann, '123456', 1))).toEqual(['no_pending_challenge'])
      const statuses = []
      for (let send = 0; send < 2; send++) {
        clock.advance(1)
        statuses.push((await browser().post('/otp/send', { to })).status)
      }
      expect(statuses).toEqual(later)
    }
    expect(events.filter((event) => event === 'delivery_failed')).toHaveLength(2)
  })

  it('T59 answers 503 where the vendor does not say, keeps the charge, and takes the code once it does', async () => {
    const { browser, events, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const mood of ['silent', 'refusing'] as const) {
      vendor.mood = mood
      const { status, body } = await ann.post('/otp/verify', { code: vendor.code() })
      expect([status, body.reason]).toEqual([503, 'temporarily_unavailable'])
    }
    expect(events.slice(2)).toEqual(['unavailable', 'rejected wrong', 'unavailable', 'rejected wrong'])
    vendor.mood = 'well'
    expect((await ann.post('/otp/verify', { code: wrong(vendor.code()) })).body.attemptsLeft).toBe(2)
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['verified'])
  })

  it('starts again for a resend, and compares with the new code', async () => {
    const { browser, clock, vendor } = await open(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = vendor.code()
    clock.advance(30)
    expect((await ann.post('/otp/resend')).status).toBe(200)
    expect(vendor.codes).toHaveLength(2)
    expect(reasons([...(await guess(ann, old, 1)), ...(await guess(ann, vendor.code(), 1))])).toEqual(['invalid_code', 'verified'])
  })
})

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
    const { browser, vendor } = await open('octopush', place, { otp: { store: broken, clock, limits: { cooldownSeconds: [1] } } })
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
    const { browser, vendor } = await open('octopush', place, { otp: { store: late, clock } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('delivery_failed')
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['no_pending_challenge'])
  })

  it('T15 T25 asks no vendor about another context, nor about a code that has expired', async () => {
    const { browser, clock, vendor } = await open('octopush', place, { otp: { intents: { login: { context: ['amount'] }, signup: {} } } })
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
    const { browser, vendor } = await open('octopush', place, { otp: { sandbox: { recipients: [ANN] } } })
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
    const { browser, vendor } = await open('octopush', place, { otp: { store: watched, clock } })
    const ann = browser()
    const { text } = await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: vendor.code() })
    expect(told.join()).toContain('"sealed"')
    for (const secret of ['ticket-1', ANN, vendor.code()]) expect(told.join() + text).not.toContain(secret)
  })

  it('keeps the newest two codes where the intent says so', async () => {
    const { browser, clock, vendor } = await open('octopush', place, { otp: { intents: { login: { resend: 'keep' } } } })
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
      const { browser, clock, mail, vendor } = await open('sendmator', place, {
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
    const { browser, vendor, mail } = await open('octopush', place, {
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
    const { browser, vendor } = await open('octopush', place, { otp: { delivery: 'background' } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    await expect.poll(() => vendor.codes.length).toBe(1)
    await expect.poll(async () => (await ann.post('/otp/verify', { code: vendor.code() })).body.status).toBe('verified')
  })
})
