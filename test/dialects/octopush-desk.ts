import { createOtp, type OtpOptions } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { type OctopushDialectOptions, octopushDialect } from 'express-otp/dialects/octopush'
import { memoryStore } from 'express-otp/stores/memory'
import { fixedRandom, type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { expect } from 'vitest'
import type { ApiKeyOptions } from '../../src/core/service/api-key.js'
import type { ApiAnswer } from '../../src/core/service/dialect.js'
import type { Service } from '../../src/core/service/service.js'
import { LITERALS, STATUSES } from './fixtures/octopush.js'

export const GENERATE = '/v1/public/service/otp/generate'
export const VALIDATE = '/v1/public/service/otp/validate'

export const SECRET = 'k-1234-0123456789'
export const LOGIN = 'ops@example.org'
export const KEY: ApiKeyOptions = { id: 'ops', secret: SECRET, login: LOGIN, tenant: 'ops' }

export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

export interface DeskOptions {
  readonly keys?: readonly ApiKeyOptions[]
  readonly otp?: Partial<OtpOptions>
  readonly dialect?: OctopushDialectOptions
  readonly chance?: readonly number[]
  readonly start?: number
  /** Another service than the one of the engine. */
  readonly service?: (real: Service) => Service
}

export interface Desk {
  readonly sms: Outbox
  readonly call: Outbox
  readonly clock: TestClock
  ask(method: string, path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Said>
  /** With the headers of another account. */
  as(login: string, secret: string): Pick<Desk, 'generate' | 'validate'>
  generate(fields: object): Promise<Said>
  validate(fields: object): Promise<Said>
  /** Asks for a code that must be sent, and tells its token. */
  token(fields?: object): Promise<string>
}

/** The dialect over the real engine, with time, chance and delivery in the hands of the test. Every answer goes through {@link said}. */
export function desk(options: DeskOptions = {}): Desk {
  const sms = outbox('sms-outbox')
  const call = outbox('call-outbox')
  const clock = testClock(options.start)
  const otp = createOtp({
    secret: 'a secret that only the tests know, 32+',
    service: 'Acme',
    channels: [smsChannel({ transport: sms }), callChannel({ transport: call }), emailChannel({ transport: outbox('mail-outbox') })],
    store: memoryStore({ clock }),
    clock,
    ...(options.chance === undefined ? {} : { random: fixedRandom(options.chance) }),
    ...options.otp,
  })
  const real = otp.serve(options.keys ?? [KEY])
  const service = options.service?.(real) ?? real
  const dialect = octopushDialect(options.dialect)

  const ask: Desk['ask'] = async (method, path, body, headers = { 'api-login': LOGIN, 'api-key': SECRET }) => {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    return said(await dialect.handle({ method, path, query: '', headers, body: bytes, ip: '192.0.2.1' }, service))
  }
  const as: Desk['as'] = (login, secret) => {
    const headers = { 'api-login': login, 'api-key': secret }
    return { generate: (fields) => ask('POST', GENERATE, fields, headers), validate: (fields) => ask('PUT', VALIDATE, fields, headers) }
  }
  const { generate, validate } = as(LOGIN, SECRET)
  return {
    sms,
    call,
    clock,
    ask,
    as,
    generate,
    validate,
    async token(fields = {}) {
      const { body } = await generate({ phone_number: '+33611223344', ...fields })
      expect(body).toMatchObject({ code: 0 })
      return String(body.otp_request_token)
    },
  }
}

/**
 * What every answer must be for the clients that are known: some read the JSON alone, comparing `code` and `message`, some the status
 * alone, so both tell the truth; nothing beyond the documented fields.
 */
export function said({ status, headers = {}, body, contentType = 'application/json' }: ApiAnswer): Said {
  const read: Record<string, unknown> = JSON.parse(JSON.stringify(body))
  expect(contentType).toBe('application/json')
  const { code, message, ticket_number, otp_request_token, remaining_number_of_attempts, ...rest } = read
  expect(rest).toEqual({})
  expect(typeof code).toBe('number')
  expect(message).toBe(status === 404 || status === 405 ? 'Not found.' : LITERALS[Number(code)])
  expect(STATUSES[Number(code)]).toContain(status)
  if (otp_request_token !== undefined || ticket_number !== undefined) {
    expect(code).toBe(0)
    expect(otp_request_token).toMatch(/^otp_[0-9a-f]{24}$/)
    expect(ticket_number).toMatch(/^sms_[0-9a-f]{13}$/)
  }
  if (code === 199) expect(Number.isInteger(remaining_number_of_attempts) && Number(remaining_number_of_attempts) >= 0).toBe(true)
  else expect(remaining_number_of_attempts).toBeUndefined()
  if (status === 429 || status === 503) expect(headers['Retry-After']).toMatch(/^[1-9][0-9]*$/)
  if (status === 405) expect(headers.Allow).toMatch(/^(PUT|POST)(, (PUT|POST))*$/)
  return { status, headers, body: read }
}
