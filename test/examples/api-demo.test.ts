import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startSmtpServer } from '../helpers/smtp-server.js'
import { type ApiDemo, apiFile, DIALECTS, KEYS, startApi } from './api-app.js'
import { wrong } from './login-app.js'

const bearer = ({ secret }: { readonly secret: string }): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${secret}` })

describe('the API example', () => {
  let demo: ApiDemo
  beforeAll(async () => {
    demo = await startApi()
  })
  afterAll(async () => {
    await demo?.stop()
  })

  it.each([
    ['native', 'verified'],
    ['unimatrix', 'true'],
    ['octopush', 'success'],
    ['sendmator', 'true'],
  ])('has a client of the dialect %s that gets a code and has it checked', async (name, said) => {
    const { id, login, secret } = KEYS.all
    const env = { ...process.env, API_URL: demo.url, API_KEY_ID: id, API_KEY: secret, API_LOGIN: login }
    const { stdout } = await promisify(execFile)(process.execPath, [apiFile(`clients/${name}.js`)], { env })
    expect(stdout).toBe(`${said}\n`)
  })

  it.each(DIALECTS)('takes a right code and no wrong one: $name', async (dialect) => {
    const sent = await dialect.send(demo, KEYS.all)
    expect(sent.status).toBe(200)
    const code = await demo.codeFor(dialect.to)
    expect(await sent.verify(demo, wrong(code))).toBe(false)
    expect(await sent.verify(demo, code)).toBe(true)
    expect(await sent.verify(demo, code)).toBe(false)
  })

  it.each([
    ['/v1/otp/nothing', 'application/problem+json', { reason: 'not_found' }],
    ['/nothing', 'application/problem+json', { reason: 'not_found' }],
    ['/unimatrix/nothing', 'application/json', { code: '104002', message: 'InvalidParams' }],
    ['/octopush/nothing', 'application/json', { code: 100, message: 'Not found.' }],
    ['/sendmator/nothing', 'application/json', { statusCode: 404, message: 'Not Found', error: 'Not Found' }],
  ])('has nothing at %s, and says so as the clients there expect', async (path, type, body) => {
    for (const method of ['GET', 'POST']) {
      const heard = await demo.ask(method, path)
      expect(heard.status).toBe(404)
      expect(heard.type).toContain(type)
      expect(heard.body).toMatchObject(body)
    }
  })

  it('keeps the challenges of two tenants apart, and a key to its rights', async () => {
    const to = '+12065550121'
    const sent = await demo.ask('POST', '/v1/otp/send', bearer(KEYS.bank), { to })
    expect(sent.status).toBe(200)
    const guess = { id: sent.body.id, code: await demo.codeFor(to) }
    expect((await demo.ask('POST', '/v1/otp/verify', bearer(KEYS.all), guess)).body.reason).toBe('no_pending_challenge')
    const forbidden = await demo.ask('POST', '/v1/otp/verify', bearer(KEYS.sender), guess)
    expect([forbidden.status, forbidden.body.reason]).toEqual([403, 'forbidden'])
    expect((await demo.ask('POST', '/v1/otp/verify', bearer(KEYS.bank), guess)).body.status).toBe('verified')
    const unsigned = await demo.ask('POST', `/?action=otp.send&accessKeyId=${KEYS.bank.id}`, {}, { to })
    expect([unsigned.status, unsigned.body.code]).toEqual([401, '104201'])
    const nobody = await demo.ask('POST', '/v1/otp/send', bearer({ secret: 'sk_live_of-nobody-0123456789' }), { to })
    expect(nobody.status).toBe(401)
  })

  it('names the price of a message', async () => {
    const free = await demo.ask('POST', '/?action=otp.send&accessKeyId=shop', {}, { to: '+12065550122' })
    expect(free.body.data).toMatchObject({ cc: '1', parts: 1, count: 1, price: '0.000000' })
    const OTP_PRICES = JSON.stringify({ sms: { 1: '0.0079', default: '0.045' } })
    const priced = await startApi({ OTP_API_KEYS: JSON.stringify(Object.values(KEYS)), OTP_PRICES })
    onTestFinished(priced.stop)
    const own = await priced.ask('POST', '/v1/otp/send', bearer(KEYS.bank), { to: '+33611223355' })
    expect(own.body.channels).toMatchObject({ sms: { sent: true, parts: 1, price: '0.045000' } })
    const other = await priced.ask('POST', '/?action=otp.send&accessKeyId=shop', {}, { to: '+12065550122' })
    expect(other.body.data).toMatchObject({ cc: '1', parts: 1, count: 1, price: '0.007900' })
  })

  it('shows the messages of all four channels in the inbox, newest first', async () => {
    const addresses = { sms: '+12065550131', call: '+12065550132', whatsapp: '+12065550133', email: 'joan@example.com' }
    for (const [channel, to] of Object.entries(addresses)) {
      expect((await demo.ask('POST', '/v1/otp/send', bearer(KEYS.all), { to, channel })).status).toBe(200)
    }
    const newest = (await demo.inbox()).slice(0, 4)
    expect(newest.map(({ to, channel }) => [channel, to])).toEqual(Object.entries(addresses).reverse())
    for (const { at, code, text } of newest) {
      expect(text).toContain(code)
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
    }
  })

  it('serves the inbox, its page and its health at the root, beside Unimatrix', async () => {
    const page = await fetch(`${demo.url}/inbox`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const linked = [...(await page.text()).matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '']) => path)
    expect(linked).toContain('/inbox.js')
    for (const path of new Set(linked)) expect([path, (await fetch(demo.url + path)).status]).toEqual([path, 200])
    expect(await demo.ask('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect((await demo.ask('GET', '/v1/openapi.json')).body.openapi).toMatch(/^3\.1\./)
    expect((await fetch(demo.url)).url).toBe(`${demo.url}/inbox`)
  })

  it('sends e-mail by SMTP where it is told a server, and all else to the inbox', async () => {
    const smtp = await startSmtpServer()
    const other = await startApi({ SMTP_URL: smtp.url, OTP_API_KEYS: JSON.stringify([KEYS.all]) })
    onTestFinished(async () => {
      await other.stop()
      await smtp.stop()
    })
    await other.ask('POST', '/v1/otp/send', bearer(KEYS.all), { to: 'ada@example.com' })
    await other.ask('POST', '/v1/otp/send', bearer(KEYS.all), { to: '+12065550141' })
    expect(smtp.received.map(({ to }) => to)).toEqual([['ada@example.com']])
    expect((await other.inbox()).map(({ to }) => to)).toEqual(['+12065550141'])
  })

  it('makes a key where it was given none, and prints lines that work', async () => {
    const other = await startApi({})
    onTestFinished(other.stop)
    const lines = other
      .output()
      .split('\n')
      .filter((line) => line.startsWith('curl '))
    expect(lines).toHaveLength(4)
    for (const line of lines) {
      const { body, headers, url } = readCurl(line)
      const response = await fetch(url, { method: 'POST', headers, body })
      expect([response.status, await response.text()]).toEqual([200, expect.any(String)])
    }
    expect((await other.inbox()).map(({ to }) => to)).toEqual(['ada@example.com', '+33611223344', '+12068800124', '+12068800123'])
    expect(other.output()).toMatch(/^API_KEY_ID=key_[0-9a-f]{12} API_KEY=sk_test_[0-9a-f]{48} API_LOGIN=\S+$/m)
  })

  it('takes the secrets of the vendors\u2019 examples, which are too short for anything but play, says so in one line, and counts null as nothing', async () => {
    const octopush = { id: 'octopush', secret: 'k-1234', login: 'me@acme.example', tenant: null, rights: null, channels: null }
    const sendmator = { id: 'sendmator', secret: ['sk_live_example', KEYS.bank.secret], hash: null, login: null, sendsPerHour: null }
    const simple = { id: 'simple', secret: KEYS.all.secret, rights: ['send', 'verify', 'unsigned'] }
    const other = await startApi({ OTP_API_KEYS: JSON.stringify([octopush, simple, sendmator]) })
    onTestFinished(other.stop)
    for (const [name, key] of [
      ['Octopush', octopush],
      ['Sendmator', { id: 'sendmator', secret: 'sk_live_example' }],
      ['our own JSON', { id: 'sendmator', secret: KEYS.bank.secret }],
    ] as const) {
      const dialect = DIALECTS.find((one) => one.name === name)
      const sent = await dialect?.send(other, key)
      expect([name, sent?.status]).toEqual([name, 200])
      expect(await sent?.verify(other, await other.codeFor(dialect?.to ?? ''))).toBe(true)
    }
    expect(other.output().match(/^OTP_API_KEYS: .*$/gm)).toEqual([
      'OTP_API_KEYS: keys[0], keys[2]: a secret of fewer than 16 characters is fit for play only, and cannot sign',
    ])
    expect(other.output()).not.toMatch(/k-1234|sk_live/)
    const unsigned = await other.ask('POST', '/?action=otp.send&accessKeyId=octopush', {}, { to: '+12065550151' })
    expect([unsigned.status, unsigned.body.code]).toEqual([401, '104201'])
  })

  const { secret } = KEYS.all
  it.each([
    ['is no JSON', `[{"id":"shop","secret":"${secret}"`, 'not JSON'],
    ['is no array', `{"id":"shop","secret":"${secret}"}`, 'array'],
    ['is empty', '[]', 'array'],
    ['holds what is no key', `[{"id":"shop","secret":"${secret}"},7]`, 'object'],
    ['has no id', `[{"secret":"${secret}"}]`, '"id"'],
    ['has no secret', '[{"id":"shop"}]', '"secret"'],
    ['has an empty secret', '[{"id":"shop","secret":""}]', '"secret"'],
    ['has null for an id', `[{"id":null,"secret":"${secret}"}]`, '"id"'],
    ['has an unknown right', `[{"id":"shop","secret":"${secret}","rights":["everything"]}]`, '"rights"'],
    ['has a word too many', `[{"id":"shop","secret":"${secret}","right":["send"]}]`, '"rights"'],
    ['has one id twice', `[{"id":"shop","secret":"${secret}"},{"id":"shop","secret":"${secret}2"}]`, 'one id twice'],
  ])('ends at once where OTP_API_KEYS %s, with one line that says so and no secret', (_, keys, said) => {
    const env = { ...process.env, PORT: '0', OTP_SECRET: 'the secret of one-time codes, for tests only', OTP_API_KEYS: keys }
    const { status, stderr, stdout } = spawnSync(process.execPath, [apiFile('server.js')], { env, encoding: 'utf8', timeout: 30_000 })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^OTP_API_KEYS: [^\n]+\n$/)
    expect(stderr).toContain(said)
    expect(stderr).not.toContain('of-the-shop')
  })
})

/** What a shell makes of a line of curl. */
function readCurl(line: string): { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const after = (flag: string): string[] => words.flatMap((word, index) => (word === flag ? [words[index + 1] ?? ''] : []))
  const headers = after('-H').map((header) => header.split(': ', 2))
  return { url: words[1] ?? '', headers: Object.fromEntries(headers), body: after('-d')[0] ?? '' }
}
