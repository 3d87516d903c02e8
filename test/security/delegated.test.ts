import { describe, expect, it } from 'vitest'
import { VENDOR_NAMES } from '../helpers/code-vendor.js'
import { PLACES, wrong } from '../helpers/door-app.js'
import { openVendorDoor } from './delegated-scene.js'
import { ANN, guess, numbers, reasons } from './scenes.js'

function tally(said: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of said) counts[String(one)] = (counts[String(one)] ?? 0) + 1
  return counts
}

describe.each(PLACES.flatMap((place) => VENDOR_NAMES.map((name) => [name, place] as const)))('codes that %s keeps, %s', (name, place) => {
  it('T21 logs in once with the code that the vendor sent, and keeps its counters and events as always', async () => {
    const { browser, clock, events, vendor } = await openVendorDoor(name, place)
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
    const { browser, vendor } = await openVendorDoor(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const answers = await guess(ann, wrong(vendor.code()), 5)
    expect(answers.map(({ body }) => body.attemptsLeft ?? body.reason)).toEqual([4, 3, 2, 1, 'too_many_attempts'])
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['too_many_attempts'])
    expect(vendor.checked).toHaveLength(5)
  })

  it('T01 takes the right code with the last attempt too', async () => {
    const { browser, vendor } = await openVendorDoor(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(vendor.code()), 4)
    expect(reasons(await guess(ann, vendor.code(), 1))).toEqual(['verified'])
  })

  it('T02 of 500 guesses at once the vendor sees five', async () => {
    const { browser, vendor } = await openVendorDoor(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const copies = Array.from({ length: 500 }, (_, index) => browser(ann).post('/otp/verify', { code: String(100_000 + index) }))
    const said = reasons(await Promise.all(copies))
    expect(vendor.checked).toHaveLength(5)
    expect(tally(said)).toMatchObject({ invalid_code: 4 })
    expect(said).not.toContain('verified')
  })

  it('T22 of 300 right codes at once one logs in, also where the vendor calls each of them right', async () => {
    const { browser, events, vendor } = await openVendorDoor(name, place)
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
    const { browser, clock, events, vendor } = await openVendorDoor(name, place, {
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
    const { browser, events, vendor } = await openVendorDoor(name, place)
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
    const { browser, clock, vendor } = await openVendorDoor(name, place)
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = vendor.code()
    clock.advance(30)
    expect((await ann.post('/otp/resend')).status).toBe(200)
    expect(vendor.codes).toHaveLength(2)
    expect(reasons([...(await guess(ann, old, 1)), ...(await guess(ann, vendor.code(), 1))])).toEqual(['invalid_code', 'verified'])
  })
})
