import { RedisStore } from 'connect-redis'
import { sessionStore } from 'express-otp/stores/session'
import { testClock } from 'express-otp/testing'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bench, FREE, issueRequest, type Pending, RIGHT } from '../../src/testing/contract/bench.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'

const UNAVAILABLE = { code: 'ERR_OTP_STORE', status: 503 }

describe.skipIf(!hasRedis)('sessionStore over connect-redis, whose client queues what it cannot send', () => {
  let redis: RedisServer
  let end: () => void

  beforeAll(async () => {
    redis = await startRedis()
  })

  afterAll(async () => {
    end()
    await redis.stop()
  })

  async function open(): Promise<{ send: () => Promise<Pending>; issue: () => Promise<unknown> }> {
    const client = createClient({ url: redis.url }).on('error', () => undefined)
    await client.connect()
    end = () => client.destroy()
    const store = sessionStore({ store: new RedisStore({ client }), singleProcess: true, deadlineSeconds: 0.2 })
    const { send } = bench(testClock(), store, store)
    return { send: () => send({ limits: FREE }), issue: () => store.issue(issueRequest()) }
  }

  it('T58 T59 answers in time while the server is silent, then while it is gone, and does nothing late', async () => {
    const { send, issue } = await open()
    const [silent, lost] = [await send(), await send()]
    redis.pause()
    await expect(silent.verify(RIGHT)).rejects.toMatchObject(UNAVAILABLE)
    await expect(issue()).rejects.toMatchObject(UNAVAILABLE)
    redis.resume()
    await redis.command('PING')
    expect((await silent.verify(RIGHT)).outcome).toBe('verified')
    expect(await redis.command('DBSIZE')).toBe('2')

    await redis.kill()
    await expect(lost.verify(RIGHT)).rejects.toMatchObject(UNAVAILABLE)
    await expect(issue()).rejects.toMatchObject(UNAVAILABLE)
  })
})
