import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from 'redis'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { redisStore } from '../../src/stores/redis.js'
import { commandRunner, isRedisClient, type RedisClient } from '../../src/stores/redis-client.js'
import { guess, issueRequest, RIGHT } from '../../src/testing/contract/bench.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'
import { resp } from '../helpers/resp.js'
import { freePorts, spawnServer, until } from '../helpers/server-process.js'
import { sharedRedis } from '../helpers/shared-servers.js'
import { CLIENTS, openShared } from './redis-clients.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** The client, with a list of what is asked of it. */
function overheard(): { readonly client: RedisClient; readonly calls: unknown[][] } {
  const calls: unknown[][] = []
  const client = {
    isReady: true,
    async sendCommand(...args: unknown[]) {
      calls.push(args)
      return '["gone"]'
    },
  }
  return { client, calls }
}

async function worksOn(client: RedisClient): Promise<void> {
  const store = redisStore({ client, prefix: `client-${Math.random()}` })
  const request = issueRequest()
  expect((await store.issue(request)).outcome).toBe('issued')
  expect((await store.verify({ ...request, guesses: [guess(RIGHT)], grantSeconds: 0 })).outcome).toBe('verified')
  await store.close()
}

describe('commandRunner', () => {
  it('knows clients from anything else by their methods', () => {
    expect([createClient(), createClientPool(), createCluster({ rootNodes: [] })].every(isRedisClient)).toBe(true)
    expect(isRedisClient(new Redis({ lazyConnect: true }))).toBe(true)
    expect([undefined, null, 'redis://localhost', {}, { call: () => undefined }, () => undefined].some(isRedisClient)).toBe(false)
  })

  it('tells clusters, and what goes through one connection', () => {
    const kinds = [createClient(), createClientPool(), createCluster({ rootNodes: [] }), new Redis({ lazyConnect: true })].map(
      commandRunner,
    )
    expect(kinds.map(({ cluster, inOrder }) => [cluster, inOrder])).toEqual([
      [false, true],
      [false, false],
      [true, false],
      [false, true],
    ])
  })

  it('switches off the timer that node-redis arms for each command, and asks for texts', async () => {
    const { client, calls } = overheard()
    await commandRunner(client).send('key', ['ping'], undefined)
    expect(calls).toEqual([[['ping'], { timeout: 0, typeMapping: {} }]])
  })

  it('T59 hands a signal over only where the client has no connection', async () => {
    const { client, calls } = overheard()
    const store = redisStore({ client })
    await store.cancel({ id: issueRequest().id })
    Object.assign(client, { isReady: false })
    await store.cancel({ id: issueRequest().id })
    const signals = calls
      .filter(([command]) => Array.isArray(command) && command[0] === 'evalsha')
      .map(([, options]) => Object(options).abortSignal)
    expect(signals).toEqual([undefined, expect.any(AbortSignal)])
  })

  it.skipIf(!hasRedis).each(CLIENTS)('$name arms no timer for our commands', async (kind) => {
    const { client, close } = await openShared(kind)
    ends.push(close)
    await worksOn(client)
    const armed = vi.spyOn(AbortSignal, 'timeout')
    ends.push(() => armed.mockRestore())
    const store = redisStore({ client, prefix: 'timers' })
    await Promise.all(Array.from({ length: 50 }, () => store.verify({ ...issueRequest(), guesses: [guess(RIGHT)], grantSeconds: 0 })))
    expect(armed).not.toHaveBeenCalled()
  })

  it.skipIf(!hasRedis)('T55 takes a pool, buffers for replies, both protocols, key prefixes and pipelines', async () => {
    const url = await sharedRedis()
    const pool = createClientPool({ url })
    const old = createClient({ url, RESP: 2 })
    const buffers = createClient({ url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    for (const client of [pool, old, buffers]) {
      await client.connect()
      ends.push(() => client.destroy())
      await worksOn(client)
    }
    const piped = new Redis(url, { enableAutoPipelining: true, keyPrefix: 'mine:' })
    ends.push(() => piped.disconnect())
    await worksOn(piped)
  })

  it.skipIf(!hasRedis)('T55 takes a sentinel client', async () => {
    const master = await startRedis()
    ends.push(master.stop)
    const dir = await mkdtemp(join(tmpdir(), 'otp-sentinel-'))
    ends.push(() => rm(dir, { recursive: true, force: true }))
    const [port = 0] = await freePorts(1)
    const file = join(dir, 'sentinel.conf')
    await writeFile(file, `port ${port}\ndir ${dir}\nsentinel monitor main 127.0.0.1 ${master.port} 1\n`)
    const sentinel = await spawnServer('redis-server', [file, '--sentinel'])
    ends.push(sentinel.kill)
    await until('sentinel', async () => (await resp(port, 'PING')) === 'PONG')
    const client = createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port }] })
    client.on('error', () => undefined)
    await client.connect()
    ends.push(() => client.destroy())
    await worksOn(client)
  })
})
