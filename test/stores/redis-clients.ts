import { Redis as Ioredis, Cluster as IoredisCluster } from 'ioredis'
import { createClient, createCluster } from 'redis'
import type { RedisClient } from '../../src/stores/redis-client.js'
import { sharedRedis, sharedRedisCluster } from '../helpers/shared-servers.js'

/** A client that is connected, and how to end it. */
export interface OpenClient {
  readonly client: RedisClient
  close(): Promise<void>
}

/** One of the four kinds of client. */
export interface ClientKind {
  readonly name: string
  readonly cluster: boolean
  /** Connects to these servers: one, or the nodes of a cluster. */
  open(urls: readonly string[]): Promise<OpenClient>
}

/** node-redis, for one server. */
export const nodeRedis: ClientKind = {
  name: 'node-redis',
  cluster: false,
  async open([url = '']) {
    const client = createClient({ url, socket: { reconnectStrategy: 20 } })
    client.on('error', () => undefined)
    await client.connect()
    return { client, close: async () => client.destroy() }
  },
}

/** node-redis, for a cluster. */
export const nodeRedisCluster: ClientKind = {
  name: 'node-redis cluster',
  cluster: true,
  async open(urls) {
    const client = createCluster({ rootNodes: urls.map((url) => ({ url })) })
    client.on('error', () => undefined)
    await client.connect()
    return { client, close: async () => client.destroy() }
  },
}

/** ioredis, for one server. */
export const ioredis: ClientKind = {
  name: 'ioredis',
  cluster: false,
  async open([url = '']) {
    const client = new Ioredis(url, { retryStrategy: () => 20, lazyConnect: true })
    client.on('error', () => undefined)
    await client.connect()
    return { client, close: async () => client.disconnect() }
  },
}

/** ioredis, for a cluster. */
export const ioredisCluster: ClientKind = {
  name: 'ioredis cluster',
  cluster: true,
  async open(urls) {
    const client = new IoredisCluster([...urls], { lazyConnect: true })
    client.on('error', () => undefined)
    await client.connect()
    return { client, close: async () => client.disconnect() }
  },
}

export const CLIENTS: readonly ClientKind[] = [nodeRedis, nodeRedisCluster, ioredis, ioredisCluster]

/** Connects to the servers that all tests share. */
export async function openShared(kind: ClientKind): Promise<OpenClient> {
  return await kind.open(kind.cluster ? await sharedRedisCluster() : [await sharedRedis()])
}
