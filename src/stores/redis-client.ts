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
  /** True where all commands go through one connection, in the order in which they are sent. */
  readonly inOrder: boolean
  /** Sends one command to the server that holds `key`. With `signal` it leaves the client's own queue when nobody waits for it any more. */
  send(key: string | undefined, command: readonly string[], signal: AbortSignal | undefined): Promise<unknown>
  /** False where the client knows that it has no connection, so that commands would only queue. */
  isReady(): boolean
}

/** True for what {@link commandRunner} can use. */
export function isRedisClient(value: unknown): value is RedisClient {
  if (typeof value !== 'object' || value === null) return false
  return isIoredis(value) || typeof Reflect.get(value, 'sendCommand') === 'function'
}

/** Finds out which kind of client this is, from the methods and properties that it has. */
export function commandRunner(client: RedisClient): CommandRunner {
  if (isIoredis(client)) {
    const cluster = client.isCluster
    return { cluster, inOrder: !cluster, send: (_key, [name = '', ...args]) => client.call(name, ...args), isReady: () => true }
  }
  const call = (...args: readonly unknown[]): Promise<unknown> => Reflect.apply(client.sendCommand, client, args)
  const isReady = () => Reflect.get(client, 'isReady') !== false
  // Versions 4 to 6 agree on these shapes.
  if ('masters' in client) {
    return { cluster: true, inOrder: false, isReady, send: (key, command, signal) => call(key, false, command, options(signal)) }
  }
  if ('getMasterNode' in client) {
    return { cluster: false, inOrder: false, isReady, send: (_key, command, signal) => call(false, command, options(signal)) }
  }
  // A pool has no `isReady`.
  return { cluster: false, inOrder: 'isReady' in client, isReady, send: (_key, command, signal) => call(command, options(signal)) }
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
