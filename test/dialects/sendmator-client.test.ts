import { describe, expect, it } from 'vitest'
import { sendmatorDialect } from '../../src/dialects/sendmator.js'
import { type ApiApp, openApi } from '../helpers/api-app.js'
import { type Heard, holdToWire, KEYS, LIVE, MAIL, PHONE, TEST, wrong } from './sendmator-bench.js'

type Operation = 'send' | 'verify' | 'resend'

/** What the vendor's SDK throws for an answer that is not 2xx. */
class SdkError extends Error {
  readonly statusCode: number
  readonly code: unknown
  readonly details: unknown

  constructor(status: number, body: Heard['body']) {
    // Whatever stands there becomes the text, as in the SDK: an object would read "[object Object]".
    super(String(body.message ?? body.error))
    this.statusCode = status
    this.code = body.code
    this.details = body.details
  }
}

/** Behaves as the page says that `@sendmator/node` 0.0.3 does: same headers, same paths, bodies untouched both ways. */
function sdk({
  apiKey,
  baseURL,
  teamId,
}: {
  readonly apiKey: string
  readonly baseURL: string
  readonly teamId?: string
}): Readonly<Record<Operation, (body: object) => Promise<Heard['body']>>> {
  if (!apiKey.startsWith('sk_')) throw new Error('Invalid API key format')
  const post = (operation: Operation) => async (body: object) => {
    const response = await fetch(`${baseURL}/v1/otp/${operation}`, {
      method: 'POST',
      headers: {
        Accept: 'application/json, text/plain, */*',
        'Content-Type': 'application/json',
        'User-Agent': 'sendmator-node/1.0.0',
        'X-API-Key': apiKey,
        ...(teamId === undefined ? {} : { 'X-Team-ID': teamId }),
      },
      body: JSON.stringify(body),
    })
    const names = ['Limit', 'Remaining', 'Reset'].map((name) => `X-RateLimit-${name}`)
    const headers = Object.fromEntries([...names, 'Retry-After'].map((name) => [name, response.headers.get(name) ?? '']))
    const heard = { status: response.status, headers, body: await response.json() }
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
    holdToWire(heard, operation)
    if (!response.ok) throw new SdkError(heard.status, heard.body)
    return heard.body
  }
  return { send: post('send'), verify: post('verify'), resend: post('resend') }
}

async function open(mount = ''): Promise<{ app: ApiApp; client: ReturnType<typeof sdk>; test: ReturnType<typeof sdk> }> {
  const app = await openApi({ dialect: sendmatorDialect(), keys: KEYS, mount })
  const baseURL = `${app.origin}${mount}/api`
  return { app, client: sdk({ apiKey: LIVE, baseURL, teamId: 'team_1' }), test: sdk({ apiKey: TEST, baseURL }) }
}

const failureOf = async (promise: Promise<unknown>): Promise<SdkError> => {
  const err = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (err instanceof SdkError) return err
  throw new Error('no error of the SDK', { cause: err })
}

/** What one integration does with the text of an error. */
function classified(message: string): string {
  const text = message.toLowerCase()
  if (text.includes('channel not found') || text.includes('not found in session')) return 'channel'
  if (text.includes('expired')) return 'expired'
  if (text.includes('maximum') || text.includes('attempts exceeded')) return 'locked'
  return text.includes('invalid') ? 'wrong' : 'unknown'
}

describe.each(['', '/sendmator'])("[S] a client that does what Sendmator's SDK does, below %j", (mount) => {
  it('sends, verifies and resends', async () => {
    const { app, client } = await open(mount)
    const sent = await client.send({ channels: ['email'], recipients: { email: MAIL }, metadata: { purpose: 'login' } })
    // The typings of the SDK: everything once more below `data`.
    expect(sent.data).toMatchObject({
      session_id: sent.session_id,
      channels: ['email'],
      recipients: { email: MAIL },
      expires_at: sent.expires_at,
    })
    app.clock.advance(30)
    await client.resend({ session_token: sent.session_token })
    const checked = await client.verify({ session_token: sent.data.session_id, otps: { email: app.outboxes.email.code() } })
    expect(checked.data).toEqual({ verified: true, verification_results: { email: { success: true } } })
    expect(app.errors).toEqual([])
  })

  it('gets a value, not an exception, for a wrong code', async () => {
    const { app, client } = await open(mount)
    const { session_token } = await client.send({ channels: ['sms'], recipients: { sms: PHONE } })
    const checked = await client.verify({ session_token, otps: { sms: wrong(app.outboxes.sms.code()) } })
    expect(checked.data.verified).toBe(false)
  })

  it('shows every failure as text, status, code and details', async () => {
    const { app, client } = await open(mount)
    const bad = await failureOf(client.send({ channels: ['sms'], recipients: { sms: '12068800123' } }))
    expect(bad).toMatchObject({ message: 'Invalid recipient phone number', statusCode: 400, code: 'invalid_recipient' })
    expect(bad.details).toEqual({ field: 'recipients.sms' })
    const stranger = sdk({ apiKey: 'sk_live_stranger-0000', baseURL: `${app.origin}${mount}/api` })
    expect(await failureOf(stranger.send({ channels: ['sms'] }))).toMatchObject({ message: 'Invalid API key', statusCode: 401 })
    await client.send({ channels: ['sms'], recipients: { sms: PHONE } })
    const soon = await failureOf(client.send({ channels: ['sms'], recipients: { sms: PHONE } }))
    expect(soon).toMatchObject({ message: 'Rate limit exceeded', statusCode: 429, code: 'rate_limit_exceeded' })
  })

  it('tests in the sandbox', async () => {
    const { app, test } = await open(mount)
    const sent = await test.send({ channels: ['sms'], recipients: { sms: PHONE }, sandbox_mode: true })
    expect(await test.verify({ session_token: sent.session_token, otps: sent.data.otps })).toMatchObject({ verified: true })
    expect(app.outboxes.sms.messages).toEqual([])
  })
})

describe('[C] an integration that speaks HTTP', () => {
  it('reads the flat fields, sends the token under both names, and wants both booleans and a count', async () => {
    const { app, client } = await open()
    const config = { otp_length: 6, expiry_minutes: 15, max_attempts: 5 }
    const sent = await client.send({ channels: ['sms'], recipients: { sms: PHONE }, config, metadata: {} })
    expect(sent.channels_sent.sms.success).toBe(true)
    const token = sent.session_token ?? sent.token ?? sent.session_id
    const checked = await client.verify({ token, session_token: token, otps: { sms: app.outboxes.sms.code() } })
    expect(checked.verified && checked.session_verified).toBe(true)
    expect(checked.attempts_remaining).toBe(5)
  })

  it('finds the words that it looks for', async () => {
    const { app, client } = await open()
    const { session_token } = await client.send({ channels: ['sms'], recipients: { sms: PHONE }, config: { max_attempts: 1 } })
    const sms = wrong(app.outboxes.sms.code())
    expect(classified((await failureOf(client.verify({ session_token, otps: { email: '123456' } }))).message)).toBe('channel')
    expect(classified((await client.verify({ session_token, otps: { sms } })).message)).toBe('wrong')
    const locked = await failureOf(client.verify({ session_token, otps: { sms } }))
    expect(classified(locked.message)).toBe('locked')
    expect(locked.details).toEqual({ attempts_remaining: 0 })
    app.clock.advance(600)
    expect(classified((await failureOf(client.verify({ session_token, otps: { sms } }))).message)).toBe('expired')
  })
})

describe('the door in front of it', () => {
  const post = (
    app: ApiApp,
    init: { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> },
    path = '/sendmator/api/v1/otp/send',
  ): Promise<Response> =>
    fetch(app.origin + path, {
      method: 'POST',
      body: '{}',
      ...init,
      headers: { 'X-API-Key': LIVE, 'Content-Type': 'application/json', ...init.headers },
    })

  it.each([
    ['T67 a page of a browser', 403, { headers: { Origin: 'https://evil.example' } }, undefined],
    ['T42 a body above 4 KiB', 413, { body: `{"x":"${'y'.repeat(5000)}"}` }, undefined],
    ['a body of another type', 415, { headers: { 'Content-Type': 'text/plain' } }, undefined],
    ['another path', 404, {}, '/sendmator/api/v1/otp/status'],
    ['another method', 405, { method: 'PUT' }, undefined],
  ])("answers %s in the vendor's words", async (_title, status, init, path) => {
    const { app } = await open('/sendmator')
    const response = await post(app, init, path)
    expect(response.status).toBe(status)
    const headers = Object.fromEntries(
      ['Limit', 'Remaining', 'Reset'].map((name) => [`X-RateLimit-${name}`, response.headers.get(`X-RateLimit-${name}`) ?? '']),
    )
    holdToWire({ status, headers, body: await response.json() }, 'send')
  })
})
