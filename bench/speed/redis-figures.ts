import { loadedTarget, stopLoaded } from './duel.js'
import { askOnce, type Loaded, learnCodes, sendTo } from './load.js'
import { watchCommands } from './monitor.js'
import type { RedisConnection } from './redis-connection.js'
import { ROUTES, type RouteName, type Target } from './targets.js'

/** What one request of a route asks of Redis. */
export interface RedisTraffic {
  /** As sent, with what ran inside of a script behind it: `GET EVALSHA(GET SET)`. */
  readonly commands: string
  readonly count: number
  /** How often Redis had to read, at one connection without other load. */
  readonly roundTrips: number
}

/** What a pending challenge takes in Redis, with its session and all its counters. */
export interface RedisBytes {
  /** Of the server, its tables included. */
  readonly used: number
  /** Of the keys alone (`MEMORY USAGE`), by the beginning of their names. */
  readonly keys: Readonly<Record<string, number>>
}

/** Requests that are looked at one by one. */
const LOOKS = 40

/** Commands and round trips of each route, at rest. */
export async function trafficOf(
  target: Target,
  redisUrl: string,
  client: RedisConnection,
): Promise<Readonly<Record<RouteName, RedisTraffic>>> {
  await client.flushAll()
  const loaded = await loadedTarget(target, { redisUrl, connections: 1 })
  try {
    // Scripts are loaded and options read by the first requests.
    await oneByOne(loaded, 'send', 5)
    const entries: [RouteName, RedisTraffic][] = []
    for (const route of ROUTES) {
      const before = await reads(client)
      await oneByOne(loaded, route, LOOKS)
      // The second reading of the figure is a read too.
      const roundTrips = Math.round((10 * ((await reads(client)) - before - 1)) / LOOKS) / 10
      const monitor = await watchCommands(client)
      await oneByOne(loaded, route, 1)
      const { commands, count } = await monitor.stop()
      entries.push([route, { commands, count, roundTrips }])
      if (route === 'send') await learnCodes(loaded.running, loaded.pending)
    }
    return Object.fromEntries(entries) as Record<RouteName, RedisTraffic>
  } finally {
    await stopLoaded(loaded)
  }
}

async function oneByOne(loaded: Loaded, route: RouteName, count: number): Promise<void> {
  const [connection] = loaded.connections
  if (connection === undefined) return
  for (let index = 0; index < count; index++) {
    const person = route === 'send' ? loaded.newPerson() : loaded.pending[index]
    if (person === undefined) throw new Error('nobody is left')
    await askOnce(loaded, connection, route, person)
  }
  if (route === 'right') loaded.pending.splice(0, count)
}

/** How often the server has read from a client. */
async function reads(client: RedisConnection): Promise<number> {
  return figureOf(await client.info('stats'), 'total_reads_processed')
}

function figureOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1])
}

/** Bytes of so many pending challenges, each. */
export async function redisBytesOf(target: Target, redisUrl: string, client: RedisConnection, challenges: number): Promise<RedisBytes> {
  await client.flushAll()
  const loaded = await loadedTarget(target, { redisUrl, connections: 20 })
  try {
    const used = async (): Promise<number> => figureOf(await client.info('memory'), 'used_memory')
    await sendTo(loaded, 200)
    const before = await used()
    await sendTo(loaded, challenges)
    const perChallenge = Math.round(((await used()) - before) / challenges)
    return { used: perChallenge, keys: await bytesByName(client, challenges + 200) }
  } finally {
    await stopLoaded(loaded)
  }
}

async function bytesByName(client: RedisConnection, challenges: number): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {}
  for await (const keys of client.scanIterator({ COUNT: 1000 })) {
    const sizes = await Promise.all(keys.map((key) => client.memoryUsage(key)))
    for (const [index, size] of sizes.entries()) {
      const name = /^.*?:(?:[rb]:)?/.exec(keys[index] ?? '')?.[0] ?? 'others'
      sums[name] = (sums[name] ?? 0) + Number(size)
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Math.round(sum / challenges)]))
}
