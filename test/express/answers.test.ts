import { PROBLEMS } from 'express-otp/express'
import { describe, expect, it } from 'vitest'
import { type Answer, openDoor, PLACES, wrong } from '../helpers/door-app.js'

const ANN = '+12068800123'

function expectPrivate({ headers }: Answer): void {
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('vary')).toMatch(/^Origin, Sec-Fetch-Site(, Accept-Language)?$/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect([...headers.keys()].filter((name) => /^(access-control|ratelimit|x-ratelimit|etag)/.test(name))).toEqual([])
}

describe.each(PLACES)('answers %s', (place) => {
  it('T51 T52 are kept by no cache, read by no other origin, and describe no limit, whatever they say', async () => {
    const { browser, sms, clock } = await openDoor({ place })
    const ann = browser()
    const seen = new Set<string>()
    const answers: Answer[] = [
      await ann.get('/otp/config'),
      await ann.get('/otp/status'),
      await ann.post('/otp/send', { to: ANN }),
      await browser().post('/otp/send', { to: ANN }),
      await ann.post('/otp/send', {}),
      await ann.post('/otp/send', '{'),
      await ann.post('/otp/send', 'x'.repeat(5000)),
      await ann.post('/otp/send', {}, { 'Content-Type': 'text/plain' }),
      await ann.post('/otp/send', {}, { 'Sec-Fetch-Site': 'cross-site' }),
      await ann.get('/otp/send'),
      await ann.post('/otp/verify', { code: wrong(sms.code()) }),
      await browser().post('/otp/verify', { code: sms.code() }),
    ]
    for (let guess = 0; guess < 4; guess++) answers.push(await ann.post('/otp/verify', { code: wrong(sms.code()) }))
    clock.advance(300)
    answers.push(await ann.post('/otp/verify', { code: sms.code() }))
    await ann.post('/otp/send', { to: ANN })
    answers.push(await ann.post('/otp/verify', { code: sms.code() }), await ann.post('/otp/cancel'))
    sms.refuseNext()
    answers.push(await ann.post('/otp/send', { to: '+12068800456' }))
    for (const answer of answers) {
      expectPrivate(answer)
      seen.add(answer.body.reason ?? answer.body.status ?? 'read')
      const type = answer.status === 200 ? 'application/json' : 'application/problem+json'
      expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
      expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)))
      if (answer.status === 200) continue
      const { type: urn, title, status, reason } = answer.body
      expect({ urn, title, status }).toEqual({ urn: `urn:express-otp:${reason}`, ...PROBLEMS[reason as keyof typeof PROBLEMS] })
      expect(status).toBe(answer.status)
    }
    const reasons = ['invalid_request', 'invalid_code', 'no_pending_challenge', 'expired', 'cross_site', 'method_not_allowed']
    const more = ['body_too_large', 'unsupported_media_type', 'too_many_attempts', 'rate_limited', 'delivery_failed']
    expect([...seen].sort()).toEqual([...reasons, ...more, 'sent', 'verified', 'cancelled', 'read'].sort())
  })

  it('T51 T52 a limit says when to come back, in the body and in the header alike', async () => {
    const { browser } = await openDoor({ place, otp: { limits: { blockRecipientsPerHour: 1 } } })
    await browser().post('/otp/send', { to: ANN })
    const recipient = await browser().post('/otp/send', { to: ANN })
    expect([recipient.body.retryAfter, recipient.headers.get('retry-after')]).toEqual([30, '30'])
    const own = await browser().post('/otp/send', { to: '+12068800456' })
    expect([own.body.retryAfter, own.headers.get('retry-after')]).toEqual([3600, '3600'])
    for (const { body } of [recipient, own]) {
      expect(Object.keys(body).sort()).toEqual(['reason', 'retryAfter', 'status', 'title', 'type'])
    }
  })

  it('T61 the answer of a send has no code and no whole address', async () => {
    const { browser, sms, mail } = await openDoor({ place })
    const [phone, mailbox] = [await browser().post('/otp/send', { to: ANN }), await browser().post('/otp/send', { to: 'ann@example.org' })]
    for (const answer of [phone, mailbox]) {
      const all = answer.text + JSON.stringify([...answer.headers])
      expect(all).not.toContain(sms.code())
      expect(all).not.toContain(mail.code())
      expect(all).not.toMatch(/8800123|ann@/)
    }
  })
})

describe('the table of problems', () => {
  it('has one status for each reason', () => {
    const statuses = Object.fromEntries(Object.entries(PROBLEMS).map(([reason, { status }]) => [reason, status]))
    expect(statuses).toEqual({
      invalid_request: 400,
      invalid_code: 400,
      no_pending_challenge: 400,
      expired: 400,
      otp_required: 401,
      unauthorized: 401,
      insufficient_balance: 402,
      cross_site: 403,
      human_check_required: 403,
      forbidden: 403,
      not_found: 404,
      method_not_allowed: 405,
      idempotency_conflict: 409,
      body_too_large: 413,
      unsupported_media_type: 415,
      idempotency_key_reused: 422,
      too_many_attempts: 429,
      rate_limited: 429,
      internal: 500,
      delivery_failed: 502,
      temporarily_unavailable: 503,
    })
  })
})
