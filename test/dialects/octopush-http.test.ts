import { octopushDialect } from 'express-otp/dialects/octopush'
import { memoryStore } from 'express-otp/stores/memory'
import { describe, expect, it } from 'vitest'
import { OtpError } from '../../src/errors.js'
import { type ApiApp, openApi } from '../helpers/api-app.js'
import { GENERATE, KEY, LOGIN, type Said, SECRET, said, VALIDATE } from './octopush-desk.js'

const NUMBER = '+33611223344'

type Ask = (method: string, path: string, fields: unknown, headers?: Record<string, string>) => Promise<Said>

/** A client as Octopush's are: raw calls, a base URL that ends in `/v1/public`. */
function client({ origin }: ApiApp, mount = ''): Ask {
  return async (method, path, fields, headers = {}) => {
    const answer = await fetch(`${origin}${mount}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', 'api-login': LOGIN, 'api-key': SECRET, ...headers },
      body: typeof fields === 'string' ? fields : JSON.stringify(fields),
    })
    const names: Readonly<Record<string, string>> = { 'retry-after': 'Retry-After', allow: 'Allow' }
    const shown = Object.entries(names).flatMap(([name, spelled]) =>
      answer.headers.has(name) ? [[spelled, answer.headers.get(name) ?? '']] : [],
    )
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
    return said({ status: answer.status, headers: Object.fromEntries(shown), body: (await answer.json()) as object })
  }
}

async function opened(more: Partial<Parameters<typeof openApi>[0]> = {}): Promise<{ readonly app: ApiApp; readonly ask: Ask }> {
  const app = await openApi({ dialect: octopushDialect(), keys: [KEY], ...more })
  return { app, ask: client(app, more.mount) }
}

describe('Octopush over HTTP', () => {
  it.each(['', '/octopush'])('T70 [C] serves a client from the first code to the last, mounted at "%s"', async (mount) => {
    const { app, ask } = await opened({ mount })
    const { body } = await ask('POST', GENERATE, { phone_number: NUMBER, text: 'Your code:', code_length: 6, validity_period: 300 })
    const { otp_request_token } = body
    expect(app.outboxes.sms.last()?.text).toBe(`Your code: ${app.outboxes.sms.code()}`)
    await expect(ask('PUT', VALIDATE, { otp_request_token, code: 'abc' })).resolves.toMatchObject({ status: 400, body: { code: 199 } })
    const guess = { otp_request_token, phone_number: NUMBER, code: app.outboxes.sms.code() }
    await expect(ask('PUT', VALIDATE, guess)).resolves.toMatchObject({ status: 200, body: { code: 0 } })
    await expect(ask('PUT', VALIDATE, guess)).resolves.toMatchObject({ status: 400, body: { code: 198 } })
  })

  it('[D] sends by WhatsApp where that is configured', async () => {
    const { app, ask } = await opened()
    const { body } = await ask('POST', GENERATE, { phone_number: NUMBER, channel: 'whatsapp' })
    const guess = { otp_request_token: body.otp_request_token, code: app.outboxes.whatsapp.code() }
    await expect(ask('PUT', VALIDATE, guess)).resolves.toMatchObject({ status: 200 })
  })

  it('T02 compares no more of 50 parallel guesses than the limit, and tells which attempts are left', async () => {
    const { app, ask } = await opened()
    const { body } = await ask('POST', GENERATE, { phone_number: NUMBER })
    const { otp_request_token } = body
    const code = app.outboxes.sms.code() === '111111' ? '222222' : '111111'
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('PUT', VALIDATE, { otp_request_token, code })))
    const left = answers.flatMap(({ body: said }) => (said.code === 199 ? [said.remaining_number_of_attempts] : []))
    expect(left.sort()).toEqual([0, 1, 2])
    expect(answers.filter(({ body: said }) => said.code === 196)).toHaveLength(47)
  })

  it.each(['otp_request_token', 'phone_number'])('T22 lets one of 50 parallel right codes win, by %s', async (by) => {
    const { app, ask } = await opened()
    const { body } = await ask('POST', GENERATE, { phone_number: NUMBER })
    const guess = { [by]: by === 'phone_number' ? NUMBER : body.otp_request_token, code: app.outboxes.sms.code() }
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('PUT', VALIDATE, guess)))
    expect(answers.map(({ body: said }) => Number(said.code)).sort()).toEqual([0, ...new Array<number>(49).fill(198)])
  })

  it('T28 sends one message for 50 parallel requests', async () => {
    const { app, ask } = await opened()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('POST', GENERATE, { phone_number: NUMBER })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(app.outboxes.sms.messages).toHaveLength(1)
  })

  it('T58 T59 answers 503 with 125 while the store is away, and sends nothing', async () => {
    const store = new Proxy(memoryStore(), { get: (target, name) => (name === 'close' ? target.close : away) })
    const { app, ask } = await opened({ otp: { store } })
    await expect(ask('POST', GENERATE, { phone_number: NUMBER })).resolves.toMatchObject({ status: 503, body: { code: 125 } })
    await expect(ask('PUT', VALIDATE, { phone_number: NUMBER, code: '111111' })).resolves.toMatchObject({
      status: 503,
      body: { code: 125 },
    })
    expect(app.outboxes.sms.messages).toHaveLength(0)
  })

  it('[C] answers 402 with 104 where the credit is used up', async () => {
    const { app, ask } = await opened({ otp: { prices: { sms: { default: '1' } }, balance: 'store' } })
    await expect(ask('POST', GENERATE, { phone_number: NUMBER })).resolves.toMatchObject({ status: 402, body: { code: 104 } })
    await app.otp.topUp('ops', '1')
    await expect(ask('POST', GENERATE, { phone_number: NUMBER })).resolves.toMatchObject({ status: 200 })
  })

  it.each([
    ['other methods', 'DELETE', VALIDATE, '{}', {}, 405],
    ['form bodies', 'POST', GENERATE, 'phone_number=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['bodies above 4 KiB', 'POST', GENERATE, `{"text":"${'x'.repeat(5000)}"}`, {}, 413],
    ['other paths below its mount', 'POST', '/v1/public/sms-campaign/send', '{}', {}, 404],
    ['browsers', 'POST', GENERATE, '{}', { origin: 'https://evil.example' }, 403],
    ['an empty body', 'POST', GENERATE, '', {}, 400],
  ])('T67 T70 refuses %s in its own envelope', async (_what, method, path, body, headers: Record<string, string>, status) => {
    const { ask } = await opened({ mount: '/octopush' })
    await expect(ask(method, path, body, headers)).resolves.toMatchObject({ status })
  })
})

function away(): Promise<never> {
  return Promise.reject(new OtpError('ERR_OTP_STORE', 'away', { status: 503 }))
}
