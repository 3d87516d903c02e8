import { describe, expect, it } from 'vitest'
import { type SendmatorDialectOptions, sendmatorDialect } from '../../src/dialects/sendmator.js'
import * as wire from './fixtures/sendmator.js'
import {
  type Bench,
  bench,
  DEAF,
  holdToWire,
  LIVE,
  MAIL,
  MUTE,
  named,
  OTHER,
  PHONE,
  TEST,
  TWOFACED,
  WEAK,
  wrong,
} from './sendmator-bench.js'

const bySms = { channels: ['sms'], recipients: { sms: PHONE } }
const byBoth = { channels: ['email', 'sms'], recipients: { email: MAIL, sms: PHONE } }

async function sentBySms(open: Bench, more: object = {}, key = LIVE): Promise<{ token: string; code: string }> {
  const { body } = await open.ask('send', { ...bySms, ...more }, { key })
  return { token: body.session_token, code: open.outboxes.sms.code() }
}

describe('the examples of the vendor', () => {
  it('[D][C][S] 1: sends by SMS', async () => {
    const open = bench()
    const heard = await open.ask('send', wire.SEND_BY_SMS.request)
    expect(heard.status).toBe(200)
    expect(named(heard.body)).toEqual(wire.SEND_BY_SMS.answer)
    expect(open.outboxes.sms.messages).toHaveLength(1)
  })

  it('T68 [D] 2: answers codes in the sandbox, one of its own for each channel, and delivers nothing', async () => {
    const open = bench()
    const heard = await open.ask('send', wire.SANDBOX.request, { key: TEST })
    expect(named(heard.body)).toEqual(wire.SANDBOX.answer)
    expect(heard.body.data.otps).toEqual(heard.body.sandbox_otps)
    expect([...open.outboxes.sms.messages, ...open.outboxes.email.messages]).toEqual([])
    const { email, sms } = heard.body.sandbox_otps
    const token = heard.body.session_token
    // One million to one, and then the same again.
    if (email !== sms)
      expect((await open.ask('verify', { session_token: token, otps: { email: sms } }, { key: TEST })).body.verified).toBe(false)
    expect((await open.ask('verify', { session_token: token, otps: { email } }, { key: TEST })).body.session_verified).toBe(true)
  })

  it('[C][S] 3: says that a code was right', async () => {
    const open = bench()
    const { code, token } = await sentBySms(open)
    const heard = await open.ask('verify', { session_token: token, otps: { sms: code } })
    expect(heard).toMatchObject({ status: 200, body: wire.VERIFY_RIGHT })
    expect(heard.body).toEqual(wire.VERIFY_RIGHT)
  })

  it('[D][O] 4: takes the token under its other name, and says with 200 that a code was wrong', async () => {
    const open = bench()
    const { code, token } = await sentBySms(open)
    const heard = await open.ask('verify', { token, otps: { sms: wrong(code) } })
    expect(heard.status).toBe(200)
    expect(heard.body).toEqual(wire.VERIFY_WRONG)
  })

  it('[O] 5: says with mode all that a session is not complete yet', async () => {
    const open = bench()
    const { body } = await open.ask('send', { ...byBoth, config: { verification_mode: 'all' } })
    expect(body.verification_mode).toBe('all')
    const heard = await open.ask('verify', { session_token: body.session_token, otps: { email: open.outboxes.email.code() } })
    expect(heard.body).toEqual(wire.VERIFY_FIRST_OF_ALL)
  })

  it('T01 [D][O] 6: counts wrong codes down to none, then is locked, for the right code too', async () => {
    const open = bench()
    const { code, token } = await sentBySms(open)
    const left: number[] = []
    for (let guess = 0; guess < 3; guess += 1) {
      const heard = await open.ask('verify', { token, otps: { sms: wrong(code) } })
      expect(heard).toMatchObject({ status: 200, body: { verified: false, message: 'Invalid OTP' } })
      left.push(heard.body.attempts_remaining)
    }
    expect(left).toEqual([2, 1, 0])
    for (const sms of [wrong(code), code]) {
      const heard = await open.ask('verify', { token, otps: { sms } })
      expect(heard).toMatchObject({ status: 400, body: wire.LOCKED })
    }
  })

  it('[D] 7: resends under the same token, with another code, another expiry and all attempts', async () => {
    const open = bench()
    const { code, token } = await sentBySms(open)
    await open.ask('verify', { token, otps: { sms: wrong(code) } })
    open.clock.advance(300)
    const heard = await open.ask('resend', { session_token: token })
    expect(heard).toMatchObject({
      status: 200,
      body: {
        success: true,
        expires_at: '2026-01-01T00:15:00.000Z',
        message: 'OTP resent successfully',
        session_token: token,
        session_id: token,
        verification_mode: 'any',
        channels_sent: { sms: { success: true } },
      },
    })
    expect(heard.body.sandbox_otps).toBeUndefined()
    const second = open.outboxes.sms.code()
    expect((await open.ask('verify', { token, otps: { sms: wrong(second) } })).body.attempts_remaining).toBe(2)
    expect((await open.ask('verify', { token, otps: { sms: second } })).body.session_verified).toBe(true)
  })

  it('[D] 8: refuses a number without a plus, and a request without a key', async () => {
    const open = bench()
    expect(await open.ask('send', { channels: ['sms'], recipients: { sms: '12068800123' } })).toMatchObject({
      status: 400,
      body: wire.NO_PLUS,
    })
    const heard = await open.ask('send', bySms, { key: null })
    expect(heard.status).toBe(401)
    expect(heard.body).toEqual(wire.NO_KEY)
  })
})

describe('send', () => {
  it.each(wire.BAD_SENDS)('[%s] refuses %s, and sends nothing', async (_tag, _title, body, message, code) => {
    const open = bench()
    const heard = await open.ask('send', body)
    expect(heard).toMatchObject({ status: 400, body: { message, code, error: 'Bad Request' } })
    expect([...open.outboxes.sms.messages, ...open.outboxes.email.messages, ...open.outboxes.whatsapp.messages]).toEqual([])
  })

  it('[O] ignores unknown fields, recipients of other channels and channels listed twice; takes null for what is not given', async () => {
    const open = bench()
    const heard = await open.ask('send', {
      channels: ['sms', 'sms'],
      recipients: { sms: PHONE, email: 'not looked at', call: 7 },
      config: null,
      metadata: null,
      add_contact: null,
      sandbox_mode: null,
      template: 'x',
    })
    expect(heard.status).toBe(200)
    expect(Object.keys(heard.body.channels_sent)).toEqual(['sms'])
    expect(heard.body.data).toMatchObject({ channels: ['sms'], recipients: { sms: PHONE } })
  })

  it('[D] has 6 digits, 10 minutes and 3 attempts where nothing is said, whatever the intent has', async () => {
    const open = bench({ otp: { intents: { login: { codeLength: 8, ttlSeconds: 60, maxAttempts: 1 } } } })
    const { code, token } = await sentBySms(open)
    expect(code).toMatch(/^\d{6}$/)
    open.clock.advance(599)
    expect((await open.ask('verify', { token, otps: { sms: wrong(code) } })).body.attempts_remaining).toBe(2)
    open.clock.advance(1)
    expect(await open.ask('verify', { token, otps: { sms: code } })).toMatchObject({ status: 400, body: wire.EXPIRED })
  })

  it.each([6, 8])('[D] sends codes of %i digits', async (otp_length) => {
    const { code } = await sentBySms(bench(), { config: { otp_length } })
    expect(code).toMatch(new RegExp(`^\\d{${otp_length}}$`))
  })

  it.each([4, 5])('T68 refuses codes of %i digits without the right to weak ones', async (otp_length) => {
    const open = bench()
    const heard = await open.ask('send', { ...bySms, config: { otp_length } })
    expect(heard).toMatchObject({
      status: 400,
      body: { message: 'Invalid config', code: 'invalid_config', details: { field: 'config.otp_length' } },
    })
    expect(open.outboxes.sms.messages).toEqual([])
    const { code } = await sentBySms(open, { config: { otp_length } }, WEAK)
    expect(code).toMatch(new RegExp(`^\\d{${otp_length}}$`))
  })

  it('T68 cuts a life above ten minutes without the right to weak codes', async () => {
    const open = bench()
    const config = { expiry_minutes: 15 }
    expect((await open.ask('send', { ...bySms, config })).body.expires_at).toBe('2026-01-01T00:10:00.000Z')
    open.clock.advance(60)
    expect((await open.ask('send', { ...bySms, config: { expiry_minutes: 60 } }, { key: WEAK })).body.expires_at).toBe(
      '2026-01-01T01:01:00.000Z',
    )
  })

  it('[O] tells which channel failed, and answers 200 while one did not', async () => {
    const open = bench()
    open.outboxes.sms.refuseNext()
    const heard = await open.ask('send', byBoth)
    expect(heard.status).toBe(200)
    expect(heard.body.channels_sent).toEqual({
      email: { success: true, message_id: expect.any(String) },
      sms: { success: false, error: 'Delivery failed' },
    })
  })

  it('[D][O] answers 502 where no channel could be reached', async () => {
    const open = bench()
    open.outboxes.sms.refuseNext()
    open.outboxes.email.refuseNext()
    expect(await open.ask('send', byBoth)).toMatchObject({ status: 502, body: wire.UNDELIVERED })
  })

  it('T66 opens the sandbox to keys for tests alone, and never to a secret that says it is live', async () => {
    const open = bench()
    for (const key of [LIVE, WEAK, TWOFACED]) {
      const heard = await open.ask('send', wire.SANDBOX.request, { key })
      expect(heard.status).toBe(403)
      expect(heard.body).toEqual(wire.NO_SANDBOX)
    }
    const { body } = await open.ask('send', wire.SANDBOX.request, { key: TEST })
    // In the same world, but not one of those keys.
    expect(await open.ask('resend', { token: body.session_token }, { key: TWOFACED })).toMatchObject({ status: 403, body: wire.NO_SANDBOX })
    expect(await open.ask('resend', { token: body.session_token }, { key: LIVE })).toMatchObject({
      status: 400,
      body: wire.UNKNOWN_SESSION,
    })
  })

  it('T66 sends normally with a key for tests that does not ask for the sandbox', async () => {
    const open = bench()
    const heard = await open.ask('send', bySms, { key: TEST })
    expect(JSON.stringify(heard.body)).not.toContain(open.outboxes.sms.code())
    expect(heard.body.sandbox_otps).toBeUndefined()
    expect(heard.body.channels_sent.sms.message_id).toMatch(/^msg_[0-9a-f]{32}$/)
  })

  it('T66 answers no code of an application that has its own sandbox', async () => {
    const open = bench({ otp: { sandbox: { recipients: [PHONE] } } })
    const heard = await open.ask('send', bySms)
    expect(heard.status).toBe(200)
    expect(JSON.stringify(heard.body)).not.toMatch(/"\d{6}"/)
  })

  it('T42 tells of a body that is no object, and of none', async () => {
    for (const body of ['', 'null', '[]', '"x"', '{', Buffer.from([0x7b, 0xff, 0x7d])]) {
      expect(await bench().ask('send', body)).toMatchObject({
        status: 400,
        body: { message: 'Invalid request body', code: 'invalid_request' },
      })
    }
  })
})

describe('keys', () => {
  it('T67 answers one and the same to a missing, a wrong and a doubled key, and limits how often', async () => {
    const open = bench()
    const bodies = [
      await open.ask('send', bySms, { key: null }),
      await open.ask('verify', {}, { key: 'sk_live_wrong' }),
      await open.ask('resend', 'no JSON', { key: '' }),
      await open.ask('send', bySms, { key: null, headers: { 'x-api-key': [LIVE, LIVE] } }),
      await open.ask('send', bySms, { key: null, headers: { authorization: `Bearer ${LIVE}` } }),
    ]
    for (const heard of bodies) expect(heard).toMatchObject({ status: 401, body: wire.NO_KEY })
    for (let more = 0; more < 25; more += 1) await open.ask('send', bySms, { key: 'sk_live_wrong' })
    const heard = await open.ask('send', bySms, { key: 'sk_live_wrong' })
    expect(heard).toMatchObject({ status: 429, body: wire.TOO_MANY, headers: { 'X-RateLimit-Remaining': '0' } })
    expect(Number(heard.headers['Retry-After'])).toBeGreaterThan(3000)
  })

  it('T67 keeps the sessions of one tenant from all others', async () => {
    const open = bench()
    const { code, token } = await sentBySms(open)
    for (const operation of ['verify', 'resend'] as const) {
      const heard = await open.ask(operation, { token, otps: { sms: code } }, { key: OTHER })
      expect(heard).toMatchObject({ status: 400, body: wire.UNKNOWN_SESSION })
    }
    expect((await open.ask('verify', { token, otps: { sms: code } })).body).toMatchObject({ verified: true, attempts_remaining: 3 })
  })

  it('T67 refuses what a key has no right to', async () => {
    const open = bench()
    const forbidden = { status: 403, body: { message: 'Forbidden', code: 'forbidden' } }
    expect(await open.ask('send', bySms, { key: MUTE })).toMatchObject(forbidden)
    const { code, token } = await sentBySms(open)
    expect(await open.ask('verify', { token, otps: { sms: code } }, { key: DEAF })).toMatchObject(forbidden)
    expect((await open.ask('verify', { token, otps: { sms: code } }, { key: MUTE })).body.session_verified).toBe(true)
  })

  it('[S] ignores X-Team-ID', async () => {
    expect((await bench().ask('send', bySms, { headers: { 'x-team-id': 'team_1' } })).status).toBe(200)
  })
})

describe('the windows of the vendor', () => {
  it('[D] takes so many sends and resends for one recipient in 5 minutes, and tells the rest in headers', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 2 } })
    const first = await open.ask('send', bySms)
    const reset = String(open.clock.now() / 1000 + 300)
    expect(first.headers).toMatchObject({ 'X-RateLimit-Limit': '2', 'X-RateLimit-Remaining': '1', 'X-RateLimit-Reset': reset })
    open.clock.advance(30)
    const token = first.body.session_token
    expect((await open.ask('resend', { token })).headers).toMatchObject({ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset })
    open.clock.advance(60)
    for (const [operation, body] of [
      ['send', bySms],
      ['resend', { token }],
    ] as const) {
      const heard = await open.ask(operation, body)
      expect(heard).toMatchObject({ status: 429, body: wire.TOO_MANY, headers: { 'Retry-After': '210', 'X-RateLimit-Remaining': '0' } })
    }
    expect(open.outboxes.sms.messages).toHaveLength(2)
    const checked = await open.ask('verify', { token, otps: { sms: wrong(open.outboxes.sms.code()) } })
    expect(checked.headers).toMatchObject({ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset })
    open.clock.advance(210)
    expect(await open.ask('send', bySms)).toMatchObject({ status: 200, headers: { 'X-RateLimit-Remaining': '1' } })
  })

  it('counts an address in capitals as the same recipient', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 1 } })
    await open.ask('send', { channels: ['email'], recipients: { email: 'Ann@Example.org' } })
    open.clock.advance(30)
    expect((await open.ask('send', { channels: ['email'], recipients: { email: MAIL } })).status).toBe(429)
  })

  it('[D] takes 20 sends of one host in an hour, whomever they are for', async () => {
    const open = bench({ dialect: { sendsPerHourPerAddress: 20 } })
    for (let send = 0; send < 20; send += 1) {
      expect((await open.ask('send', { channels: ['email'], recipients: { email: `person${send}@example.org` } })).status).toBe(200)
    }
    const further = { channels: ['email'], recipients: { email: 'one.more@example.org' } }
    expect(await open.ask('send', further)).toMatchObject({
      status: 429,
      headers: { 'X-RateLimit-Limit': '20', 'X-RateLimit-Remaining': '0' },
    })
    expect((await open.ask('send', further, { ip: '203.0.113.8' })).status).toBe(200)
    const unknown = await open.ask('verify', { token: 'x', otps: { sms: '1' } })
    expect(unknown.headers).toMatchObject({ 'X-RateLimit-Limit': '20', 'X-RateLimit-Remaining': '0' })
  })

  it("tells of the core's own limits as the vendor tells of its own", async () => {
    const open = bench()
    await open.ask('send', bySms)
    expect(await open.ask('send', bySms)).toMatchObject({ status: 429, body: wire.TOO_MANY, headers: { 'Retry-After': '30' } })
  })

  it('T29 counts simultaneous sends exactly', async () => {
    const open = bench({ dialect: { sendsPerHourPerAddress: 5 } })
    const sends = Array.from({ length: 50 }, (_, index) =>
      open.ask('send', { channels: ['email'], recipients: { email: `person${index}@example.org` } }),
    )
    const statuses = (await Promise.all(sends)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(5)
    expect(open.outboxes.email.messages).toHaveLength(5)
  })
})

describe('sendmatorDialect', () => {
  const dialect = sendmatorDialect()

  it('owns its three routes, and answers other methods and paths in its own words', async () => {
    for (const path of ['send', 'verify', 'resend'])
      expect(dialect.owns({ method: 'POST', path: `/api/v1/otp/${path}`, query: '' })).toBe(true)
    for (const path of ['/', '/api/v1/otp', '/api/v1/otp/status', '/v1/otp/send', '/api/v1/otp/__proto__'])
      expect(dialect.owns({ method: 'POST', path, query: '' })).toBe(false)
    expect(await bench().ask('send', bySms, { path: '/api/v1/otp/status' })).toMatchObject({ status: 404, body: wire.NOT_FOUND })
    expect(await bench().ask('send', bySms, { method: 'GET' })).toMatchObject({ status: 405, headers: { Allow: 'POST' } })
  })

  it.each([
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['cross_site', 403],
    ['body_too_large', 413],
    ['unsupported_media_type', 415],
    ['temporarily_unavailable', 503],
    ['internal', 500],
  ] as const)('tells of %s in its own words', (kind, status) => {
    const answer = dialect.trouble(kind, { allow: 'POST', retryAfter: 7 })
    expect(answer.status).toBe(status)
    holdToWire({ status, headers: answer.headers ?? {}, body: answer.body }, 'send')
    if (status === 503) expect(answer.headers).toMatchObject({ 'Retry-After': '7' })
    if (status === 405) expect(answer.headers).toMatchObject({ Allow: 'POST' })
  })

  it('[D] allows 5 sends for a recipient in 5 minutes and 20 of a host in an hour by default', async () => {
    const heard = await bench({ dialect: { sendsPerHourPerAddress: undefined } }).ask('verify', {})
    expect(heard.headers).toMatchObject({ 'X-RateLimit-Limit': '20', 'X-RateLimit-Remaining': '20' })
    expect((await bench().ask('send', bySms)).headers).toMatchObject({ 'X-RateLimit-Limit': '5', 'X-RateLimit-Remaining': '4' })
  })

  it.each([
    [{ sendsPer5Minutes: 0 }, 'sendsPer5Minutes'],
    [{ sendsPer5Minutes: 1001 }, 'sendsPer5Minutes'],
    [{ sendsPerHourPerAddress: -1 }, 'sendsPerHourPerAddress'],
    [{ sendsPerHourPerAddress: 1_000_001 }, 'sendsPerHourPerAddress'],
    [{ onContact: true }, 'onContact'],
    [{ onContacts: () => undefined }, 'Did you mean "onContact"'],
  ])('refuses the options %j', (options, named) => {
    // Wrong on purpose.
    expect(() => sendmatorDialect(options as unknown as SendmatorDialectOptions)).toThrowError(named)
  })
})
