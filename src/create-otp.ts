import { chooseStore } from './choose-store.js'
import { storeBalance } from './core/balance.js'
import type { Engine } from './core/engine.js'
import { findGrant, recall, redeem } from './core/grants.js'
import { createGuard } from './core/guard/guard.js'
import { completeIntent, INTENT_DEFAULTS } from './core/intents.js'
import { keyring } from './core/keyring.js'
import type { Otp } from './core/otp.js'
import { outgoing } from './core/outgoing.js'
import { cancel, pending } from './core/pending.js'
import { PRESETS } from './core/presets.js'
import { readAmount, readPrices, writeAmount } from './core/price.js'
import { receive } from './core/receive.js'
import { parseRecipient } from './core/route.js'
import { sealer } from './core/sealed.js'
import { resend, send } from './core/send.js'
import { keyBook } from './core/service/api-key.js'
import { createService } from './core/service/create-service.js'
import type { UseCases } from './core/telemetry.js'
import { verify } from './core/verify.js'
import { outageReporter, watchedStore } from './core/watched-store.js'
import { OtpError } from './errors.js'
import { completeGuard, completeSpendCap } from './option-checks/guard.js'
import { completeLimits } from './option-checks/limits.js'
import { askedBalance } from './option-checks/prices.js'
import { sandboxOf } from './option-checks/sandbox.js'
import { optionError } from './options.js'
import { checkOtpOptions, type OtpOptions } from './otp-options.js'
import { eventStream } from './util/event-stream.js'
import { mask } from './util/mask.js'
import { monotonicClock } from './util/monotonic-clock.js'
import { nodeRandom } from './util/node-random.js'

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
  const preset = { ...PRESETS[options.preset ?? 'default'], recipients: options.recipients ?? INTENT_DEFAULTS.recipients }
  const intents = new Map(
    Object.entries(options.intents ?? { login: {} }).map(([name, intent]) => [name, completeIntent(name, intent, names, preset)]),
  )
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret
  const reportOutage = outageReporter(events.emit)
  const probe = options.telemetry?.attach({ channels, intents, on: events.on })
  let store = options.store === undefined ? undefined : watchedStore(options.store, reportOutage, probe)
  const engine: Engine = {
    service: options.service ?? 'This service',
    host: options.host,
    // `checkOtpOptions` saw at least one.
    keys: keyring(secrets as readonly [string, ...string[]]),
    random: options.random ?? nodeRandom,
    clock: options.clock ?? monotonicClock,
    channels,
    intents,
    limits: completeLimits(options.limits, preset),
    preset,
    findRecipient: options.findRecipient,
    prices: options.prices === undefined ? undefined : readPrices(options.prices),
    get balance() {
      return balance
    },
    get guard() {
      return guard
    },
    delivery: options.delivery ?? 'await',
    outgoing: outgoing(),
    reporting: new Set(),
    isSandboxed: sandboxOf(options.sandbox),
    emit: events.emit,
    probe,
    reportOutage,
    store() {
      if (store === undefined)
        throw new OtpError('ERR_OTP_OPTION', 'createOtp: option "store" is missing, and no session store was seen to choose one by.')
      return store
    },
  }
  const guard = createGuard(engine, { rules: completeGuard(options.guard), caps: completeSpendCap(options.spendCap) })
  const kept = storeBalance(engine)
  const balance = options.balance === 'store' ? kept : options.balance === undefined ? undefined : askedBalance(options.balance)
  const cases: UseCases = {
    send: (request) => send(engine, request),
    resend: (request) => resend(engine, request),
    verify: (request) => verify(engine, request),
  }
  const otp: Otp = {
    ...(probe?.cases(cases) ?? cases),
    redeem: (request) => redeem(engine, request),
    pending: (request) => pending(engine, request),
    grant: ({ intent, id, ...caller }) => findGrant(engine, caller, intent, id),
    recall: (request) => recall(engine, request),
    cancel: (id) => cancel(engine, id),
    async release(to, { tenant = '' } = {}) {
      const recipient = parseRecipient(engine, to)
      if (recipient === undefined) return false
      const key = engine.keys.recipientKey(tenant, recipient.countedAs)
      await engine.store().release({ recipient: key })
      engine.emit('released', { tenant, recipient: key, to: mask(recipient.address) })
      return true
    },
    receive: (transport, receipt) => receive(engine, transport, receipt),
    expectReceipts(transport) {
      engine.reporting.add(transport)
    },
    serve(keys) {
      const service = createService(engine, keyBook('apiRouter', keys))
      return probe?.service(service) ?? service
    },
    async topUp(tenant, amount) {
      if (options.balance !== 'store') throw optionError('topUp', 'the store keeps no balances: createOtp has no `balance: "store"`')
      const millionths = readAmount(amount)
      if (millionths === undefined) throw optionError('topUp', 'the amount must be a decimal string with at most six places, e.g. "25.00"')
      return writeAmount(await kept.topUp(tenant, millionths))
    },
    intents: engine.intents,
    channels: names,
    cooldownSeconds: engine.limits.cooldownSeconds,
    now: () => engine.clock.now(),
    cookies: {
      ...sealer(engine.keys, engine.random),
      sign: engine.keys.sign,
      isSigned: engine.keys.isSigned,
      bind: (id, text) => engine.keys.bind(id, 'browser', text),
    },
    get hasStore() {
      return store !== undefined
    },
    adoptSessionStore(sessionStore) {
      store ??= watchedStore(chooseStore(sessionStore, options.clock), reportOutage, probe)
    },
    reportOutage,
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
