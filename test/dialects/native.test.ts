import { OtpError } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { describe, expect, it } from 'vitest'
import { ANN, BANK, BOB, bearer, FREE, IDLE, openNative, PLAY, READ, SHOP, wrong } from './native-door.js'

describe('our own JSON', () => {
  it('sends a code and takes it back once', async () => {
    const { outboxes, post } = await openNative()
    const sent = await post('send', { to: ANN, channel: 'sms', metadata: { order: 'A-17' } })
    expect(sent.status).toBe(200)
    expect(sent.body).toMatchObject({ status: 'sent', intent: 'login', to: '+1206\u2022\u2022\u20220123', channel: 'sms', codeLength: 6 })
    expect(sent.body).toMatchObject({ alphabet: 'digits', attemptsLeft: 5, expiresIn: 300, resendIn: 30, mode: 'any' })
    expect(sent.body.channels.sms).toMatchObject({ sent: true, parts: 1 })
    expect(sent.text).not.toContain(outboxes.sms.code())
    const { id } = sent.body
    const missed = await post('verify', { id, code: wrong(outboxes.sms.code()) })
    expect([missed.status, missed.body.reason, missed.body.attemptsLeft]).toEqual([400, 'invalid_code', 4])
    const verified = await post('verify', { id, code: outboxes.sms.code() })
    expect(verified.status).toBe(200)
    expect(verified.body).toMatchObject({ status: 'verified', complete: true, intent: 'login', to: ANN, channel: 'sms' })
    expect(verified.body).toMatchObject({ metadata: { order: 'A-17' }, proved: [{ channel: 'sms', to: ANN }] })
    expect(verified.body.deviceToken).toMatch(/^[\w.-]+$/)
    const again = await post('verify', { id, code: outboxes.sms.code() })
    expect([again.status, again.body.reason]).toEqual([400, 'no_pending_challenge'])
  })

  it('tells what is pending and forgets it', async () => {
    const { post } = await openNative()
    const { body } = await post('send', { to: ANN, metadata: { order: 1 } })
    const pending = await post('status', { id: body.id })
    expect(pending.body).toMatchObject({
      status: 'pending',
      id: body.id,
      to: body.to,
      waiting: ['sms'],
      metadata: { order: 1 },
      attemptsLeft: 5,
    })
    expect(pending.body.expiresAt).toBe(body.expiresAt)
    expect((await post('cancel', { id: body.id })).body).toEqual({ status: 'cancelled' })
    for (const route of ['status', 'cancel']) {
      const gone = await post(route, { id: body.id })
      expect([gone.status, gone.body.reason]).toEqual([404, 'no_pending_challenge'])
    }
  })

  it('sends another code of a pending challenge after the pause', async () => {
    const { clock, outboxes, post } = await openNative()
    const { body } = await post('send', { to: ANN, channel: 'sms' })
    const early = await post('resend', { id: body.id })
    expect([early.status, early.body.retryAfter]).toEqual([429, 30])
    clock.advance(30)
    const resent = await post('resend', { id: body.id })
    expect([resent.status, resent.body.id]).toEqual([200, body.id])
    expect(outboxes.sms.messages).toHaveLength(2)
    expect((await post('verify', { id: body.id, code: outboxes.sms.code() })).status).toBe(200)
    expect((await post('resend', { id: body.id })).body.reason).toBe('no_pending_challenge')
  })

  it('asks for several channels at once, any or all of them', async () => {
    const { outboxes, post } = await openNative()
    const asked = { channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' }, mode: 'all' }
    const sent = await post('send', asked)
    expect([sent.status, Object.keys(sent.body.channels).sort()]).toEqual([200, ['email', 'sms']])
    const half = await post('verify', { id: sent.body.id, code: outboxes.sms.code() })
    expect(half.body).toMatchObject({ complete: false, waiting: ['email'], channel: 'sms' })
    const whole = await post('verify', { id: sent.body.id, codes: { email: outboxes.email.code() } })
    expect(whole.body).toMatchObject({ complete: true, to: 'ann@example.org' })
    expect(whole.body.proved).toHaveLength(2)
  })

  it('gives a caller its own text, sender and time zone', async () => {
    const { outboxes, post } = await openNative()
    const wishes = { text: 'Your {code}, until {hh:mm:ss}.', timeZone: 'Asia/Tokyo', sender: 'Example' }
    expect((await post('send', { to: ANN, channel: 'sms', ...wishes })).status).toBe(200)
    expect(outboxes.sms.last()?.text).toMatch(new RegExp(`Your ${outboxes.sms.code()}, until \\d\\d:\\d\\d:\\d\\d\\.`))
    expect(outboxes.sms.last()).toMatchObject({ sender: 'Example' })
  })

  it('T13 a guess that names somebody else is wrong and charged', async () => {
    const { outboxes, post } = await openNative()
    const { body } = await post('send', { to: ANN })
    const named = await post('verify', { id: body.id, code: outboxes.sms.code(), to: BOB })
    expect(named.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await post('verify', { id: body.id, code: outboxes.sms.code(), to: '+1 206 880 0123' })).status).toBe(200)
  })

  it('T14 a code for one intent proves nothing for another', async () => {
    const { outboxes, post } = await openNative()
    const { body } = await post('send', { to: ANN, intent: 'approve order' })
    expect((await post('verify', { id: body.id, code: outboxes.sms.code() })).body.reason).toBe('no_pending_challenge')
    const right = await post('verify', { id: body.id, code: outboxes.sms.code(), intent: 'approve order' })
    expect([right.status, right.body.intent]).toEqual([200, 'approve order'])
  })

  it('T36 a code that is no text is refused and not charged', async () => {
    const { outboxes, post } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    for (const code of [true, 0, 123456, null, [], ['123456'], { $ne: 1 }, '', ' ', '- -', '12\u0000', '1234\n']) {
      const refused = await post('verify', { id, code })
      expect([refused.status, refused.body.reason, refused.body.errors[0].field], JSON.stringify(code)).toEqual([
        400,
        'invalid_request',
        'code',
      ])
    }
    expect((await post('verify', { id })).body.errors).toEqual([{ field: 'code', reason: 'required' }])
    const both = await post('verify', { id, code: '123456', codes: { sms: '123456' } })
    expect(both.body.errors).toEqual([{ field: 'codes', reason: 'not_with_code' }])
    expect((await post('status', { id })).body.attemptsLeft).toBe(5)
    expect((await post('verify', { id, code: outboxes.sms.code() })).status).toBe(200)
  })

  it('T37 a text that could be no code of this challenge is wrong and charged', async () => {
    const { post } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    expect((await post('verify', { id, code: '1e5' })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await post('verify', { id, code: '1234567' })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 3 })
  })

  it('T38 only the JSON body of a POST is read', async () => {
    const { origin, outboxes, post, request } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    const code = outboxes.sms.code()
    const headers = { ...bearer(SHOP), 'Content-Type': 'application/json', 'X-HTTP-Method-Override': 'PUT' }
    const asked = await fetch(`${origin}/v1/otp/verify?id=${id}&code=${code}`, { method: 'POST', headers, body: '{}' })
    expect(asked.status).toBe(400)
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const refused = await request('/v1/otp/verify', { method, headers: bearer(SHOP) })
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST'])
    }
    const form = await post('verify', `id=${id}&code=${code}`, { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect([form.status, form.body.reason]).toEqual([415, 'unsupported_media_type'])
    for (const body of ['', '[]', '"x"', 'null', '{', '{"id":1}x']) {
      const refused = await post('verify', body)
      expect([refused.status, refused.body.errors], body).toEqual([400, [{ field: 'body', reason: 'malformed' }]])
    }
  })

  it('answers paths of its own that are none with a problem, and leaves others alone', async () => {
    const { origin, request } = await openNative()
    const nothing = await request('/v1/otp/sned', { method: 'POST' })
    expect([nothing.status, nothing.body.reason]).toEqual([404, 'not_found'])
    const other = await fetch(`${origin}/v1/users`)
    expect([other.status, other.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  })

  it('says that the store is away, and when to come back', async () => {
    const store = memoryStore()
    const away = async (): Promise<never> => Promise.reject(new OtpError('ERR_OTP_STORE', 'away', { status: 503 }))
    const { errors, outboxes, post } = await openNative({ otp: { store: { ...store, find: away, issue: away } } })
    for (const [route, body] of [
      ['status', { id: `${'a'.repeat(38)}` }],
      ['send', { to: ANN }],
    ] as const) {
      const answer = await post(route, body, { 'Idempotency-Key': 'k1' })
      expect([answer.status, answer.body.reason, answer.body.retryAfter]).toEqual([503, 'temporarily_unavailable', 5])
    }
    expect([errors, outboxes.sms.messages]).toEqual([[], []])
  })

  it('says that a vendor refused the message', async () => {
    const { outboxes, post } = await openNative()
    outboxes.sms.refuseNext()
    const answer = await post('send', { to: ANN, channel: 'sms' })
    expect([answer.status, answer.body.reason]).toEqual([502, 'delivery_failed'])
  })
})

describe('keys', () => {
  it('T67 may stand in either header; whatever else comes is one and the same 401', async () => {
    const { post, request } = await openNative()
    const body = { id: 'x' }
    expect((await post('status', body)).status).toBe(404)
    const asOther = { method: 'POST', body: JSON.stringify(body) }
    const type = { 'Content-Type': 'application/json' }
    expect((await request('/v1/otp/status', { ...asOther, headers: { ...type, 'X-API-Key': SHOP } })).status).toBe(404)
    expect((await request('/v1/otp/status', { ...asOther, headers: { ...type, 'X-API-Key': SHOP, ...bearer(SHOP) } })).status).toBe(404)
    const refused = [
      {},
      { Authorization: SHOP },
      { Authorization: `Basic ${SHOP}` },
      { Authorization: 'Bearer' },
      { Authorization: `Bearer ${SHOP}x` },
      { Authorization: `Bearer ${SHOP} ${SHOP}` },
      { 'X-API-Key': '' },
      { 'X-API-Key': 'a'.repeat(2000) },
      { 'X-API-Key': BANK, ...bearer(SHOP) },
      { 'X-API-Key': '', ...bearer(SHOP) },
      { Cookie: `authorization=${SHOP}` },
    ]
    const texts = new Set<string>()
    for (const headers of refused) {
      const answer = await request('/v1/otp/status', { ...asOther, headers: { ...type, ...headers } })
      expect([answer.status, answer.headers.get('www-authenticate')], JSON.stringify(headers)).toEqual([401, 'Bearer'])
      texts.add(answer.text)
    }
    expect(texts.size).toBe(1)
  })

  it('T67 failures of one address are limited, and what stands in the body is not looked at', async () => {
    const { request } = await openNative()
    const headers = { 'Content-Type': 'application/json' }
    const answers = []
    for (let time = 0; time < 31; time++) answers.push(await request('/v1/otp/send', { method: 'POST', headers, body: 'no JSON at all' }))
    expect(answers.slice(0, 30).every(({ status }) => status === 401)).toBe(true)
    expect([answers[30]?.status, answers[30]?.body.reason]).toEqual([429, 'rate_limited'])
    expect(answers[30]?.body.retryAfter).toBeGreaterThan(0)
    const right = await request('/v1/otp/send', {
      method: 'POST',
      headers: { ...headers, ...bearer(SHOP) },
      body: JSON.stringify({ to: ANN }),
    })
    expect(right.status, 'a right key is never refused for the wrong ones beside it').toBe(200)
  })

  it('T67 a browser is refused, and gets neither cookie nor leave of another origin', async () => {
    const { outboxes, post } = await openNative()
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'same-origin' }]) {
      const answer = await post('send', { to: ANN }, headers)
      expect([answer.status, answer.body.reason]).toEqual([403, 'cross_site'])
      expect([answer.headers.get('set-cookie'), answer.headers.get('access-control-allow-origin')]).toEqual([null, null])
    }
    expect(outboxes.sms.messages).toEqual([])
  })

  it("T67 another tenant's challenge is not there for anybody else, and is not charged", async () => {
    const { outboxes, post } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    for (let time = 0; time < 6; time++) {
      const foreign = await post('verify', { id, code: outboxes.sms.code() }, bearer(BANK))
      expect([foreign.status, foreign.body.reason]).toEqual([400, 'no_pending_challenge'])
    }
    expect((await post('status', { id }, bearer(BANK))).status).toBe(404)
    expect((await post('cancel', { id }, bearer(BANK))).status).toBe(404)
    expect((await post('resend', { id }, bearer(BANK))).body.reason).toBe('no_pending_challenge')
    expect((await post('status', { id })).body.attemptsLeft).toBe(5)
    expect((await post('verify', { id, code: outboxes.sms.code() })).status).toBe(200)
  })

  it('T67 a key does what it may and nothing else', async () => {
    const { outboxes, post } = await openNative()
    const { id } = (await post('send', { to: ANN })).body
    for (const [route, body] of [
      ['send', { to: BOB }],
      ['resend', { id }],
    ] as const) {
      for (const idempotency of [{}, { 'Idempotency-Key': 'k1' }]) {
        const refused = await post(route, body, { ...bearer(READ), ...idempotency })
        expect([refused.status, refused.body.reason]).toEqual([403, 'forbidden'])
      }
    }
    for (const route of ['status', 'cancel']) {
      const refused = await post(route, { id }, bearer(IDLE))
      expect([refused.status, refused.body.reason]).toEqual([403, 'forbidden'])
    }
    expect((await post('status', { id }, bearer(READ))).status).toBe(200)
    expect((await post('verify', { id, code: outboxes.sms.code() }, bearer(READ))).status).toBe(200)
  })

  it('T68 more than a key may is refused by the name of the field', async () => {
    const { outboxes, post } = await openNative()
    const wishes = [
      { code: '123456' },
      { codeLength: 4 },
      { alphabet: 'letters' },
      { alphabet: ['digits', 'upper'] },
      { ttlSeconds: 601 },
      { sandbox: true },
    ]
    for (const wish of wishes) {
      const refused = await post('send', { to: ANN, ...wish })
      expect([refused.status, refused.body.errors]).toEqual([400, [{ field: Object.keys(wish)[0], reason: 'not_allowed' }]])
    }
    expect(outboxes.sms.messages).toEqual([])
    const lookAlikes = await post('send', { to: ANN, withoutLookAlikes: true })
    expect(lookAlikes.body.errors).toEqual([{ field: 'alphabet', reason: 'not_allowed' }])
  })

  it('T68 a key with the rights gets what it asks for', async () => {
    const { outboxes, post } = await openNative()
    const own = await post('send', { to: ANN, code: '135790', ttlSeconds: 86_400 }, bearer(FREE))
    expect([own.status, own.body.expiresIn, outboxes.sms.code()]).toEqual([200, 86_400, '135790'])
    expect((await post('verify', { id: own.body.id, code: '135790' }, bearer(FREE))).status).toBe(200)
    const asked = { to: BOB, alphabet: ['upper', 'lower'], withoutLookAlikes: true, codeLength: 12, maxAttempts: 2 }
    const letters = await post('send', asked, bearer(FREE))
    expect(letters.body).toMatchObject({ alphabet: 'upper+lower-lookalikes', codeLength: 12, attemptsLeft: 2 })
    expect(outboxes.sms.code(BOB)).toMatch(/^[A-HJ-NP-Za-km-np-z]{12}$/)
    expect((await post('verify', { id: letters.body.id, code: outboxes.sms.code(BOB) }, bearer(FREE))).status).toBe(200)
  })

  it('T66 codes are answered to a key for tests, delivered nowhere, and unknown elsewhere', async () => {
    const { outboxes, post } = await openNative()
    const sent = await post('send', { to: ANN, sandbox: true }, bearer(PLAY))
    expect(sent.body.sandboxCodes.sms).toMatch(/^\d{6}$/)
    expect(outboxes.sms.messages).toEqual([])
    const { id } = sent.body
    expect((await post('verify', { id, code: sent.body.sandboxCodes.sms })).body.reason).toBe('no_pending_challenge')
    expect((await post('verify', { id, code: sent.body.sandboxCodes.sms }, bearer(PLAY))).status).toBe(200)
  })
})
