import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisStore } from '../../src/stores/redis.js'
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
