import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { expect, onTestFinished } from 'vitest'
import type { ApiKeyOptions } from '../../src/core/service/api-key.js'
import { type SendmatorDialectOptions, sendmatorDialect } from '../../src/dialects/sendmator.js'

export const PHONE = '+12068800123'
export const MAIL = 'ann@example.org'

/** A live key, one for tests, and three that may do less or more, or live elsewhere. */
export const LIVE = 'sk_live_0123456789abcdef'
export const TEST = 'sk_test_0123456789abcdef'
export const WEAK = 'sk_live_weak-0123456789ab'
export const OTHER = 'sk_live_other-0123456789a'
export const MUTE = 'sk_live_mute-0123456789ab'
export const DEAF = 'sk_live_deaf-0123456789ab'
export const TWOFACED = 'sk_live_test-0123456789ab'

export const KEYS: readonly ApiKeyOptions[] = [
  { id: 'live', secret: LIVE, tenant: 'shop' },
  { id: 'test', secret: TEST, tenant: 'shop', rights: ['send', 'verify', 'sandbox'] },
  { id: 'weak', secret: WEAK, tenant: 'shop', rights: ['send', 'verify', 'weakCodes'] },
  { id: 'other', secret: OTHER, tenant: 'bank' },
  { id: 'mute', secret: MUTE, tenant: 'shop', rights: ['verify'] },
  { id: 'deaf', secret: DEAF, tenant: 'shop', rights: ['send'] },
  { id: 'twofaced', secret: TWOFACED, tenant: 'shop', rights: ['send', 'verify', 'sandbox'] },
]

export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  // Tests look into answers freely; what they expect is the check.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

export interface Asking {
  /** `null` for none. */
  readonly key?: string | null
  readonly ip?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly method?: string
  readonly path?: string
}

export interface Bench {
  readonly otp: Otp
  readonly clock: TestClock
  readonly outboxes: Readonly<Record<'sms' | 'call' | 'whatsapp' | 'email', Outbox>>
  ask(operation: 'send' | 'verify' | 'resend', body: unknown, asking?: Asking): Promise<Heard>
}

/** The dialect over the real core, without HTTP; every answer is held to what the vendor's clients need. */
export function bench(options: { readonly dialect?: SendmatorDialectOptions; readonly otp?: Partial<OtpOptions> } = {}): Bench {
  const outboxes = { sms: outbox('sms'), call: outbox('call'), whatsapp: outbox('whatsapp'), email: outbox('email') }
  const clock = testClock()
  const otp = createOtp({
    secret: 'a secret that only the tests know, 32+',
    service: 'Acme',
    channels: [
      smsChannel({ transport: outboxes.sms }),
      callChannel({ transport: outboxes.call }),
      whatsappChannel({ transport: outboxes.whatsapp, template: { name: 'otp', language: 'en_US' } }),
      emailChannel({ transport: outboxes.email }),
    ],
    store: memoryStore({ clock }),
    clock,
    ...options.otp,
  })
  onTestFinished(() => otp.close())
  const service = otp.serve(KEYS)
  const dialect = sendmatorDialect({ sendsPerHourPerAddress: 0, ...options.dialect })
  return {
    otp,
    clock,
    outboxes,
    async ask(operation, body, { headers = {}, ip = '203.0.113.7', key = LIVE, method = 'POST', path = `/api/v1/otp/${operation}` } = {}) {
      const answer = await dialect.handle(
        {
          method,
          path,
          query: '',
          headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'x-api-key': key }), ...headers },
          body: body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? '')),
          ip,
        },
        service,
      )
      // What cannot be written as JSON is no answer.
      const heard = { status: answer.status, headers: answer.headers ?? {}, body: JSON.parse(JSON.stringify(answer.body)) as unknown }
      holdToWire(heard, operation)
      return heard
    },
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const PHRASE =
  /^(?:Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Method Not Allowed|Payload Too Large|Unsupported Media Type|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable)$/

/** What Sendmator's SDK and the integrations read of every answer. */
export function holdToWire({ body, headers, status }: Heard, operation: 'send' | 'verify' | 'resend'): void {
  expect(body).toBeTypeOf('object')
  const [limit, remaining, reset] = ['Limit', 'Remaining', 'Reset'].map((name) => headers[`X-RateLimit-${name}`] ?? '')
  for (const value of [limit, remaining, reset]) expect(value).toMatch(/^\d+$/)
  expect(Number(remaining)).toBeLessThanOrEqual(Number(limit))
  // Unix seconds, not milliseconds.
  expect(String(reset)).toHaveLength(10)
  if (status !== 200) {
    // Shape A: an object as `error` would become "[object Object]" in the SDK, a list as `message` a row of commas.
    const known = ['statusCode', 'message', 'error', 'code', 'details']
    expect(Object.keys(body).filter((name) => !known.includes(name))).toEqual([])
    expect(body).toMatchObject({ statusCode: status, message: expect.stringMatching(/./), error: expect.stringMatching(PHRASE) })
    expect(body.code).toMatch(/^[a-z_]+$/)
    expect(status).toBeGreaterThanOrEqual(400)
    if ('details' in body) expect(Object.values(body.details).every((value) => ['string', 'number'].includes(typeof value))).toBe(true)
    if (status === 429 || status === 503) expect(headers['Retry-After']).toMatch(/^[1-9]\d*$/)
    return
  }
  expect(body.success).toBeTypeOf('boolean')
  expect(body.data).toBeTypeOf('object')
  expect(body.verification_mode).toMatch(/^(?:any|all)$/)
  if (operation === 'verify') {
    expect(body.verified).toBeTypeOf('boolean')
    expect(body.session_verified).toBeTypeOf('boolean')
    expect(body.data).toEqual({ verified: body.verified, verification_results: body.verification_results })
    expect(Number.isInteger(body.attempts_remaining) && body.attempts_remaining >= 0).toBe(true)
    expect(Object.keys(body.verification_results).length).toBeGreaterThan(0)
    for (const result of Object.values<object>(body.verification_results)) expect(result).toMatchObject({ success: expect.any(Boolean) })
    if (!body.verified)
      expect(body).toMatchObject({ message: expect.any(String), details: { attempts_remaining: body.attempts_remaining } })
    return
  }
  expect(body.session_token).toMatch(/^[0-9a-f]{32}$/)
  expect(body.session_id).toBe(body.session_token)
  expect(body.expires_at).toMatch(TIME)
  for (const result of Object.values<{ success: boolean }>(body.channels_sent)) {
    expect(result).toEqual(
      result.success
        ? { success: true, message_id: expect.stringMatching(/^msg_(?:sandbox_)?[0-9a-f]{32}$/) }
        : { success: false, error: 'Delivery failed' },
    )
  }
  expect(body.data).toMatchObject({ session_id: body.session_id, session_token: body.session_token, expires_at: body.expires_at })
}

/** The answer with values that differ each time named, as fixtures have them. */
export function named(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replaceAll(/msg_(sandbox_)?[0-9a-f]{32}/g, 'msg_$1$$hex')
    .replaceAll(/"[0-9a-f]{32}"/g, '"$$token"')
    .replaceAll(/"\d{6}"/g, '"$$code"')
  return JSON.parse(text)
}

/** A code of the same length that is not this one. */
export const wrong = (code: string): string => code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))
