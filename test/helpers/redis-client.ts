import { createClient } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { sharedRedis } from './shared-servers.js'

/** A client of node-redis, with none but the common commands. */
export type RedisClient = ReturnType<typeof createClient>

/** One client of the shared Redis for the tests around this call; call what it returns within them. Guard with `describe.skipIf(!hasRedis)`. */
export function useRedisClient(): () => RedisClient {
  let client: RedisClient | undefined
  beforeAll(async () => {
    client = createClient({ url: await sharedRedis() })
    await client.connect()
  })
  afterAll(async () => {
    await client?.close()
  })
  return () => {
    if (client === undefined) throw new Error('not within a test')
    return client
  }
}
