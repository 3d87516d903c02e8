import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { ANN, BOB, guess, reasons } from './scenes.js'

/** What JSON can carry instead of a code. */
const NO_CODES: readonly unknown[] = [
  true,
  false,
  0,
  123456,
  null,
  [],
  ['123456'],
  [['123456']],
  {},
  { $ne: 1 },
  { $gt: '' },
  { length: 6 },
  { toString: '123456' },
  '',
  ' ',
  '      ',
]

const NO_DIGITS: readonly string[] = [
  '1e5000',
  '0x1234',
  '123456abc',
  '+12345',
  '123456\n',
  '123456\u0000',
  '\u0000123456',
  '12345',
  '1234567',
  '123456%00',
  '123\u00a0456',
  '\u2460\u2461\u2462\u2463\u2464\u2465',
  `${'9'.repeat(3000)}`,
]

describe.each(PLACES)('input %s', (place) => {
  it('T36 what is no text is no guess: refused, not charged, not compared', async () => {
    const { browser, sms, otp } = await openDoor({ place })
    const rejected: unknown[] = []
    otp.on('rejected', (event) => rejected.push(event))
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const code of NO_CODES) {
      const answer = await ann.post('/otp/verify', { code })
      expect([answer.status, answer.body.reason, answer.body.errors[0].field]).toEqual([400, 'invalid_request', 'code'])
    }
    for (const body of [
      {},
      { codes: null },
      { codes: {} },
      { codes: [] },
      { codes: 'sms' },
      { codes: { sms: true } },
      { codes: { fax: '123456' } },
    ]) {
      expect((await ann.post('/otp/verify', body)).body.reason).toBe('invalid_request')
    }
    expect((await ann.post('/otp/verify', { code: '123456', codes: { sms: '123456' } })).body.reason).toBe('invalid_request')
    expect(rejected).toEqual([])
    expect((await guess(ann, wrong(sms.code()), 1))[0]?.body.attemptsLeft).toBe(4)
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it('T37 digits that are none are no guess', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (const code of NO_DIGITS) {
      const answer = await ann.post('/otp/verify', { code })
      expect([answer.status, answer.body.errors]).toEqual([400, [{ field: 'code', reason: 'must_be_6_digits' }]])
    }
    expect((await guess(ann, wrong(sms.code()), 1))[0]?.body.attemptsLeft).toBe(4)
  })

  it.each([
    ['spaces and hyphens', (code: string) => ` ${code.slice(0, 3)}-${code.slice(3)} `],
    ['Arabic-Indic digits', (code: string) => shifted(code, 0x0660)],
    ['Persian digits', (code: string) => shifted(code, 0x06f0)],
    ['Devanagari digits', (code: string) => shifted(code, 0x0966)],
    ['full-width digits', (code: string) => shifted(code, 0xff10)],
  ])('T37 a right code may come with %s', async (_what, typed) => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    expect(reasons(await guess(ann, typed(sms.code()), 1))).toEqual(['verified'])
  })

  it('T38 values in the query, in headers and in cookies have no effect', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    expect((await ann.post(`/otp/send?to=${encodeURIComponent(ANN)}`, {})).body.errors).toEqual([{ field: 'to', reason: 'required' }])
    await ann.post('/otp/send?to=%2B12068800456&intent=other&channel=email', { to: ANN })
    expect(sms.messages.map(({ to }) => to)).toEqual([ANN])
    const code = sms.code()
    const elsewhere = {
      Cookie: `code=${code}; ${[...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`,
      Code: code,
      'X-OTP': code,
    }
    expect((await ann.post(`/otp/verify?code=${code}`, {}, elsewhere)).body.reason).toBe('invalid_request')
    expect((await ann.post(`/otp/verify/${code}`, {})).status).toBe(404)
    expect((await ann.get(`/otp/verify?code=${code}`)).status).toBe(405)
  })

  it('T38 a method that is overridden stays what it is', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const override = { 'X-HTTP-Method-Override': 'POST', 'X-Method-Override': 'POST', 'X-HTTP-Method': 'POST' }
    expect((await ann.get(`/otp/verify?_method=POST&code=${sms.code()}`, override)).status).toBe(405)
    expect((await ann.post('/otp/verify', { code: sms.code(), _method: 'DELETE' })).body.errors).toEqual([
      { field: '_method', reason: 'unknown_field' },
    ])
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })

  it.each([
    '\u0000',
    '\r\nBcc: eve@example.org',
    '\n',
    '\t',
    '\u007f',
    '\u0085',
    '\u009f',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u202a',
    '\u2066',
    '\u2069',
    '\u200e',
    '\u200f',
    '\u061c',
    '\ufeff',
  ])('T41 %j in any field reaches no provider', async (sign) => {
    const { browser, sms, mail } = await openDoor({ place, otp: { intents: { login: {}, pay: { context: ['payee'] } } } })
    const ann = browser()
    const bodies: object[] = []
    for (const to of [`${ANN}${sign}`, `${sign}${ANN}`, `+1206${sign}8800123`, `ann@example.org${sign}`, `ann${sign}@example.org`])
      bodies.push({ to })
    bodies.push({ to: ANN, locale: `en${sign}` }, { to: ANN, channel: `sms${sign}` }, { to: ANN, intent: `login${sign}` })
    bodies.push({ to: ANN, intent: 'pay', context: { payee: `Ann${sign}` } }, { to: ANN, [`x${sign}`]: '1' })
    for (const body of bodies) {
      const answer = await ann.post('/otp/send', body)
      expect([answer.status, answer.body.reason]).toEqual([400, 'invalid_request'])
      expect(answer.text).not.toContain(sign)
      expect(answer.text).not.toContain(JSON.stringify(sign).slice(1, -1))
    }
    expect([...sms.messages, ...mail.messages]).toEqual([])
  })

  it('T43 T13 what only the server may set is refused by name, and changes nothing', async () => {
    const { browser, sms } = await openDoor({ place })
    const ann = browser()
    const fields = [
      'userId',
      'user',
      'ttl',
      'ttlSeconds',
      'expiresIn',
      'digits',
      'codeLength',
      'alphabet',
      'attempts',
      'maxAttempts',
      'template',
    ]
    const more = [
      'text',
      'sender',
      'from',
      'sandbox',
      'channelPolicy',
      'code',
      'id',
      'mode',
      'tenant',
      'ip',
      'constructor',
      'prototype',
      'current',
    ]
    for (const field of [...fields, ...more]) {
      const answer = await ann.post('/otp/send', { to: ANN, [field]: 'x' })
      expect([answer.status, answer.body.errors]).toEqual([400, [{ field, reason: 'unknown_field' }]])
    }
    const polluted = await ann.post('/otp/send', `{"to":"${ANN}","__proto__":{"to":"${BOB}","polluted":true}}`)
    expect(polluted.body.errors).toEqual([{ field: '__proto__', reason: 'unknown_field' }])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(sms.messages).toHaveLength(0)
  })

  it('T43 every other route refuses unknown fields too', async () => {
    const { browser } = await openDoor({ place })
    for (const path of ['resend', 'verify', 'cancel']) {
      const answer = await browser().post(`/otp/${path}`, { attempts: 100, 'a b': 1 })
      expect(answer.body.errors).toEqual([
        { field: 'attempts', reason: 'unknown_field' },
        { field: 'body', reason: 'unknown_field' },
      ])
    }
  })
})

function shifted(code: string, zero: number): string {
  return [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')
}
