import { randomBytes } from 'node:crypto'
import { createClient, createCluster } from 'redis'
import { afterEach, describe, expect, it } from 'vitest'
import { RECIPIENT_KEY_LENGTH } from '../../src/core/challenge-id.js'
import { keyring } from '../../src/core/keyring.js'
import { DEFAULT_LIMITS } from '../../src/core/law/default-limits.js'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import { guess, issueRequest, newAnswer, newKey, newOrigin, RIGHT, range, WRONG } from '../../src/testing/contract/bench.js'
import { testClock } from '../../src/testing/test-clock.js'
import { startRedisCluster } from '../helpers/redis-cluster.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function server(...args: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis({ args })
  ends.push(redis.stop)
  return redis
}

async function clientOf(redis: RedisServer) {
  const client = createClient({ url: redis.url })
  client.on('error', () => undefined)
  await client.connect()
  ends.push(() => client.destroy())
  return client
}

/** Every verb, with one and two recipients, with and without success. */
async function callEachVerb(store: Store): Promise<void> {
  for (const count of [1, 2]) {
    const origin = newOrigin()
    const request = { ...issueRequest({ recipients: range(count).map(newKey), origin, answers: [newAnswer(RIGHT)] }), grantSeconds: 60 }
    await store.issue(request)
    const label = newKey()
    await store.label({ label, id: request.id, channel: 'sms', expiresAt: Date.now() + 300_000, sealed: 'sealed' })
    await store.note({ label, status: 'sent' })
    await store.renew({ ...request, resend: 'keep', limits: { ...DEFAULT_LIMITS, cooldownSeconds: [0] } })
    await store.verify({ ...request, guesses: [guess(WRONG)] })
    await store.find({ id: request.id, limits: DEFAULT_LIMITS })
    await store.verify({ ...request, guesses: [guess(RIGHT)] })
    await store.redeem({ ...request, maxAgeSeconds: 60, once: false })
    const second = issueRequest({ recipients: range(count).map(newKey), origin })
    const issued = await store.issue(second)
    if (issued.outcome === 'issued') await store.withdraw({ id: second.id, issued, giveBack: true })
    await store.cancel({ id: second.id })
    await store.release({ recipient: request.id.slice(0, RECIPIENT_KEY_LENGTH) })
    const delegated = {
      ...issueRequest({ recipients: range(count).map(newKey), origin, answers: [newAnswer('', { digest: '' })] }),
      grantSeconds: 0,
    }
    const sent = await store.issue(delegated)
    if (sent.outcome === 'issued') await store.attach({ id: delegated.id, channel: 'sms', expiresAt: sent.expiresAt, sealed: 'ticket' })
    await store.verify({ ...delegated, guesses: [guess(WRONG)], delegates: true })
    await store.confirm({ ...delegated, channel: 'sms', sealed: 'ticket', takeBack: true })
    const third = issueRequest({ recipients: range(count).map(newKey) })
    await store.issue(third)
    await store.verify({ ...third, guesses: [guess(WRONG)], grantSeconds: 0 })
  }
}

interface Heard {
  readonly name: unknown
  readonly keys: readonly string[]
}

/** Takes script calls out of the commands that went to a client. */
function scriptCalls(commands: readonly (readonly string[])[]): Heard[] {
  return commands
    .filter(([name]) => name === 'evalsha' || name === 'eval')
    .map(([name, , count, ...rest]) => ({ name, keys: rest.slice(0, Number(count)) }))
}

const hashTag = (key: string): string => /\{(.+?)\}/.exec(key)?.[1] ?? key

describe.skipIf(!hasRedis)('records in Redis', () => {
  it('T55 on one server: one call per decision, its keys passed as keys, all with one hash tag', async () => {
    const client = await clientOf(await server())
    const commands: string[][] = []
    const listening = {
      isReady: true,
      sendCommand(args: string[], options: object) {
        commands.push(args)
        return client.sendCommand(args, options)
      },
    }
    const store = redisStore({ client: listening })
    await callEachVerb(store)
    const calls = scriptCalls(commands)
    expect(new Set(calls.flatMap(({ keys }) => keys.map(hashTag)))).toEqual(new Set(['otp']))
    expect(Math.max(...calls.map(({ keys }) => keys.length))).toBe(3)
    const before = commands.length
    await callEachVerb(store)
    // As many calls as `callEachVerb` makes for one and two recipients: one round trip each, two for a note, the scripts being known by now.
    expect(commands.length - before).toBe(38)
  })

  it('T55 on a cluster: one key for each call, each record in a slot of its own', async () => {
    const { nodes, stop } = await startRedisCluster()
    ends.push(stop)
    const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) })
    client.on('error', () => undefined)
    await client.connect()
    ends.push(() => client.destroy())
    const commands: string[][] = []
    const listening = {
      masters: [],
      sendCommand(key: string, isReadonly: boolean, args: string[], options: object) {
        commands.push(args)
        return client.sendCommand(key, isReadonly, args, options)
      },
    }
    const store = redisStore({ client: listening })
    // Often enough that no server is left out by chance.
    for (const _ of range(8)) await callEachVerb(store)
    const calls = scriptCalls(commands)
    expect(calls.every(({ keys }) => keys.length === 1)).toBe(true)
    const keys = new Set(calls.flatMap((call) => call.keys))
    expect(new Set([...keys].map(hashTag)).size).toBe(keys.size)
    for (const node of nodes) expect(Number(await node.command('DBSIZE'))).toBeGreaterThan(0)
  })

  it('T55 scripts touch no key but those passed as keys', async () => {
    const redis = await server()
    const client = await clientOf(redis)
    const monitor = await clientOf(redis)
    const lines: string[] = []
    await monitor.monitor((line) => lines.push(String(line)))
    await callEachVerb(redisStore({ client }))
    await client.sendCommand(['ECHO', 'the end'])
    while (!lines.some((line) => line.includes('the end'))) await new Promise((resolve) => setImmediate(resolve))
    const inScripts = lines
      .filter((line) => line.includes(' lua] '))
      .map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word))
    const passed = new Set(lines.flatMap((line) => [...line.matchAll(/"(\{otp\}:[rbl]:[\w-]+)"/g)].map(([, key]) => key)))
    expect(new Set(inScripts.map(([name]) => name))).toEqual(new Set(['TIME', 'GET', 'SET', 'DEL']))
    expect(inScripts.filter(([name]) => name !== 'TIME').every(([, key]) => passed.has(key))).toBe(true)
  })

  it('T56 every key has an end, and none outlives what it says', async () => {
    const client = await clientOf(await server())
    const store = redisStore({ client })
    await callEachVerb(store)
    const keys = await client.keys('*')
    expect(keys.length).toBeGreaterThan(4)
    const lives = await Promise.all(keys.map((key) => client.pTTL(key)))
    expect(Math.min(...lives)).toBeGreaterThan(0)
    expect(Math.max(...lives)).toBeLessThanOrEqual(DEFAULT_LIMITS.failureMemorySeconds * 1000)
    const block = keys.filter((key) => key.startsWith('{otp}:b:'))
    for (const key of block) expect(await client.pTTL(key)).toBeLessThanOrEqual(3_600_000)
  })

  it('T57 leaves no record of nothing', async () => {
    const clock = testClock()
    const client = await clientOf(await server())
    const store = redisStore({ client, clock })
    const request = { ...issueRequest({ origin: newOrigin() }), grantSeconds: 60 }
    await store.issue(request)
    await store.verify({ ...request, guesses: [guess(RIGHT)] })
    expect(await client.dbSize()).toBe(1)
    // The send counts for a day, though its code was used.
    clock.advance(86_400)
    await store.redeem({ ...request, maxAgeSeconds: 60, once: true })
    await store.release({ recipient: request.id.slice(0, RECIPIENT_KEY_LENGTH) })
    expect(await client.dbSize()).toBe(0)
  })

  it('T65 holds neither address nor code, and little: at most 264 bytes for a pending challenge with its counters', async () => {
    const client = await clientOf(await server())
    const store = redisStore({ client })
    const keys = keyring(['a secret of the application, long enough'])
    const challenge = async (address: string, channel: 'sms' | 'email'): Promise<number> => {
      const recipient = keys.recipientKey('', address)
      const id = recipient + randomBytes(16).toString('base64url')
      const [digest = ''] = keys.digests([id, '123456'])
      const answer = newAnswer('', { channel, digest, sealed: keys.seal(id, channel, address) })
      const origin = keys.blockKey('', '192.0.2.1')
      const issued = await store.issue(issueRequest({ id: keys.storedId(id), origin, answers: [answer], limits: DEFAULT_LIMITS }))
      expect(issued.outcome).toBe('issued')
      return (await client.memoryUsage(`{otp}:r:${recipient}`)) ?? 0
    }
    const sizes = [await challenge('+12068800123', 'sms'), await challenge('somebody@example.com', 'email')]
    console.log('MEMORY USAGE of a pending challenge, phone and e-mail:', sizes)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(264)
    for (const key of await client.keys('*')) {
      const dump = key + (await client.get(key))
      expect(dump).not.toMatch(/2068800123|somebody|example|123456|192\.0/)
    }
  })
})

describe.skipIf(!hasRedis)('redisStore beside the settings of its server', () => {
  async function warningsOf(policy: string, ...settings: readonly (readonly string[])[]): Promise<string[]> {
    const redis = await server('--maxmemory-policy', policy)
    for (const words of settings) await redis.command(...words)
    const client = await clientOf(redis)
    const warnings: string[] = []
    const hear = (warning: Error) => warnings.push(`${Reflect.get(warning, 'code')} ${warning.message}`)
    process.on('warning', hear)
    ends.push(() => process.off('warning', hear))
    const store = redisStore({ client })
    for (const _ of range(3)) await store.issue(issueRequest())
    await new Promise((resolve) => setImmediate(resolve))
    return warnings
  }

  it('T56 warns once where the server may evict counters', async () => {
    const warnings = await warningsOf('allkeys-lru')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^OTP_REDIS_EVICTION redisStore: .*"allkeys-lru".*"noeviction"/)
  })

  it('T56 does not warn where it may not, or where the server does not tell', async () => {
    expect(await warningsOf('noeviction')).toEqual([])
    expect(await warningsOf('allkeys-lru', ['ACL', 'SETUSER', 'default', '-config'])).toEqual([])
  })

  it('T56 waits for replicas where asked to, and rejects where fewer have the decision', async () => {
    const master = await server('--repl-diskless-sync-delay', '0')
    const replica = await server('--replicaof', '127.0.0.1', String(master.port))
    const client = await clientOf(master)
    const store = redisStore({ client, waitForReplicas: 1, deadlineSeconds: 1 })
    await expect.poll(async () => await replica.command('INFO', 'replication'), { timeout: 20_000 }).toContain('master_link_status:up')
    const request = issueRequest()
    expect((await store.issue(request)).outcome).toBe('issued')
    expect(await replica.command('EXISTS', `{otp}:r:${request.id.slice(0, RECIPIENT_KEY_LENGTH)}`)).toBe('1')
    await replica.kill()
    await expect(store.issue(issueRequest())).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
  })
})
