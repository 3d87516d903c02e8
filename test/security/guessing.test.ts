import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, guess, looks, numbers, reasons } from './scenes.js'

/** Time and addresses stand in the way of these tests, not of the attack. */
const OPEN = { cooldownSeconds: [1], recipientSendsPerHour: 60, recipientSendsPerHourFromOneBlock: 60, recipientSendsPerDay: 200 }

describe.each(PLACES)('guessing %s', (place) => {
  it('T01 counts the guesses of one challenge down, and then takes not even the right code', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const code = sms.code()
    const answers = await guess(ann, wrong(code), 5)
    expect(answers.map(({ status, body }) => [status, body.reason, body.attemptsLeft])).toEqual([
      [400, 'invalid_code', 4],
      [400, 'invalid_code', 3],
      [400, 'invalid_code', 2],
      [400, 'invalid_code', 1],
      [429, 'too_many_attempts', undefined],
    ])
    expect(reasons(await guess(ann, code, 2))).toEqual(['too_many_attempts', 'too_many_attempts'])
    clock.advance(300)
    expect(reasons(await guess(ann, code, 1))).toEqual(['expired'])
  })

  it('T01 a new code after the last guess is a new challenge, and does not bring the old code back', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = sms.code()
    await guess(ann, wrong(old), 5)
    clock.advance(30)
    expect((await ann.post('/otp/resend')).body.status).toBe('sent')
    expect(sms.code()).not.toBe(old)
    expect(reasons(await guess(ann, old, 1))).toEqual(['invalid_code'])
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T01 failures do not lengthen the life of the code', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(299)
    await guess(ann, wrong(sms.code()), 1)
    clock.advance(1)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['expired'])
  })

  it('T03 T04 a resend gives no guess back: after ten failures the recipient pauses', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const [count, wait] of [
      [4, 30],
      [4, 60],
    ] as const) {
      await guess(ann, wrong(sms.code()), count)
      clock.advance(wait)
      expect((await ann.post('/otp/resend')).status).toBe(200)
    }
    expect(reasons(await guess(ann, wrong(sms.code()), 2))).toEqual(['invalid_code', 'invalid_code'])
    const [refused] = await guess(ann, sms.code(), 1)
    expect(refused?.status).toBe(429)
    expect(refused?.body).toMatchObject({ reason: 'rate_limited', retryAfter: 30 })
    expect(refused?.headers.get('retry-after')).toBe('30')
    clock.advance(30)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T04 neither a fresh cookie jar nor an older copy of the cookies sees other counters', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: OPEN } })
    const first = browser()
    await first.post('/otp/send', { to: ANN })
    const old = browser(first)
    await guess(first, wrong(sms.code()), 3)
    expect((await guess(old, wrong(sms.code()), 1))[0]?.body.attemptsLeft).toBe(1)
    for (const count of [4, 2]) {
      clock.advance(1)
      const fresh = browser()
      await fresh.post('/otp/send', { to: ANN })
      await guess(fresh, wrong(sms.code()), count)
    }
    clock.advance(1)
    const next = await browser().post('/otp/send', { to: ANN })
    expect([next.status, next.body.reason]).toEqual([429, 'rate_limited'])
    expect(reasons(await guess(old, sms.code(), 1))).toEqual(['rate_limited'])
  })

  it('T06 neither another address for each request nor another spelling of it helps', async () => {
    const { browser, sms } = await openDoor({ place, before: (app) => app.set('trust proxy', 1) })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN }, { 'X-Forwarded-For': '192.0.2.1' })
    const addresses = ['192.0.2.2', '2001:db8::1', '::ffff:192.0.2.3', '198.51.100.1', '203.0.113.1', '203.0.113.2']
    const answers: unknown[] = []
    for (const address of addresses) {
      const answer = await ann.post('/otp/verify', { code: wrong(sms.code()) }, { 'X-Forwarded-For': address })
      answers.push(answer.body.attemptsLeft ?? answer.body.reason)
    }
    expect(answers).toEqual([4, 3, 2, 1, 'too_many_attempts', 'too_many_attempts'])
  })

  it('T06 failures from one IPv6 block count together, whatever its end', async () => {
    const { browser, sms } = await openDoor({
      place,
      before: (app) => app.set('trust proxy', 1),
      otp: { limits: { blockFailuresPerHour: 10 } },
    })
    const [first = '', second = '', third = ''] = numbers(3)
    const from = (end: number): Record<string, string> => ({ 'X-Forwarded-For': `2001:db8:0:1::${end.toString(16)}` })
    for (const to of [first, second]) {
      const ann = browser()
      await ann.post('/otp/send', { to }, from(1))
      for (let end = 2; end < 7; end++) await ann.post('/otp/verify', { code: wrong(sms.code()) }, from(end))
    }
    const bob = browser()
    const limited = await bob.post('/otp/send', { to: third }, from(9))
    expect([limited.status, limited.body.reason]).toEqual([429, 'rate_limited'])
    const elsewhere = { 'X-Forwarded-For': '2001:db8:0:2::1' }
    expect((await bob.post('/otp/send', { to: third }, elsewhere)).status).toBe(200)
    expect((await bob.post('/otp/verify', { code: sms.code() }, from(10))).body.reason).toBe('rate_limited')
    expect((await bob.post('/otp/verify', { code: sms.code() }, elsewhere)).body.status).toBe('verified')
  })

  it('T10 in a pause right and wrong look the same, and the right code is not used up', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: { failuresBeforePause: 3 } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const code = sms.code()
    await guess(ann, wrong(code), 3)
    const [paused] = await guess(ann, wrong(code), 1)
    const [right] = await guess(ann, code, 1)
    expect(paused?.body.reason).toBe('rate_limited')
    expect(looks(right ?? never())).toEqual(looks(paused ?? never()))
    clock.advance(30)
    expect(reasons(await guess(ann, code, 1))).toEqual(['verified'])
  })

  it('T10 of a disabled recipient right and wrong look the same, until it is released', async () => {
    const { browser, sms, otp } = await openDoor({
      place,
      otp: { limits: { failuresBeforeDisabled: 5 }, intents: { login: { maxAttempts: 10 } } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const code = sms.code()
    await guess(ann, wrong(code), 5)
    const [[refused], [right]] = [await guess(ann, wrong(code), 1), await guess(ann, code, 1)]
    expect(refused?.body.reason).toBe('rate_limited')
    expect(looks(right ?? never())).toEqual(looks(refused ?? never()))
    const released: object[] = []
    otp.on('released', (event) => released.push(event))
    expect(await otp.release(' (206) 880-0123')).toBe(false)
    expect(await otp.release('+1 206 880 0123')).toBe(true)
    expect(released).toEqual([{ tenant: '', recipient: expect.stringMatching(/^[\w-]{16}$/), to: '+1206\u2022\u2022\u20220123' }])
    expect(reasons(await guess(ann, code, 1))).toEqual(['verified'])
  })

  it.each([
    ['too_many_attempts', 5, 0],
    ['expired', 0, 300],
  ])('T10 after %s right and wrong look the same', async (reason, failures, wait) => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await guess(ann, wrong(sms.code()), failures)
    clock.advance(wait)
    const [[refused], [right]] = [await guess(ann, wrong(sms.code()), 1), await guess(ann, sms.code(), 1)]
    expect(refused?.body.reason).toBe(reason)
    expect(looks(right ?? never())).toEqual(looks(refused ?? never()))
  })
})

function never(): never {
  throw new Error('no answer')
}
