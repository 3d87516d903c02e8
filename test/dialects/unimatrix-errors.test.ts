import { describe, expect, it } from 'vitest'
import type { Reason } from '../../src/core/results.js'
import type { Trouble } from '../../src/core/service/dialect.js'
import { unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { INVALID, MISSING, NO_NUMBER, openDesk, refusal, send, TO, verify } from './unimatrix-bench.js'
import { read } from './unimatrix-client.js'

describe('errors', () => {
  it('[D] 104001 for a number or a code that is absent or empty', async () => {
    for (const body of [{}, { to: '' }, { to: null }, { code: '123456' }]) {
      expect(await send(body)).toMatchObject({ ...MISSING, sends: [] })
      expect(await verify({ code: '123456', ...body })).toMatchObject({ ...MISSING, verifies: [] })
    }
    expect(await verify({ to: TO })).toMatchObject({ ...MISSING, verifies: [] })
  })

  it('[D] 107111 for what is no number in E.164', async () => {
    for (const to of [
      '2068800123',
      '0012068800123',
      '+',
      '+abc',
      '+1206880012x',
      'a@example.com',
      '+a@example.com',
      12068800123,
      true,
      [TO],
      { $ne: '' },
      ` ${TO}`,
    ]) {
      expect(await send({ to })).toMatchObject({ ...NO_NUMBER, sends: [] })
      expect(await verify({ to, code: '123456' })).toMatchObject({ ...NO_NUMBER, verifies: [] })
    }
  })

  it('[O] checks the number before the other fields, and both before anything is sent', async () => {
    expect(await send({ to: '+999', digits: 3 })).toMatchObject({ ...NO_NUMBER, sends: [] })
    expect(await verify({ to: '+999', code: 'x' })).toMatchObject({ ...NO_NUMBER, verifies: [] })
    expect(await send({ to: '', digits: 3 })).toMatchObject({ ...MISSING, sends: [] })
  })

  it('[O] 104002 for a body that is no JSON object', async () => {
    for (const raw of ['', '{', 'null', '[]', '"x"', '1', `to=${TO}`, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
      expect(await openDesk().asked({ raw })).toMatchObject(INVALID)
    }
  })

  it('[O] 104002 for an action that is unknown or missing, before anybody looks at the key', async () => {
    for (const query of ['', 'action=', 'action=sms.message.send', 'action=OTP.SEND', 'action=__proto__', 'accessKeyId=x']) {
      const { asked, service } = openDesk()
      expect(await asked({ query })).toMatchObject(INVALID)
      expect(service.calls).toEqual([])
    }
  })

  it('[O] 104002 with 405 for another method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      expect(await openDesk().asked({ method })).toMatchObject({ status: 405, code: '104002', headers: { Allow: 'POST' } })
    }
  })

  it('T67 checks the key before the body', async () => {
    expect(await openDesk().asked({ query: { action: 'otp.send', accessKeyId: 'nobody' }, raw: '{' })).toMatchObject({ code: '104111' })
  })

  const REFUSALS: Readonly<Record<Reason, readonly [number, string, string]>> = {
    rate_limited: [429, '105300', 'LimitExceed'],
    delivery_failed: [503, '101303', 'NoUpstreamAvailable'],
    insufficient_balance: [402, '105400', 'InsufficientFunds'],
    forbidden: [403, '105001', 'Unauthorized'],
    otp_required: [403, '105001', 'Unauthorized'],
    invalid_request: [400, '104002', 'InvalidParams'],
    invalid_code: [400, '104002', 'InvalidParams'],
    no_pending_challenge: [400, '104002', 'InvalidParams'],
    expired: [400, '104002', 'InvalidParams'],
    too_many_attempts: [400, '104002', 'InvalidParams'],
  }
  for (const [reason, [status, code, message]] of Object.entries(REFUSALS) as [Reason, readonly [number, string, string]][]) {
    it(`[O] ${code} with ${status} for a send that ended with ${reason}`, async () => {
      expect(await openDesk({ send: refusal(reason) }).asked()).toMatchObject({ status, code, message })
    })
  }
  for (const reason of ['delivery_failed', 'insufficient_balance', 'forbidden', 'otp_required', 'invalid_request'] as const) {
    it(`[O] ${REFUSALS[reason][1]} for a check that ended with ${reason}`, async () => {
      expect(await verify({ to: TO, code: '123456' }, { verify: refusal(reason) })).toMatchObject({ code: REFUSALS[reason][1] })
    })
  }

  it('[O] names the first of several errors, the number before all others', async () => {
    const errors = [
      { field: 'intent', reason: 'unknown' },
      { field: 'channel', reason: 'not_configured' },
      { field: 'code', reason: 'not_allowed' },
      { field: 'to', reason: 'country_not_served' },
    ]
    const codes = ['104002', '101301', '104003', '107111']
    for (const [index, code] of codes.entries()) {
      const { asked } = openDesk({ send: refusal('invalid_request', { errors: errors.slice(0, index + 1) }) })
      expect((await asked()).code).toBe(code)
    }
  })

  it('T18 104003 for a purpose that sends to the address on record alone', async () => {
    const { asked } = openDesk({ send: refusal('invalid_request', { errors: [{ field: 'to', reason: 'not_allowed' }] }) })
    expect(await asked()).toMatchObject({ status: 403, code: '104003' })
  })

  const TROUBLES: Readonly<Record<Trouble, readonly [number, string]>> = {
    not_found: [404, '104002'],
    method_not_allowed: [405, '104002'],
    cross_site: [403, '105001'],
    body_too_large: [413, '104002'],
    unsupported_media_type: [415, '104002'],
    temporarily_unavailable: [503, '101000'],
    internal: [500, '101000'],
  }
  for (const [trouble, [status, code]] of Object.entries(TROUBLES) as [Trouble, readonly [number, string]][]) {
    it(`[O] ${code} with ${status} for ${trouble}, in the envelope and with an id of its own`, () => {
      const answers = [0, 1].map(() => read(unimatrixDialect().trouble(trouble, { allow: 'POST', retryAfter: 5 })))
      for (const answer of answers) expect(answer).toMatchObject({ status, code, headers: { Allow: 'POST', 'Retry-After': '5' } })
      expect(new Set(answers.map(({ headers }) => headers['X-Uni-Request-Id'])).size).toBe(2)
      expect(unimatrixDialect().trouble(trouble).headers).not.toHaveProperty('Retry-After')
    })
  }

  it('lets what the service throws pass', async () => {
    const { asked, service } = openDesk()
    service.send = () => Promise.reject(new Error('the store is away'))
    await expect(asked()).rejects.toThrow('the store is away')
  })
})
