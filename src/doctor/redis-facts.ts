import { commandRunner, isRedisClient, type NodeRedisClient, type RedisClient } from '../stores/redis-client.js'
import { settingIn } from '../stores/redis-eviction.js'
import { within } from '../util/within.js'
import { fieldsOf, type RedisFacts } from './subject.js'

/** Seconds that a server has to answer. */
const PATIENCE_SECONDS = 2

const AWAY: Omit<RedisFacts, 'link'> = { reachable: false, info: new Map(), save: undefined }

/** Asks a server through a client of the application. `undefined` for what is no client. */
export async function redisFacts(client: unknown): Promise<RedisFacts | undefined> {
  return isRedisClient(client) ? await ask(client, linkOf(client)) : undefined
}

/** Asks a server by its URL, through the package `redis` of the application, and hangs up. */
export async function redisFactsAt(url: string, load: (name: string) => Promise<unknown>): Promise<RedisFacts> {
  const { hostname, protocol } = new URL(url)
  const make: unknown = Reflect.get(Object(await load('redis')), 'createClient')
  if (typeof make !== 'function') throw new Error('--redis needs the package redis')
  const socket = { connectTimeout: PATIENCE_SECONDS * 1000, reconnectStrategy: false }
  const client: OwnClient = Reflect.apply(make, undefined, [{ url, socket }])
  client.on('error', () => undefined)
  // Whether that worked is seen when it is asked.
  await client.connect().catch(() => undefined)
  const facts = await ask(client, { loopback: isLoopback(hostname), tls: protocol === 'rediss:' })
  if (facts.reachable) client.destroy()
  return facts
}

/** What is called on a client that was made here. */
interface OwnClient extends NodeRedisClient {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  destroy(): void
}

async function ask(client: RedisClient, link: RedisFacts['link']): Promise<RedisFacts> {
  const commands = commandRunner(client)
  const send = (...command: readonly string[]): Promise<unknown> =>
    within(PATIENCE_SECONDS, commands.send(undefined, command, undefined), () => new Error('late'))
  const text = await send('info').catch(() => undefined)
  if (text === undefined) return { ...AWAY, link }
  const lines = String(text).split('\r\n')
  const info = new Map(lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)]))
  // Whoever runs Redis for others often keeps CONFIG for himself.
  const save = await send('config', 'get', 'save').catch(() => undefined)
  return { reachable: true, info, save: settingIn(save), link }
}

function linkOf(client: object): RedisFacts['link'] {
  const options = fieldsOf(Reflect.get(client, 'options'))
  const socket = fieldsOf(options.socket)
  const host = socket.host ?? options.host
  const isLocal = socket.path !== undefined || typeof options.path === 'string'
  if (typeof host !== 'string' && !isLocal) return undefined
  const tls = socket.tls ?? options.tls
  return {
    loopback: isLocal || isLoopback(String(host)),
    tls: tls !== undefined && tls !== false,
  }
}

function isLoopback(host: string): boolean {
  return host === '' || host === 'localhost' || /^127\./.test(host) || /^\[?::1\]?$/.test(host)
}
