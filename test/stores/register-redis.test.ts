import { createClient } from 'redis'
import { afterEach, describe, expect, it } from 'vitest'
import type { Register } from '../../src/ports/register.js'
import { redisStore } from '../../src/stores/redis.js'
import * as scripts from '../../src/stores/redis-scripts-register.js'
import { newKey } from '../../src/testing/contract/bench.js'
import { testClock } from '../../src/testing/test-clock.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'
import { ioredis, nodeRedis } from './redis-clients.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A server of one's own, and a client that keeps what goes through it. */
async function listened() {
  const redis = await startRedis()
  ends.push(redis.stop)
  const client = createClient({ url: redis.url })
  client.on('error', () => undefined)
  await client.connect()
  ends.push(() => client.destroy())
  const commands: (readonly string[])[] = []
  const listening = {
    isReady: true,
    sendCommand(args: string[], options: object) {
      commands.push(args)
      return client.sendCommand(args, options)
    },
  }
  return { redis, client, commands, listening }
}

const VERBS: readonly [string, (register: Register, key: string) => Promise<unknown>][] = [
  ['claim', (register, key) => register.claim({ key, value: 'secret-value', ttlSeconds: 60 })],
  ['keep', (register, key) => register.keep({ key, value: 'secret-value', ttlSeconds: 60 })],
  ['look', (register, key) => register.look({ key })],
  ['charge', (register, key) => register.charge({ key, amount: 1, limit: 5, windowSeconds: 3600 })],
  ['drop', (register, key) => register.drop({ key })],
]

describe('the scripts of the register', () => {
  it.each(Object.entries(scripts))('%s names no field that it is not sent, and no word that is not Redis its own', (_, { text }) => {
    expect(text).not.toContain('$')
    expect(text).not.toMatch(/limit\(0\)/)
    const words = text.replace(/^\s*--.*$/gm, '').match(/\b[A-Z]{2,}[A-Z_]*\b/g) ?? []
    expect(words.filter((word) => !['KEYS', 'ARGV', 'TIME', 'GET', 'SET', 'DEL', 'PX'].includes(word))).toEqual([])
  })
})

describe.skipIf(!hasRedis)('the register in Redis', () => {
  it('T55 is asked by one call for each verb, on keys of its own with the one hash tag', async () => {
    const { commands, listening } = await listened()
    const store = redisStore({ client: listening })
    const key = newKey()
    for (const [, call] of VERBS) await call(store, key)
    commands.splice(0)
    for (const [, call] of VERBS) await call(store, key)
    expect(commands.map(([name, , count, ...rest]) => [name, ...rest.slice(0, Number(count))])).toEqual([
      ['evalsha', `{otp}:k:${key}`],
      ['evalsha', `{otp}:k:${key}`],
      ['evalsha', `{otp}:k:${key}`],
      ['evalsha', `{otp}:t:${key}`],
      ['evalsha', `{otp}:k:${key}`, `{otp}:t:${key}`],
    ])
  })

  it.each([nodeRedis, ioredis])('T55 goes on after the scripts were flushed, with $name', async (kind) => {
    const { redis, client: admin } = await listened()
    const { client, close } = await kind.open([redis.url])
    ends.push(close)
    const store = redisStore({ client })
    const key = newKey()
    for (const flushes of [false, true]) {
      for (const [, call] of VERBS) {
        if (flushes) await admin.sendCommand(['SCRIPT', 'FLUSH'])
        await call(store, key)
      }
    }
    await admin.sendCommand(['SCRIPT', 'FLUSH'])
    expect(await store.claim({ key, value: 'one', ttlSeconds: 60 })).toEqual({ outcome: 'claimed' })
    await admin.sendCommand(['SCRIPT', 'FLUSH'])
    expect(await store.charge({ key, amount: 5, limit: 5 })).toMatchObject({ outcome: 'charged', total: 5 })
  })

  it('T56 every key has an end, but for a total without a window; one that is spent leaves no key', async () => {
    const { client, listening } = await listened()
    const store = redisStore({ client: listening })
    const [claimed, kept, windowed, credit] = [newKey(), newKey(), newKey(), newKey()]
    await store.claim({ key: claimed, value: 'one', ttlSeconds: 60 })
    await store.keep({ key: kept, value: 'one', ttlSeconds: 172_800 })
    await store.charge({ key: windowed, amount: 3, limit: 5, windowSeconds: 3600 })
    await store.charge({ key: windowed, amount: 1, limit: 5, windowSeconds: 3600 })
    await store.charge({ key: credit, amount: -3, limit: 0 })
    const lives = async (...keys: readonly string[]): Promise<number[]> =>
      await Promise.all(keys.map(async (key) => Math.ceil((await client.pTTL(key)) / 10_000) * 10))
    expect(await lives(`{otp}:k:${claimed}`, `{otp}:k:${kept}`, `{otp}:t:${windowed}`)).toEqual([60, 172_800, 3600])
    expect(await client.pTTL(`{otp}:t:${credit}`)).toBe(-1)
    await store.charge({ key: credit, amount: 3, limit: 0 })
    await store.charge({ key: newKey(), amount: 0, limit: 5 })
    await store.charge({ key: newKey(), amount: -1, limit: 5, windowSeconds: 60 })
    await store.charge({ key: newKey(), amount: 6, limit: 5, windowSeconds: 60 })
    expect(await client.dbSize()).toBe(3)
    for (const key of [claimed, kept, windowed]) await store.drop({ key })
    expect(await client.dbSize()).toBe(0)
  })

  it('T55 keeps a whole number whole, where cjson would round it', async () => {
    const { listening } = await listened()
    const store = redisStore({ client: listening, clock: testClock() })
    const key = newKey()
    for (const amount of [9_007_199_254_740_000, 123, 456]) await store.charge({ key, amount, limit: Number.MAX_SAFE_INTEGER })
    expect((await store.charge({ key, amount: 0, limit: Number.MAX_SAFE_INTEGER })).total).toBe(9_007_199_254_740_579)
    expect(await store.charge({ key, amount: 413, limit: Number.MAX_SAFE_INTEGER })).toMatchObject({ outcome: 'refused' })
    expect(await store.charge({ key, amount: 412, limit: Number.MAX_SAFE_INTEGER })).toMatchObject({ total: Number.MAX_SAFE_INTEGER })
  })

  it('T61 rejects with ERR_OTP_STORE what the server refuses, without the value', async () => {
    const { client, listening } = await listened()
    const store = redisStore({ client: listening })
    const key = newKey()
    await client.sendCommand(['CONFIG', 'SET', 'maxmemory', '1'])
    const err: unknown = await store.keep({ key, value: 'secret-value', ttlSeconds: 60 }).catch((cause: unknown) => cause)
    expect(err).toMatchObject({ name: 'OtpError', code: 'ERR_OTP_STORE', status: 503, message: 'redisStore: Redis answered OOM' })
    expect(JSON.stringify([err, Reflect.get(Object(err), 'cause')])).not.toContain('secret-value')
  })
})

describe('the register, while Redis is silent', () => {
  it.each(VERBS)('T59 %s rejects at the deadline', async (_, call) => {
    const silent = { isReady: true, sendCommand: () => new Promise(() => undefined) }
    const store = redisStore({ client: silent, deadlineSeconds: 0.1 })
    const begun = performance.now()
    await expect(call(store, newKey())).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})
