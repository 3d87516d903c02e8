import type { Channel } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, BOB, guess, numbers, reasons } from './scenes.js'

describe.each(PLACES)('sending %s', (place) => {
  it('T27 T52 a recipient gets one message in 30 s, then in 60, then in 120, whoever asks', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: { recipientSendsPerHourFromOneBlock: 60 } } })
    for (const wait of [30, 60, 120, 120]) {
      const sent = await browser().post('/otp/send', { to: ANN })
      // What a stranger is told comes from its own send alone.
      expect([sent.status, sent.body.resendIn]).toEqual([200, 30])
      // Nothing stays pending, so that no other limit stands in the way.
      clock.advance(wait - 1)
      const early = await browser().post('/otp/send', { to: ANN })
      expect([early.status, early.body.reason, early.body.retryAfter]).toEqual([429, 'rate_limited', 30])
      expect(early.headers.get('retry-after')).toBe('30')
      clock.advance(300)
    }
    expect(sms.messages).toHaveLength(4)
  })

  it('T27 a recipient gets five messages an hour and ten a day', async () => {
    const { browser, sms, clock } = await openDoor({ place, otp: { limits: { recipientSendsPerHourFromOneBlock: 60 } } })
    const statuses: number[] = []
    for (let minute = 0; minute < 30; minute++) {
      statuses.push((await browser().post('/otp/send', { to: ANN })).status)
      clock.advance(301)
    }
    expect(sms.messages).toHaveLength(10)
    expect(statuses.slice(0, 6)).toEqual([200, 200, 200, 200, 200, 429])
    expect(statuses.slice(20)).toEqual(new Array(10).fill(429))
    clock.advance(86_400)
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(200)
  })

  it('T27 another channel or intent is a send like any other', async () => {
    const calls = outbox('calls')
    const texts = outbox('texts')
    const call: Channel = { ...smsChannel({ transport: calls }), name: 'call' }
    const { browser, clock } = await openDoor({
      place,
      otp: { channels: [smsChannel({ transport: texts }), call], intents: { login: {}, signup: {} } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const refused of [
      await ann.post('/otp/resend', { channel: 'call' }),
      await ann.post('/otp/send', { to: ANN, channel: 'call' }),
      await browser().post('/otp/send', { to: ANN, intent: 'signup' }),
    ]) {
      expect([refused.status, refused.body.reason]).toEqual([429, 'rate_limited'])
    }
    expect(calls.messages).toHaveLength(0)
    clock.advance(30)
    expect((await ann.post('/otp/resend', { channel: 'call' })).body).toMatchObject({ status: 'sent', channel: 'call', resendIn: 60 })
    expect(reasons(await guess(ann, texts.code(), 1))).toEqual(['invalid_code'])
    expect(reasons(await guess(ann, calls.code(), 1))).toEqual(['verified'])
  })

  it('T27 T53 one address reaches ten recipients an hour; a header that it makes up changes nothing', async () => {
    const { browser, sms } = await openDoor({ place })
    const statuses: number[] = []
    for (const [index, to] of numbers(12).entries()) {
      const headers = { 'X-Forwarded-For': `192.0.2.${index}`, Forwarded: `for=192.0.2.${index}`, 'X-Real-IP': `192.0.2.${index}` }
      statuses.push((await browser().post('/otp/send', { to }, headers)).status)
    }
    expect(statuses).toEqual([...new Array(10).fill(200), 429, 429])
    expect(sms.messages).toHaveLength(10)
  })

  it('T27 `addressLimits: false` runs without limits by address', async () => {
    const { browser, sms } = await openDoor({ place, router: { addressLimits: false } })
    for (const to of numbers(12)) await browser().post('/otp/send', { to })
    expect(sms.messages).toHaveLength(12)
  })

  it('T20 T34 the message names the service, the intent and the host of the options, and nothing of the request', async () => {
    const { browser, sms, mail } = await openDoor({
      place,
      otp: { host: 'app.example', intents: { login: {}, pay: { context: ['payee'] } } },
    })
    const ann = browser()
    const marks = {
      'X-Forwarded-Host': 'evil.example',
      'X-Mark': 'evil.example',
      'User-Agent': 'evil.example',
      Referer: 'https://evil.example/',
    }
    await ann.post('/otp/send?text=evil.example', { to: ANN, locale: 'en-US-evil', intent: 'pay', context: { payee: 'Carol' } }, marks)
    await ann.post('/otp/send', { to: 'ann@example.org' }, marks)
    const texts = [sms.last()?.text, mail.last()?.subject, mail.last()?.text, mail.last()?.html].join('\n')
    expect(texts).not.toMatch(/evil|undefined|null/)
    expect(sms.last()?.text).toMatch(/Acme/)
    expect(sms.last()?.text).toMatch(/pay/)
    expect(sms.last()?.text).toMatch(/Carol/)
    expect(sms.last()?.text).toMatch(/Do not share/)
    expect(sms.last()?.text.split('\n').at(-1)).toBe(`@app.example #${sms.code()}`)
    expect(mail.last()?.text).toMatch(/Do not share/)
  })

  it('T20 says "This service" where no name is given, and no host where none is', async () => {
    const { browser, sms } = await openDoor({ place, otp: { service: undefined, intents: { login: { codeLength: 8 } } } })
    const sent = await browser().post('/otp/send', { to: ANN }, { Host: 'evil.example' })
    expect(sms.last()?.text).toContain('This service')
    expect(sms.last()?.text).not.toMatch(/@|#|evil/)
    expect([sms.code().length, sent.body.codeLength]).toEqual([8, 8])
  })

  it.each([
    ['a link', 'pay24.com now'],
    ['a line', 'Carol\nDear customer'],
    ['a mention', '@evil #123456'],
    ['too much', 'x'.repeat(41)],
    ['markup', '<a>'],
  ])('T34 a value with %s reaches nobody', async (_what, payee) => {
    const { browser, sms } = await openDoor({ place, otp: { intents: { pay: { context: ['payee'] } } } })
    const refused = await browser().post('/otp/send', { to: ANN, intent: 'pay', context: { payee } })
    expect(refused.body).toMatchObject({ status: 400, errors: [{ field: 'context.payee', reason: 'invalid_text' }] })
    expect(refused.text).not.toContain(payee.slice(0, 4))
    expect(sms.messages).toHaveLength(0)
  })

  it('T35 a message that is refused ends the challenge; the recipient gets the place back, the address does not', async () => {
    const { browser, sms } = await openDoor({ place, otp: { limits: { blockSendsPerHour: 2 } } })
    const ann = browser()
    sms.refuseNext()
    const failed = await ann.post('/otp/send', { to: ANN })
    expect([failed.status, failed.body]).toEqual([
      502,
      { type: 'urn:express-otp:delivery_failed', title: 'The message could not be delivered.', status: 502, reason: 'delivery_failed' },
    ])
    expect(sms.messages).toHaveLength(0)
    expect(reasons(await guess(ann, '000000', 1))).toEqual(['no_pending_challenge'])
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect((await ann.post('/otp/send', { to: BOB })).body.reason).toBe('rate_limited')
  })

  it('T35 silence counts as sent: nothing is repeated, and the place stays used', async () => {
    const { browser, sms } = await openDoor({ place, otp: { channels: [smsChannel({ transport: { ...silent, name: 'silent' } })] } })
    const ann = browser()
    const failed = await ann.post('/otp/send', { to: ANN })
    expect(failed.status).toBe(502)
    expect(silent.calls).toBe(place === PLACES[0] ? 1 : 2)
    expect((await ann.post('/otp/send', { to: ANN })).body.reason).toBe('rate_limited')
    expect(sms.messages).toHaveLength(0)
  })

  it('T35 one send calls the transport once, also where that throws what is no error', async () => {
    let calls = 0
    const transport = {
      name: 'odd',
      deliver() {
        calls += 1
        throw 'a text' as unknown
      },
    }
    const { browser } = await openDoor({ place, otp: { channels: [smsChannel({ transport })] } })
    expect((await browser().post('/otp/send', { to: ANN })).status).toBe(502)
    expect(calls).toBe(1)
  })

  it('T35 a transport that says nothing has taken the message', async () => {
    const transport = { name: 'mute', deliver: async () => undefined as never }
    const { browser } = await openDoor({ place, otp: { channels: [smsChannel({ transport })] } })
    const sent = await browser().post('/otp/send', { to: ANN })
    expect([sent.status, sent.body.channels]).toEqual([200, { sms: { sent: true, parts: 1 } }])
  })

  it('T35 words of its own that cannot be sent end the challenge, and cost the recipient nothing', async () => {
    let broken = true
    const texts = outbox('texts')
    const text = ({ code }: { readonly code: string }): string => (broken ? 'no code in here' : code)
    const { browser, errors } = await openDoor({ place, otp: { channels: [smsChannel({ transport: texts, text })] } })
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OTP_OPTION' }])
    expect((await ann.get('/otp/status')).body.pending).toEqual([])
    broken = false
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect(reasons(await guess(ann, wrong(texts.code()), 1))).toEqual(['invalid_code'])
  })
})

/** Never answers. */
const silent = {
  calls: 0,
  timeoutSeconds: 0.05,
  deliver(): Promise<never> {
    silent.calls += 1
    return new Promise(() => undefined)
  },
}
