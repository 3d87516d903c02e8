import { optionError } from '../options.js'

/** What is called on a node-redis client: one server, a pool, a sentinel client or a cluster. */
export interface NodeRedisClient {
  // Each of these kinds takes other arguments; `commandRunner` tells them apart and passes the right ones.
  sendCommand(...args: readonly never[]): Promise<unknown>
}

/** What is called on an ioredis `Redis` or `Cluster`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>
  readonly isCluster: boolean
}

/** A client of node-redis 4 to 6, or of ioredis 5 or 6; Valkey is reached through these. */
export type RedisClient = NodeRedisClient | IoredisClient

/** Sends commands through whichever client it is. */
export interface CommandRunner {
  /** True where each key may lie on another server. */
  readonly cluster: boolean
  /** Sends one command to the server that holds `key`. With `signal` it is taken out of the client's own queue when nobody waits for it any more. */
  send(key: string | undefined, command: readonly string[], signal: AbortSignal | undefined): Promise<unknown>
  /** False where the client knows that it has no connection, so that commands would only queue. */
  isReady(): boolean
}

/** True for what {@link commandRunner} can use. */
export function isRedisClient(value: unknown): value is RedisClient {
  return isObject(value) && (isIoredis(value) || typeof value.sendCommand === 'function')
}

/** Finds out which kind of client this is, from the methods that it has. Throws `OtpError` `ERR_OTP_OPTION` for anything else. */
export function commandRunner(client: unknown): CommandRunner {
  if (!isObject(client)) throw unknownClient()
  if (isIoredis(client)) {
    return {
      cluster: client.isCluster,
      send: (_key, [name = '', ...args]) => client.call(name, ...args),
      isReady: () => true,
    }
  }
  const { sendCommand } = client
  if (typeof sendCommand !== 'function') throw unknownClient()
  const call = (...args: readonly unknown[]): Promise<unknown> => Reflect.apply(sendCommand, client, args)
  const isReady = () => client.isReady !== false
  // Versions 4 to 6 agree on these shapes. Other methods tell the kinds apart, as the length of a function would not survive a wrapper.
  if ('masters' in client) return { cluster: true, isReady, send: (key, command, signal) => call(key, false, command, options(signal)) }
  if ('getMasterNode' in client) return { cluster: false, isReady, send: (_key, command, signal) => call(false, command, options(signal)) }
  return { cluster: false, isReady, send: (_key, command, signal) => call(command, options(signal)) }
}

const PLAIN = { timeout: 0, typeMapping: {} } as const

/**
 * `timeout: 0` switches the timer off that node-redis 6 otherwise arms for each command, at five times the cost of the command;
 * `typeMapping` makes texts of replies also where the client is set to buffers. Version 4 calls the signal `signal`.
 */
function options(signal: AbortSignal | undefined): object {
  return signal === undefined ? PLAIN : { ...PLAIN, abortSignal: signal, signal }
}

function isIoredis(value: object): value is IoredisClient {
  return typeof Reflect.get(value, 'call') === 'function' && typeof Reflect.get(value, 'isCluster') === 'boolean'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function unknownClient() {
  return optionError('redisStore', 'option "client" must be a client of node-redis (4 to 6) or ioredis (5 or 6), single or cluster')
}
