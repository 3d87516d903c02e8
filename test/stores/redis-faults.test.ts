import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/core/law/default-limits.js'
import { OtpError } from '../../src/errors.js'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import { FREE, guess, issueRequest, newId, newKey, newOrigin, RIGHT, WRONG } from '../../src/testing/contract/bench.js'
import { type RedisCluster, startRedisCluster } from '../helpers/redis-cluster.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/server-process.js'
import { type ClientKind, ioredis, ioredisCluster, nodeRedis, nodeRedisCluster, type OpenClient } from './redis-clients.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function server(...args: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis({ args })
  ends.push(redis.stop)
  return redis
}

async function storeOn(kind: ClientKind, urls: readonly string[], deadlineSeconds?: number): Promise<Store> {
  const { client, close }: OpenClient = await kind.open(urls)
  ends.push(close)
  const store = redisStore({ client, prefix: `faults-${randomUUID()}`, deadlineSeconds })
  ends.push(store.close)
  return store
}

async function pending(store: Store, recipients: readonly string[] = [newKey()]) {
  const request = issueRequest({ recipients, origin: newOrigin() })
  expect((await store.issue(request)).outcome).toBe('issued')
  return { ...request, grantSeconds: 60 }
}

/** How a call fails; a call that does not is an error of the test. */
async function failure(call: Promise<unknown>): Promise<OtpError> {
  const result = await call.catch((err: unknown) => err)
  if (!(result instanceof OtpError)) throw new Error(`not refused: ${inspect(result)}`)
  expect(result).toMatchObject({ code: 'ERR_OTP_STORE', status: 503, expose: false })
  return result
}

describe.skipIf(!hasRedis).each([nodeRedis, ioredis])('redisStore on $name when its server', (kind) => {
  it('T55 forgot the scripts, sends them again', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url])
    const request = await pending(store)
    await redis.command('SCRIPT', 'FLUSH')
    expect((await store.verify({ ...request, guesses: [guess(WRONG)] })).outcome).toBe('wrong')
    await redis.command('SCRIPT', 'FLUSH')
    expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('verified')
  })

  it('T59 hangs, rejects at the deadline, and goes on when it answers again', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url], 0.3)
    const request = await pending(store)
    // So that the server knows the script: a guess that would have to send it after the deadline is given up.
    await store.verify({ ...(await pending(store)), guesses: [guess(WRONG)] })
    redis.pause()
    const started = performance.now()
    const failures = await Promise.all([
      failure(store.verify({ ...request, guesses: [guess(RIGHT)] })),
      failure(store.issue(issueRequest())),
      failure(store.redeem({ ...request, maxAgeSeconds: 60, once: true })),
    ])
    const took = performance.now() - started
    redis.resume()
    expect(took).toBeGreaterThan(250)
    expect(took).toBeLessThan(1000)
    expect(failures.every((err) => err.message.includes('within 0.3 s'))).toBe(true)
    // The guess was on its way: it may land late and consume the code, and verify nobody.
    expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('gone')
  })

  it('T59 hangs and knows no script, is not sent one after the deadline: the code stays good', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url], 0.2)
    const request = await pending(store)
    redis.pause()
    await failure(store.verify({ ...request, guesses: [guess(RIGHT)] }))
    redis.resume()
    expect((await store.find({ id: request.id, limits: DEFAULT_LIMITS })).outcome).toBe('found')
    expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('verified')
  })

  it('T59 hangs for as long as the default deadline, rejects within 2 s', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url])
    const request = await pending(store)
    redis.pause()
    const started = performance.now()
    await failure(store.verify({ ...request, guesses: [guess(RIGHT)] }))
    expect(performance.now() - started).toBeLessThan(2200)
    redis.resume()
  })

  it('T58 is gone, rejects at once or at the deadline, and needs no new client when it is back', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url], 0.3)
    const request = await pending(store)
    await redis.kill()
    await failure(store.verify({ ...request, guesses: [guess(RIGHT)] }))
    await failure(store.issue(issueRequest()))
    await redis.start()
    await until('the client', async () => (await store.find({ id: request.id, limits: DEFAULT_LIMITS })).outcome === 'gone')
    // Its memory is gone, and no code of that memory is good.
    expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('gone')
    await pending(store)
  })

  it('T55 is a replica that may not be written, says so', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url])
    const request = await pending(store)
    await redis.command('CONFIG', 'SET', 'replica-read-only', 'yes')
    await redis.command('REPLICAOF', '127.0.0.1', '1')
    expect((await failure(store.verify({ ...request, guesses: [guess(RIGHT)] }))).message).toBe('redisStore: Redis answered READONLY')
    await failure(store.issue(issueRequest()))
    await redis.command('REPLICAOF', 'NO', 'ONE')
    expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('verified')
  })

  it('T55 is out of memory, refuses challenges and compares nothing', async () => {
    const redis = await server('--maxmemory-policy', 'noeviction')
    const store = await storeOn(kind, [redis.url])
    const request = await pending(store)
    await redis.command('CONFIG', 'SET', 'maxmemory', '1mb')
    expect((await failure(store.issue(issueRequest()))).message).toBe('redisStore: Redis answered OOM')
    await failure(store.verify({ ...request, guesses: [guess(WRONG)] }))
    await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    expect(await store.verify({ ...request, guesses: [guess(WRONG)] })).toMatchObject({ outcome: 'wrong', attemptsLeft: 4 })
  })

  it('T55 forbids scripts or keys to this user, says so', async () => {
    const redis = await server()
    await redis.command('ACL', 'SETUSER', 'weak', 'on', '>weak', '~*', '+@all', '-evalsha', '-eval')
    const url = redis.url.replace('redis://', 'redis://weak:weak@')
    const store = await storeOn(kind, [url])
    expect((await failure(store.issue(issueRequest()))).message).toBe('redisStore: Redis answered NOPERM')
    await redis.command('ACL', 'SETUSER', 'weak', 'resetkeys', '~other:*', '+evalsha', '+eval')
    await failure(store.issue(issueRequest()))
  })

  it('T61 refuses, names neither key nor value, not in the cause either', async () => {
    const redis = await server('--maxmemory-policy', 'noeviction', '--maxmemory', '1mb')
    const store = await storeOn(kind, [redis.url])
    const request = issueRequest()
    const err = await failure(store.issue(request))
    const printed = inspect(err, { depth: 10, showHidden: true })
    expect(printed).toContain('OOM')
    for (const secret of [request.id.slice(0, 16), request.id.slice(-22), 'sealed-sms', request.answers[0]?.digest ?? 'digest']) {
      expect(printed).not.toContain(secret)
    }
  })

  it('T55 is busy with a script of somebody else, says so', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url])
    await pending(store)
    await redis.command('CONFIG', 'SET', 'lua-time-limit', '1')
    const busy = redis.command('EVAL', 'while true do end', '0').catch(() => undefined)
    await until(
      'the script',
      async () =>
        await redis.command('PING').then(
          () => false,
          () => true,
        ),
    )
    const err = await failure(store.issue(issueRequest()))
    expect(err.message).toMatch(/BUSY|within/)
    await redis.command('SCRIPT', 'KILL')
    await busy
  })

  it('T59 waits for the connection, sends nothing once the deadline has passed', async () => {
    const redis = await server()
    const store = await storeOn(kind, [redis.url], 0.2)
    const request = await pending(store)
    await redis.kill()
    await Promise.all(Array.from({ length: 50 }, () => failure(store.verify({ ...request, guesses: [guess(WRONG)] }))))
    await redis.start()
    await until('the client', async () => (await store.find({ id: request.id, limits: FREE })).outcome === 'gone')
    const ran = await redis.command('INFO', 'commandstats')
    const calls = Number(/cmdstat_evalsha:calls=(\d+)/.exec(ran)?.[1] ?? 0)
    // ioredis has no way to take a command back; it holds them for its own number of retries.
    if (kind === nodeRedis) expect(calls).toBeLessThan(10)
  })
})

describe.skipIf(!hasRedis).each([nodeRedisCluster, ioredisCluster])('redisStore on $name when one of its servers', (kind) => {
  async function cluster(): Promise<RedisCluster> {
    const started = await startRedisCluster()
    ends.push(started.stop)
    return started
  }

  it('T59 hangs, rejects at the deadline whatever part of a decision lies there, and loses no charge', { timeout: 60_000 }, async () => {
    const { nodes } = await cluster()
    const store = await storeOn(
      kind,
      nodes.map((node) => node.url),
      0.4,
    )
    const requests = await Promise.all(Array.from({ length: 12 }, () => pending(store, [newKey(), newKey()])))
    nodes[0]?.pause()
    const started = performance.now()
    const outcomes = await Promise.allSettled(requests.map((request) => store.verify({ ...request, guesses: [guess(WRONG)] })))
    expect(performance.now() - started).toBeLessThan(1500)
    nodes[0]?.resume()
    const rejected = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(rejected.length).toBeGreaterThan(0)
    expect(rejected.every((err) => err instanceof OtpError && err.code === 'ERR_OTP_STORE')).toBe(true)
    await until('the cluster', async () => (await nodes[1]?.command('CLUSTER', 'INFO'))?.includes('cluster_state:ok') === true)
    for (const [index, request] of requests.entries()) {
      const decision = await store.verify({ ...request, guesses: [guess(WRONG)] })
      if (decision.outcome !== 'wrong') throw new Error(decision.outcome)
      // A guess that was told to be wrong has cost an attempt; one that was not answered may have.
      expect(decision.attemptsLeft).toBeLessThanOrEqual(outcomes[index]?.status === 'fulfilled' ? 3 : 4)
    }
  })

  it('T55 forgot the scripts or lost its slots, sends them again or says so', { timeout: 60_000 }, async () => {
    const { nodes } = await cluster()
    const store = await storeOn(
      kind,
      nodes.map((node) => node.url),
      1,
    )
    const requests = await Promise.all(Array.from({ length: 6 }, () => pending(store, [newKey(), newKey()])))
    for (const node of nodes) await node.command('SCRIPT', 'FLUSH')
    for (const request of requests) expect((await store.verify({ ...request, guesses: [guess(RIGHT)] })).outcome).toBe('verified')
    for (const node of nodes) await node.command('CONFIG', 'SET', 'cluster-require-full-coverage', 'yes')
    await nodes[2]?.kill()
    await until('the loss', async () => (await nodes[0]?.command('CLUSTER', 'INFO'))?.includes('cluster_state:fail') === true)
    await failure(store.verify({ ...(requests[0] ?? issueRequest()), guesses: [guess(RIGHT)], grantSeconds: 0 }))
    await failure(store.issue(issueRequest({ id: newId([newKey()]) })))
  })
})
