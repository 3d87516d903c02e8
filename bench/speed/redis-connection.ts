import { createClient } from 'redis'

/** A client as node-redis makes it where nothing is said. */
export type RedisConnection = ReturnType<typeof createClient<Modules>>

type Modules = Record<string, never>

/** Connects to a server of this machine. */
export async function connectRedis(url: string): Promise<RedisConnection> {
  return await createClient<Modules>({ url }).connect()
}
