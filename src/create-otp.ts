import { chooseStore } from './choose-store.js'
import type { Engine } from './core/engine.js'
import { findGrant, redeem } from './core/grants.js'
import { completeIntent, type IntentOptions } from './core/intents.js'
import { keyring } from './core/keyring.js'
import { DEFAULT_LIMITS } from './core/law/limits.js'
import type { Otp } from './core/otp.js'
import { outgoing } from './core/outgoing.js'
import { cancel, pending } from './core/pending.js'
import { parseRecipient } from './core/route.js'
import { resend, send } from './core/send.js'
import { verify } from './core/verify.js'
import { OtpError } from './errors.js'
import { checkOtpOptions, sandboxOf } from './otp-options.js'
import type { Channel } from './ports/channel.js'
import type { Clock } from './ports/clock.js'
import type { RandomSource } from './ports/random-source.js'
import type { Limits, Store } from './ports/store.js'
import { eventStream } from './util/event-stream.js'
import { nodeRandom } from './util/node-random.js'

/** Options of {@link createOtp}. */
export interface OtpOptions {
  /**
   * The key, or keys, that codes, addresses and cookies are protected with: at least 32 characters each, random, kept apart from the store.
   * The first one signs, all verify: to rotate, put the new one first and take the old one away after a day.
   * Counters of recipients begin anew when the last one of the list changes.
   */
  readonly secret: string | readonly string[]
  /** Ways to reach people, in the order in which `auto` tries them. At least one. */
  readonly channels: readonly Channel[]
  /** What codes are good for, by name (at most 36 characters of `a-z 0-9 _ -`). @default { login: {} } */
  readonly intents?: Readonly<Record<string, IntentOptions>> | undefined
  /**
   * Whether a send waits until a transport took the message (`await`), so that a failure can be answered, or is answered before the delivery begins
   * (`background`), so that nothing about the delivery shows in it (T32). @default 'await'
   */
  readonly delivery?: 'await' | 'background' | undefined
  /** Where challenges and counters live. @default beside the application's sessions */
  readonly store?: Store | undefined
  /** Name of the service, said in every message; at most 40 characters. @default 'This service' */
  readonly service?: string | undefined
  /** Host name for the last line of an SMS, by which phones offer the code on this site only (WICG origin-bound codes). @default none */
  readonly host?: string | undefined
  /** Figures of the limits; what is not given keeps its default. */
  readonly limits?: Partial<Limits> | undefined
  /**
   * For development: delivers nothing to these canonical addresses, or with `true` to anybody, and answers with `sandboxCodes` instead. Warns at start, and is
   * refused with `NODE_ENV=production` (T66). @default false
   */
  readonly sandbox?: boolean | { readonly recipients: readonly string[] } | undefined
  /** Time for stores that this package chooses itself; for tests. @default the store's own */
  readonly clock?: Clock | undefined
  /** Chance; for tests. @default node:crypto */
  readonly random?: RandomSource | undefined
}

/**
 * Makes the service object that every door works with. Checks all options once and throws `OtpError` `ERR_OTP_OPTION` that names the wrong one.
 * From `express-otp`.
 *
 * @example
 * const otp = createOtp({ secret: process.env.OTP_SECRET, service: 'Acme', channels: [emailChannel({ transport })] })
 */
export function createOtp(options: OtpOptions): Otp {
  checkOtpOptions(options)
  const events = eventStream()
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]))
  const names = [...channels.keys()]
  const intents = Object.entries(options.intents ?? { login: {} }).map(([name, intent]) => completeIntent(name, intent, names))
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret
  let store = options.store
  const engine: Engine = {
    service: options.service ?? 'This service',
    host: options.host,
    // `checkOtpOptions` saw at least one.
    keys: keyring(secrets as readonly [string, ...string[]]),
    random: options.random ?? nodeRandom,
    channels,
    intents: new Map(intents.map((intent) => [intent.name, intent])),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    delivery: options.delivery ?? 'await',
    outgoing: outgoing(),
    isSandboxed: sandboxOf(options.sandbox),
    emit: events.emit,
    store() {
      if (store === undefined)
        throw new OtpError('ERR_OTP_OPTION', 'createOtp: option "store" is missing, and no session store was seen to choose one by.')
      return store
    },
  }
  const otp: Otp = {
    send: (request) => send(engine, request),
    resend: (request) => resend(engine, request),
    verify: (request) => verify(engine, request),
    redeem: (request) => redeem(engine, request),
    pending: (request) => pending(engine, request),
    grant: ({ intent, id, ...caller }) => findGrant(engine, caller, intent, id),
    cancel: (id) => cancel(engine, id),
    async release(to, { tenant = '' } = {}) {
      const recipient = parseRecipient(engine, to)
      if (recipient === undefined) return false
      await engine.store().release({ recipient: engine.keys.recipientKey(tenant, recipient.countedAs) })
      return true
    },
    intents: engine.intents,
    channels: names,
    cooldownSeconds: engine.limits.cooldownSeconds,
    cookies: { sign: engine.keys.sign, isSigned: engine.keys.isSigned, tag: (text) => engine.keys.tag('browser', text) },
    get hasStore() {
      return store !== undefined
    },
    adoptSessionStore(sessionStore) {
      store ??= chooseStore(sessionStore, options.clock)
    },
    on(name, listener) {
      events.on(name, listener)
      return otp
    },
    off(name, listener) {
      events.off(name, listener)
      return otp
    },
    health: () =>
      [...channels.values()].flatMap(({ name, transport }) =>
        (transport.health?.() ?? [{ transport: transport.name, state: 'closed' as const, failures: 0 }]).map((health) => ({
          channel: name,
          ...health,
        })),
      ),
    async close({ drainSeconds = 10 } = {}) {
      await engine.outgoing.drain(drainSeconds)
      await store?.close()
    },
  }
  return otp
}
