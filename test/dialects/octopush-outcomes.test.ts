import { octopushDialect } from 'express-otp/dialects/octopush'
import { describe, expect, it } from 'vitest'
import type { Refused } from '../../src/core/results.js'
import type { Trouble } from '../../src/core/service/dialect.js'
import type { Service } from '../../src/core/service/service.js'
import { OtpError } from '../../src/errors.js'
import { type FakeAnswers, type FakeService, fakeService, SENT } from './fake-service.js'
import { desk, GENERATE, KEY, LOGIN, type Said, SECRET, said, VALIDATE } from './octopush-desk.js'

const NUMBER = '+33611223344'
const NOW = 1_700_000_000_000

/** The dialect over outcomes that the test names. */
function told(answers: Partial<FakeAnswers> = {}): {
  readonly service: FakeService
  ask(method: string, path: string, fields: object): Promise<Said>
  token(): Promise<string>
} {
  const service = fakeService([KEY], { send: { ...SENT, expiresIn: 300, expiresAt: NOW + 300_000 }, ...answers })
  const dialect = octopushDialect()
  const headers = { 'api-login': LOGIN, 'api-key': SECRET }
  const ask = async (method: string, path: string, fields: object): Promise<Said> =>
    said(await dialect.handle({ method, path, query: '', headers, body: Buffer.from(JSON.stringify(fields)), ip: undefined }, service))
  return { service, ask, token: async () => String((await ask('POST', GENERATE, { phone_number: NUMBER })).body.otp_request_token) }
}

const refused = (reason: Refused['reason'], more: Partial<Refused> = {}): Refused => ({ ok: false, reason, ...more })
const field = (name: string, reason = 'x'): Refused => refused('invalid_request', { errors: [{ field: name, reason }] })

describe('generate', () => {
  it.each<[string, Refused, number, number]>([
    ['a number that no channel takes', field('to', 'country_not_served'), 400, 117],
    ['a text that is too long', field('text', 'too_long'), 400, 102],
    ['a channel that is not to be had', field('channel', 'not_configured'), 403, 113],
    ['a term that is not allowed', field('ttlSeconds', 'not_allowed'), 400, 100],
    ['a limit', refused('rate_limited', { retryAfter: 60 }), 429, 128],
    ['an empty purse', refused('insufficient_balance'), 402, 104],
    ['a missing right', refused('forbidden'), 403, 113],
    ['a step that needs a session', refused('otp_required'), 403, 113],
    ['a failed delivery', refused('delivery_failed'), 500, 125],
  ])('[O] tells %s by its number', async (_what, send, status, code) => {
    const answer = await told({ send }).ask('POST', GENERATE, { phone_number: NUMBER })
    expect(answer).toMatchObject({ status, body: { code } })
    expect(answer.headers['Retry-After']).toBe(code === 128 ? '60' : undefined)
  })

  it('[C] hands everything over in the words of the core', async () => {
    const { service, ask } = told()
    const fields = {
      text: 'Code {code}',
      channel: 'voice_sms',
      sender: 'Acme',
      code_length: '8',
      validity_period: 900,
      recipient_ip: '203.0.113.9',
    }
    await ask('POST', GENERATE, { phone_number: ` ${NUMBER}`, max_wrong_attempts: 10, voice_language: 'de-DE', ...fields })
    expect(service.sends()).toEqual([
      {
        to: NUMBER,
        channel: 'call',
        clientIp: '203.0.113.9',
        foundBy: 'id',
        terms: {
          codeLength: 8,
          alphabet: 'digits',
          ttlSeconds: 600,
          maxAttempts: 10,
          mode: 'any',
          text: 'Code {code}',
          timeZone: 'UTC',
          sender: 'Acme',
          voice: { language: 'de-DE', gender: 'female' },
        },
      },
    ])
  })

  it('[D] tries the default where the channel asked for is not to be had, once', async () => {
    const { service, ask } = told({ send: field('channel', 'not_configured') })
    await ask('POST', GENERATE, { phone_number: NUMBER, channel: 'whatsapp' })
    expect(service.sends().map(({ channel }) => channel)).toEqual(['whatsapp', 'sms'])
  })
})

describe('validate', () => {
  it.each<[string, Refused, number, number]>([
    ['a wrong code', refused('invalid_code', { attemptsLeft: 1 }), 400, 199],
    ['the last wrong code', refused('too_many_attempts'), 400, 199],
    ['an expired challenge', refused('expired'), 400, 197],
    ['a challenge that is gone before its time', refused('no_pending_challenge'), 400, 198],
    ['a limit', refused('rate_limited', { retryAfter: 30 }), 429, 128],
    ['a code that cannot be one', field('code'), 400, 100],
    ['a missing right', refused('forbidden'), 403, 113],
    ['a step that needs a session', refused('otp_required'), 403, 113],
    ['an empty purse', refused('insufficient_balance'), 402, 104],
    ['a vendor that does not answer', refused('delivery_failed'), 500, 125],
  ])('[O] tells %s by its number', async (_what, verify, status, code) => {
    const { ask, token } = told({ verify })
    const otp_request_token = await token()
    await expect(ask('PUT', VALIDATE, { otp_request_token, code: '111111' })).resolves.toMatchObject({ status, body: { code } })
  })

  it('[D2] tells a challenge that the store has forgotten as expired, once its time is over', async () => {
    const { ask, service, token } = told({ verify: refused('no_pending_challenge') })
    const otp_request_token = await token()
    service.answers.now = NOW + 300_000
    await expect(ask('PUT', VALIDATE, { otp_request_token, code: '111111' })).resolves.toMatchObject({ body: { code: 197 } })
  })

  it('T16 verifies the challenge of the token, never an id of the request', async () => {
    const { ask, service, token } = told()
    const otp_request_token = await token()
    await ask('PUT', VALIDATE, { otp_request_token, code: '111111', id: 'another', to: 'another', recipient_ip: '203.0.113.9' })
    expect(service.verifies()).toEqual([{ id: SENT.id, code: '111111', clientIp: '203.0.113.9' }])
  })

  it('answers a success as one, also where the store is away just after it', async () => {
    const app = desk({
      service: (real) => withNotebook(real, { drop: () => Promise.reject(new OtpError('ERR_OTP_STORE', 'away', { status: 503 })) }),
    })
    const guess = { otp_request_token: await app.token(), code: app.sms.code() }
    await expect(app.validate(guess)).resolves.toMatchObject({ status: 200 })
    await expect(app.validate(guess)).resolves.toMatchObject({ body: { code: 198 } })
  })

  it('reads nothing into notes that it did not write', async () => {
    for (const note of [null, 7, 'otp', [], {}, { id: 'x' }, { token: 7, at: 1 }]) {
      const app = desk({ service: (real) => withNotebook(real, { look: async () => note }) })
      await expect(app.validate({ otp_request_token: `otp_${'0'.repeat(24)}`, code: '1' })).resolves.toMatchObject({ body: { code: 198 } })
      await expect(app.validate({ phone_number: NUMBER, code: '1' })).resolves.toMatchObject({ body: { code: 198 } })
    }
  })
})

function withNotebook(real: Service, changed: Partial<ReturnType<Service['notebook']>>): Service {
  return { ...real, notebook: (key, dialect) => ({ ...real.notebook(key, dialect), ...changed }) }
}

describe('trouble', () => {
  it.each<[Trouble, number, number]>([
    ['not_found', 404, 100],
    ['method_not_allowed', 405, 100],
    ['cross_site', 403, 113],
    ['body_too_large', 413, 100],
    ['unsupported_media_type', 415, 100],
    ['temporarily_unavailable', 503, 125],
    ['internal', 500, 125],
  ])('is told in the envelope: %s', (trouble, status, code) => {
    expect(said(octopushDialect().trouble(trouble, { allow: 'POST', retryAfter: 7 }))).toMatchObject({ status, body: { code } })
  })
})

describe('octopushDialect', () => {
  it('owns its two paths, whatever the method', () => {
    const { owns } = octopushDialect()
    expect([GENERATE, VALIDATE].every((path) => owns({ method: 'DELETE', path, query: '' }))).toBe(true)
    for (const path of ['/', '/v1/public/service/otp', `${GENERATE}/`, '/v1/public/sms-campaign/send', '/V1/PUBLIC/SERVICE/OTP/GENERATE']) {
      expect(owns({ method: 'POST', path, query: '' })).toBe(false)
    }
  })

  it.each([
    ['GET', GENERATE, 'POST'],
    ['PUT', GENERATE, 'POST'],
    ['GET', VALIDATE, 'PUT, POST'],
    ['DELETE', VALIDATE, 'PUT, POST'],
  ])('refuses %s of %s and names %s', async (method, path, allow) => {
    await expect(told().ask(method, path, {})).resolves.toMatchObject({ status: 405, headers: { Allow: allow } })
  })

  it.each([
    [
      { timeZone: 'Paris' },
      'octopushDialect: option "timeZone" is "Paris"; it must be a time zone of the IANA list, such as "Europe/Paris"',
    ],
    [{ timeZone: 1 }, 'octopushDialect: option "timeZone" is 1;'],
    [{ checkRecipientIp: 'yes' }, 'octopushDialect: option "checkRecipientIp" is "yes"; it must be true or false'],
    [{ timezone: 'UTC' }, 'octopushDialect: unknown option "timezone". Did you mean "timeZone"?'],
  ])('refuses the options %j', (options: object, message) => {
    expect(() => octopushDialect(options)).toThrow(message)
  })

  it('takes undefined for not given', () => {
    expect(octopushDialect({ timeZone: undefined, checkRecipientIp: undefined }).name).toBe('octopush')
  })
})
