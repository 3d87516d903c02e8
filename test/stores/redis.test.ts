import { randomUUID } from 'node:crypto'
import { redisStore } from 'express-otp/stores/redis'
import { createClient, createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeContract } from '../../src/testing/store-contract.js'
import { hasRedis } from '../helpers/redis-server.js'
import { CLIENTS, type OpenClient, openShared } from './redis-clients.js'

describe.skipIf(!hasRedis).each(CLIENTS)('redisStore on $name', (kind) => {
  let open: readonly [OpenClient, OpenClient]
  beforeAll(async () => {
    open = [await openShared(kind), await openShared(kind)]
  })
  afterAll(async () => {
    for (const { close } of open) await close()
  })

  storeContract(it, {
    async create(clock) {
      const prefix = `contract-${randomUUID()}`
      const [store, another] = open.map(({ client }) => redisStore({ client, prefix, clock }))
      if (store === undefined) throw new Error('no store')
      return {
        store,
        another,
        async stop() {
          await store.close()
          await another?.close()
        },
      }
    },
  })
})

describe('options of redisStore', () => {
  const client = createClient()
  const message = (options: unknown): string => {
    try {
      redisStore(options as Parameters<typeof redisStore>[0])
    } catch (err) {
      return err instanceof Error ? `${Reflect.get(err, 'code')} ${err.message}` : ''
    }
    return 'accepted'
  }

  it('needs a client, and takes nothing else for one', () => {
    expect(message({})).toMatch(
      /^ERR_OTP_OPTION redisStore: option "client" is missing; it must be a client of node-redis \(4 to 6\) or ioredis \(5 or 6\)/,
    )
    expect(message({ client: 'redis://user:password@localhost' })).toMatch(
      /^ERR_OTP_OPTION redisStore: option "client" is not acceptable; /,
    )
    expect(message({ client: 'redis://user:password@localhost' })).not.toContain('password')
    expect(message({ client })).toBe('accepted')
  })

  it.each([
    [{ prefix: '' }, 'option "prefix" is ""; it must be a string of 1 to 64 characters of A-Z a-z 0-9 _ . : -'],
    [{ prefix: 'a{b}' }, 'option "prefix" is "a{b}"; it must be a string of 1 to 64 characters of A-Z a-z 0-9 _ . : -'],
    [{ deadlineSeconds: 0.05 }, 'option "deadlineSeconds" is 0.05; it must be a number from 0.1 to 10'],
    [{ deadlineSeconds: 11 }, 'option "deadlineSeconds" is 11; it must be a number from 0.1 to 10'],
    [{ deadlineSeconds: Number.NaN }, 'option "deadlineSeconds" is null; it must be a number from 0.1 to 10'],
    [{ waitForReplicas: 1.5 }, 'option "waitForReplicas" is 1.5; it must be a whole number from 0 to 10'],
    [{ clock: 5 }, 'option "clock" is 5; it must be an object with now()'],
    [{ deadlineSecond: 1 }, 'unknown option "deadlineSecond". Did you mean "deadlineSeconds"?'],
  ])('refuses %j by name', (options, problem) => {
    expect(message({ client, ...options })).toBe(`ERR_OTP_OPTION redisStore: ${problem}`)
  })

  it('takes undefined for not given', () => {
    expect(message({ client, prefix: undefined, deadlineSeconds: undefined, waitForReplicas: undefined, clock: undefined })).toBe(
      'accepted',
    )
  })

  it('waits for replicas only where all goes through one connection', () => {
    const cluster = createCluster({ rootNodes: [] })
    expect(message({ client: cluster, waitForReplicas: 1 })).toBe(
      'ERR_OTP_OPTION redisStore: option "waitForReplicas" is 1; it needs a client with one connection to one server',
    )
    expect(message({ client, waitForReplicas: 1 })).toBe('accepted')
  })

  it('rejects malformed ids and keys, and a client that was never connected, with ERR_OTP_STORE', async () => {
    const store = redisStore({ client })
    await expect(store.cancel({ id: 'too-short' })).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
    await expect(store.release({ recipient: 'too-short' })).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
    await expect(store.cancel({ id: 'x'.repeat(38) })).rejects.toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
  })
})
