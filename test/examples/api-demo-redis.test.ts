import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/server-process.js'
import { type ApiDemo, DIALECTS, KEYS, startApi } from './api-app.js'

describe.skipIf(!hasRedis)('the API example on Redis', () => {
  let redis: RedisServer
  let first: ApiDemo
  let second: ApiDemo

  beforeAll(async () => {
    redis = await startRedis()
    const env = { REDIS_URL: redis.url, OTP_API_KEYS: JSON.stringify(Object.values(KEYS)) }
    const copies = [startApi(env), startApi(env)] as const
    first = await copies[0]
    second = await copies[1]
  })
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()])
    await redis?.stop()
  })

  it.each(DIALECTS)('lets two copies act as one, sent by one and verified by the other: $name', async (dialect) => {
    const sent = await dialect.send(first, KEYS.all)
    expect(sent.status).toBe(200)
    expect(await second.inbox()).toEqual(await first.inbox())
    const code = await second.codeFor(dialect.to)
    const judged = await Promise.all([1, 2, 3].map(() => sent.verify(second, code)))
    expect(judged.filter((isRight) => isRight)).toHaveLength(1)
  })

  it('counts the sends to one address together', async () => {
    const key = { Authorization: `Bearer ${KEYS.bank.secret}` }
    const to = '+12065550199'
    expect((await first.ask('POST', '/v1/otp/send', key, { to })).status).toBe(200)
    expect((await second.ask('POST', '/v1/otp/send', key, { to })).status).toBe(429)
  })

  it('T59 answers 503 within 2 s in every dialect while Redis is gone, and is well again by itself', async () => {
    await redis.kill()
    for (const copy of [first, second]) {
      const answers = DIALECTS.map(async (dialect) => {
        const started = performance.now()
        const { status } = await dialect.send(copy, KEYS.all)
        return [dialect.name, status, performance.now() - started < 2000]
      })
      expect(await Promise.all(answers)).toEqual(DIALECTS.map(({ name }) => [name, 503, true]))
      for (const path of ['/healthz', '/inbox.json']) {
        expect(await copy.ask('GET', path)).toMatchObject({ status: 503, body: { reason: 'temporarily_unavailable' } })
      }
    }
    await redis.start()
    await until('both copies', async () => {
      const healthy = await Promise.all([first, second].map((copy) => copy.ask('GET', '/healthz')))
      return healthy.every(({ status }) => status === 200)
    })
    for (const dialect of DIALECTS) expect([dialect.name, (await dialect.send(first, KEYS.all)).status]).toEqual([dialect.name, 200])
  })
})
