import { OtpError } from '../errors.js'
import { type Check, checkOptions, having, integer, optionError, required, text } from '../options.js'
import type { Clock } from '../ports/clock.js'
import type { Store } from '../ports/store.js'
import { commandRunner, isRedisClient, type RedisClient } from './redis-client.js'
import { deadline, unavailable } from './redis-deadline.js'
import { warnOfEviction } from './redis-eviction.js'
import { keysOf, labelKeysOf, registerKeysOf } from './redis-keys.js'
import { redisRegister } from './redis-register.js'
import { runner } from './redis-run.js'
import { type Decide, redisVerbs } from './redis-verbs.js'
import { withFacts } from './store-facts.js'

export type { RedisClient } from './redis-client.js'

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /**
   * A connected client of node-redis (4 to 6) or ioredis (5 or 6), for one server or for a cluster; Valkey is reached through these. It
   * stays the application's: the store never closes it. ioredis by default repeats, after a reconnection, what was under way: a guess or
   * an amount may then be charged twice, never go uncharged (its option `autoResendUnfulfilledCommands`).
   */
  readonly client: RedisClient
  /** Beginning of every key, 1 to 64 characters of `[A-Za-z0-9_.:-]`. @default 'otp' */
  readonly prefix?: string | undefined
  /**
   * How many replicas must have received a decision before it is answered, 0 to 10; where fewer have within the deadline, it rejects.
   * After a failover to one of them nothing that was answered is lost; with 0 the last writes may be (T56). Needs a client with one
   * connection to one server: no cluster, pool or sentinel client of node-redis. Other commands on that connection wait as well.
   * @default 0
   */
  readonly waitForReplicas?: number | undefined
  /** How long a decision may take before it rejects with `ERR_OTP_STORE`, 0.1 to 10 seconds. @default 1.5 */
  readonly deadlineSeconds?: number | undefined
  /** Where time comes from; for tests. The default is the server's own clock, one for all processes (T60). */
  readonly clock?: Clock | undefined
}

const client: Check = {
  allowed: 'a client of node-redis (4 to 6) or ioredis (5 or 6), single or cluster',
  accepts: isRedisClient,
  // It may hold a password.
  secret: true,
}

const seconds: Check = {
  allowed: 'a number from 0.1 to 10',
  accepts: (value) => typeof value === 'number' && value >= 0.1 && value <= 10,
}

/**
 * Keeps challenges and counters in Redis: one script call for each decision, atomic for any number of processes. On a cluster each
 * record has its own slot; a decision that needs several charges the further ones first and gives back what it did not use. Whatever
 * goes wrong rejects with `OtpError` `ERR_OTP_STORE`, status 503, within the deadline; nothing is tried twice. Every key has an end, but for
 * totals of the register that have no window (T56).
 * From `express-otp/stores/redis`.
 *
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).connect()
 * const otp = createOtp({ store: redisStore({ client }), ... })
 * ```
 */
export function redisStore(options: RedisStoreOptions): Store {
  checkOptions('redisStore', options, {
    client: required(client),
    prefix: text(1, 64, /^[\w.:-]+$/, 'a string of 1 to 64 characters of A-Z a-z 0-9 _ . : -'),
    waitForReplicas: integer(0, 10),
    deadlineSeconds: seconds,
    clock: having('now'),
  })
  const commands = commandRunner(options.client)
  const { clock, waitForReplicas: replicas = 0, deadlineSeconds = 1.5 } = options
  if (replicas > 0 && !commands.inOrder) {
    throw optionError('redisStore', `option "waitForReplicas" is ${replicas}; it needs a client with one connection to one server`)
  }
  const bound = deadline(deadlineSeconds)
  const runFor = runner(commands, { clock, replicas, deadlineSeconds })
  let asked = false

  const prefix = options.prefix ?? 'otp'
  const naming = { places: keysOf(prefix, commands), labelKey: labelKeysOf(prefix, commands) }
  const decide: Decide = async (work) => {
    if (!asked) {
      asked = true
      void warnOfEviction(commands)
    }
    try {
      return await bound.within((turn) => work(runFor(turn)))
    } catch (err) {
      throw err instanceof OtpError ? err : unavailable(`redisStore: ${problemOf(err)}`, withoutCommand(err))
    }
  }
  const store: Store = {
    ...redisVerbs(naming, decide),
    ...redisRegister(registerKeysOf(prefix, commands), decide),
    async close() {
      bound.close()
    },
  }
  return withFacts(store, { kind: 'redis', client: options.client })
}

/** The code word of the server's reply, such as READONLY or OOM, and nothing else of it. */
function problemOf(err: unknown): string {
  const word = err instanceof Error ? /^-?([A-Z]{3,20})\b/.exec(err.message)?.[1] : undefined
  return word === undefined ? 'Redis could not be asked' : `Redis answered ${word}`
}

/** ioredis hangs the whole command on its errors, digests and sealed addresses with it: it must not reach a log (T61). */
function withoutCommand(err: unknown): unknown {
  if (!(err instanceof Error)) return undefined
  const { name, message, stack } = err
  return Object.assign(new Error(message), { name, stack })
}
