import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/server-process.js'
import { type HttpClient, httpClient } from './http-client.js'
import { type LoginApp, startLogin } from './login-app.js'

const phone = '+12068800123'
const secrets = { OTP_SECRET: 'one-time-code-secret-of-the-test', SESSION_SECRET: 'session-secret-of-the-test-here' }

/** Every kind of route, each through the client given. */
const routes: Readonly<Record<string, (client: HttpClient) => ReturnType<HttpClient['get']>>> = {
  'GET /': (client) => client.get('/'),
  'GET /login': (client) => client.get('/login'),
  'GET /me': (client) => client.get('/me'),
  'GET /transfer': (client) => client.get('/transfer'),
  'GET /inbox': (client) => client.get('/inbox'),
  'GET /inbox.json': (client) => client.get('/inbox.json'),
  'GET /healthz': (client) => client.get('/healthz'),
  'GET /otp/status': (client) => client.get('/otp/status'),
  'POST /otp/send': (client) => client.post('/otp/send', { to: 'ada@example.com' }),
  'POST /otp/verify': (client) => client.post('/otp/verify', { code: '123456' }),
  'POST /transfer': (client) => client.post('/transfer', { amount: '1.00', payee: 'Ada' }),
  'POST /logout': (client) => client.post('/logout'),
}

/** A browser whose requests go to whichever copy is named. */
function browser(): (app: LoginApp) => HttpClient {
  const jar = new Map<string, string>()
  return (app) => httpClient(app.url, jar)
}

async function expectUnavailable(client: HttpClient, names: readonly string[] = Object.keys(routes)): Promise<void> {
  const answers = await Promise.all(
    names.map(async (name) => {
      const ask = routes[name]
      if (ask === undefined) throw new Error(`there is no route ${name}`)
      const started = performance.now()
      const { status, json, headers } = await ask(client)
      const inTime = performance.now() - started < 2000
      return [name, { status, reason: json.reason, inTime, retryAfter: Number(headers.get('retry-after')) > 0 }] as const
    }),
  )
  const unavailable = { status: 503, reason: 'temporarily_unavailable', inTime: true, retryAfter: true }
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(names.map((name) => [name, unavailable])))
}

describe.skipIf(!hasRedis)('the login example on Redis', () => {
  let redis: RedisServer
  let copies: readonly (LoginApp & { output(): string })[] = []
  let first: LoginApp
  let second: LoginApp

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    await redis?.stop()
  })
  beforeEach(async () => {
    const env = { ...secrets, REDIS_URL: redis.url }
    copies = await Promise.all([startLogin(env), startLogin(env)])
    const [one, other] = copies
    if (one === undefined || other === undefined) throw new Error('two copies were started')
    first = one
    second = other
  })
  afterEach(async () => {
    await Promise.all(copies.map((copy) => copy.stop()))
    await redis.command('FLUSHALL')
  })

  async function loggedIn(): Promise<(app: LoginApp) => HttpClient> {
    const at = browser()
    await at(first).post('/otp/send', { to: phone })
    const answer = await at(second).post('/otp/verify', { code: await first.code() })
    expect(answer.status).toBe(200)
    return at
  }

  it('lets several copies act as one: sent by one, verified by the other, shown by both', async () => {
    const at = await loggedIn()
    expect((await at(first).get('/me')).json).toEqual({ user: { id: phone, to: phone } })
    expect((await at(second).get('/me')).json).toEqual({ user: { id: phone, to: phone } })
    expect(await second.inbox()).toEqual(await first.inbox())
    expect(await first.inbox()).toHaveLength(1)
    expect((await at(first).post('/logout')).status).toBe(204)
    expect((await at(second).get('/me')).status).toBe(401)
  })

  it('lets one of many right codes through, whichever copies they reach', async () => {
    const at = browser()
    await at(first).post('/otp/send', { to: phone })
    const code = await first.code()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => at(index % 2 === 0 ? first : second).post('/otp/verify', { code })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('T59 answers 503 within 2 s on every route while Redis is gone, and is well again by itself', async () => {
    const at = await loggedIn()
    await redis.kill()
    await expectUnavailable(at(first))
    await redis.start()
    await until(
      'the copies',
      async () => (await at(first).get('/healthz')).status === 200 && (await at(second).get('/healthz')).status === 200,
    )
    await loggedIn()
  })

  it('T59 answers 503 within 2 s on every route while Redis hangs, and is well again by itself', async () => {
    const at = await loggedIn()
    redis.pause()
    try {
      await expectUnavailable(at(first))
      await expectUnavailable(httpClient(second.url), ['GET /healthz', 'GET /inbox.json', 'POST /otp/send'])
    } finally {
      redis.resume()
    }
    await until('the copies', async () => (await at(first).get('/healthz')).status === 200)
    expect((await at(first).get('/me')).status).toBe(200)
  })
})
