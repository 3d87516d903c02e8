import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { startSmtpServer } from '../helpers/smtp-server.js'
import { type HttpClient, httpClient } from './http-client.js'
import { type LoginApp, startLogin, useLogin, wrong } from './login-app.js'

const phone = '+12068800123'
const html = { accept: 'text/html' }

async function logIn(app: LoginApp, to = phone): Promise<HttpClient> {
  const client = httpClient(app.url)
  await client.post('/otp/send', { to })
  const { status } = await client.post('/otp/verify', { code: await app.code() })
  if (status !== 200) throw new Error(`the login failed with ${status}`)
  return client
}

describe('the login example', () => {
  const login = useLogin()

  it('logs in with the code from the inbox, says who is logged in, and logs out', async () => {
    const app = login()
    const client = httpClient(app.url)
    expect((await client.get('/', html)).text).toContain('You are not logged in')
    const sent = await client.post('/otp/send', { to: phone })
    expect(sent.json).toMatchObject({ status: 'sent', channel: 'sms', codeLength: 6, attemptsLeft: 5, expiresIn: 300 })
    const refused = await client.post('/otp/verify', { code: wrong(await app.code()) })
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    const verified = await client.post('/otp/verify', { code: await app.code() })
    expect(verified.json).toMatchObject({ status: 'verified', complete: true, intent: 'login', to: phone })
    expect((await client.get('/me')).json).toEqual({ user: { id: phone, to: phone } })
    expect((await client.get('/', html)).text).toContain(phone)
    expect((await client.post('/logout')).status).toBe(204)
    const me = await client.get('/me')
    expect(me.status).toBe(401)
    expect(me.headers.get('content-type')).toContain('application/problem+json')
    expect(me.json).toMatchObject({ reason: 'unauthenticated' })
  })

  it('shows every message in the inbox, newest first', async () => {
    const app = login()
    await httpClient(app.url).post('/otp/send', { to: phone })
    await httpClient(app.url).post('/otp/send', { to: 'Ada@example.com' })
    const inbox = await app.inbox()
    expect(inbox.map(({ to, channel }) => [to, channel])).toEqual([
      ['Ada@example.com', 'email'],
      [phone, 'sms'],
    ])
    for (const message of inbox) {
      expect(message.text).toContain(message.code)
      expect(message.code).toMatch(/^\d{6}$/)
      expect(Math.abs(Date.parse(message.at) - Date.now())).toBeLessThan(60_000)
    }
  })

  it.each(['/', '/login', '/inbox'])('serves %s to anybody, with headers that keep other sites and scripts out', async (path) => {
    const { status, headers } = await httpClient(login().url).get(path, html)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/html')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-powered-by')).toBe(null)
    expect(headers.getSetCookie()).toEqual([])
  })

  it('is healthy, and knows no other pages', async () => {
    const client = httpClient(login().url)
    expect((await client.get('/healthz')).status).toBe(200)
    const missing = await client.get('/nothing')
    expect(missing.status).toBe(404)
    expect(missing.json).toMatchObject({ reason: 'not_found' })
    expect((await client.get('/home.html')).status).toBe(404)
  })

  it('T45 gives the browser a new session at login, in a cookie that scripts and other sites do not get', async () => {
    const app = login()
    const client = httpClient(app.url)
    await client.post('/otp/send', { to: phone })
    const before = client.cookie('acme.sid')
    const { headers } = await client.post('/otp/verify', { code: await app.code() })
    const [cookie = ''] = headers.getSetCookie().filter((line) => line.startsWith('acme.sid='))
    expect(before).toBeDefined()
    expect(client.cookie('acme.sid')).not.toBe(before)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).not.toContain('Secure')
  })

  it('T44 refuses to send where another site asks, whatever cookies come along', async () => {
    const app = login()
    const client = await logIn(app)
    const { status, json } = await client.post(
      '/otp/send',
      { to: 'victim@example.com' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    )
    expect(status).toBe(403)
    expect(json).toMatchObject({ reason: 'cross_site' })
    expect(await app.inbox()).toHaveLength(1)
  })

  it('T16 does not take the code of another browser', async () => {
    const app = login()
    const victim = httpClient(app.url)
    await victim.post('/otp/send', { to: phone })
    const attacker = httpClient(app.url)
    const { status, json } = await attacker.post('/otp/verify', { code: await app.code() })
    expect(status).toBe(400)
    expect(json).toMatchObject({ reason: 'no_pending_challenge' })
    expect((await victim.post('/otp/verify', { code: await app.code() })).status).toBe(200)
  })

  it('T18 asks for a fresh code before a transfer, and sends it to nobody but the user', async () => {
    const app = login()
    const transfer = { amount: '120.00', payee: 'Ada Lovelace' }
    expect((await httpClient(app.url).post('/transfer', transfer)).status).toBe(401)
    const client = await logIn(app)
    const asked = await client.post('/transfer', transfer)
    expect(asked.status).toBe(401)
    expect(asked.json).toMatchObject({ reason: 'otp_required' })
    expect(asked.headers.get('www-authenticate')).toContain('insufficient_user_authentication')
    app.advance(60)
    const elsewhere = await client.post('/otp/send', { intent: 'transfer', context: transfer, to: 'attacker@example.com' })
    expect(elsewhere.status).toBe(400)
    expect(elsewhere.json).toMatchObject({ reason: 'invalid_request' })
    expect((await client.post('/otp/send', { intent: 'transfer', context: transfer })).status).toBe(200)
    const [message] = await app.inbox()
    expect(message?.to).toBe(phone)
    expect(message?.text).toContain('120.00')
    expect((await client.post('/otp/verify', { intent: 'transfer', context: transfer, code: message?.code })).status).toBe(200)
    expect((await client.post('/transfer', { ...transfer, payee: 'Mallory' })).status).toBe(401)
    const done = await client.post('/transfer', transfer)
    expect(done.json).toEqual({ status: 'transferred', ...transfer })
    expect((await client.post('/transfer', transfer)).status).toBe(401)
  })

  it('leads a browser that is not logged in from the transfer page to the login page', async () => {
    const app = login()
    const { status, headers } = await httpClient(app.url).get('/transfer', html)
    expect(status).toBe(303)
    expect(headers.get('location')).toBe('/login?returnTo=%2Ftransfer')
    expect((await httpClient(app.url).get('/transfer')).status).toBe(401)
    expect((await (await logIn(app)).get('/transfer', html)).status).toBe(200)
  })

  it.each([
    {},
    { amount: '1.005', payee: 'Ada' },
    { amount: -1, payee: 'Ada' },
    { amount: ['1'], payee: 'Ada' },
    { amount: '1.00', payee: '' },
    { amount: '1.00', payee: ['Ada'] },
  ])('refuses the transfer %j', async (transfer) => {
    const client = await logIn(login())
    const { status, json } = await client.post('/transfer', transfer)
    expect(status).toBe(400)
    expect(json).toMatchObject({ reason: 'invalid_request' })
  })
})

describe('the login example, started', () => {
  it('listens on the loopback address only, prints it, and warns about secrets that it made up', async () => {
    const app = await startLogin()
    try {
      expect(app.output()).toContain('OTP_SECRET is not set')
      expect(app.output()).toContain('SESSION_SECRET is not set')
      const { port } = new URL(app.url)
      const others = Object.values(networkInterfaces()).flatMap((all) => all?.filter((one) => one.family === 'IPv4' && !one.internal) ?? [])
      for (const { address } of others) await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toThrow()
    } finally {
      await app.stop()
    }
  })

  it('T61 prints neither the secrets it was given nor a code', async () => {
    const secrets = { OTP_SECRET: 'one-time-code-secret-of-the-test', SESSION_SECRET: 'session-secret-of-the-test-here' }
    const app = await startLogin(secrets)
    try {
      await logIn(app)
      for (const text of [...Object.values(secrets), await app.code(), 'is not set']) expect(app.output()).not.toContain(text)
    } finally {
      await app.stop()
    }
  })

  it('sends e-mail by SMTP where it is told a server, and text messages to the inbox all the same', async () => {
    const smtp = await startSmtpServer()
    const app = await startLogin({ SMTP_URL: smtp.url })
    try {
      await httpClient(app.url).post('/otp/send', { to: 'ada@example.com' })
      await httpClient(app.url).post('/otp/send', { to: phone })
      expect(smtp.received.map(({ to }) => to)).toEqual([['ada@example.com']])
      expect((await app.inbox()).map(({ to }) => to)).toEqual([phone])
    } finally {
      await app.stop()
      await smtp.stop()
    }
  })
})
