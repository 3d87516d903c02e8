import type { FindRecipient } from './core/find-recipient.js'
import type { IntentOptions, RecipientRule } from './core/intents.js'
import { PRESETS, type PresetName } from './core/presets.js'
import type { PriceTable } from './core/price.js'
import type { Telemetry } from './core/telemetry.js'
import { type AllSpendCapOptions, checkGuard, type GuardOptions } from './option-checks/guard.js'
import { checkIntents } from './option-checks/intents.js'
import { checkLimits } from './option-checks/limits.js'
import { type BalanceHooks, checkPrices } from './option-checks/prices.js'
import { checkRecipients } from './option-checks/recipients.js'
import type { Sandbox } from './option-checks/sandbox.js'
import { type Check, callback, checkOptions, flag, having, list, oneOf, optionError, record, required, text } from './options.js'
import type { Channel } from './ports/channel.js'
import type { Clock } from './ports/clock.js'
import { CHANNEL_NAMES, type ChannelName } from './ports/message.js'
import type { RandomSource } from './ports/random-source.js'
import type { Limits, Store } from './ports/store.js'

/** Options of `createOtp`. */
export interface OtpOptions {
  /**
   * The key, or keys, that codes, addresses and cookies are protected with: at least 32 characters each, random, kept apart from the store.
   * The first one signs, all verify: to rotate, put the new one first and take the old one away when its counters matter no more (30 days).
   * Counters of recipients begin anew when the last one of the list changes.
   */
  readonly secret: string | readonly string[]
  /** Ways to reach people, in the order in which `auto` tries them. At least one. */
  readonly channels: readonly Channel[]
  /** What codes are good for, by name (at most 36 characters of `a-z 0-9 _ -`). @default { login: {} } */
  readonly intents?: Readonly<Record<string, IntentOptions>> | undefined
  /**
   * Figures in one word: `strict` has codes of 8 characters, 3 guesses for each, and 10 failures of a recipient a day, where nothing else is said (T08). For where sending is
   * free, as by e-mail. @default 'default'
   */
  readonly preset?: PresetName | undefined
  /**
   * Whether a send waits until a transport took the message (`await`), so that a failure can be answered, or is answered before the delivery begins
   * (`background`), so that nothing about the delivery shows in it (T32). @default 'await'
   */
  readonly delivery?: 'await' | 'background' | undefined
  /**
   * Who is sent codes: anybody, or those whom `findRecipient` knows, so that no answer tells who has an account (T31). `known-only` needs `delivery: 'background'`; an intent may have
   * a rule of its own. It holds at every door. @default 'anyone'
   */
  readonly recipients?: RecipientRule | undefined
  /**
   * Says who is known, and how their records spell the address. Asked behind the answer, for each address of a send. Required where anything is `known-only`, refused elsewhere.
   */
  readonly findRecipient?: FindRecipient | undefined
  /** Where challenges and counters live. @default beside the application's sessions */
  readonly store?: Store | undefined
  /** Name of the service, said in every message; at most 40 characters. @default 'This service' */
  readonly service?: string | undefined
  /** Host name for the last line of an SMS, by which phones offer the code on this site only (WICG origin-bound codes). @default none */
  readonly host?: string | undefined
  /** Figures of the limits; what is not given keeps its default. */
  readonly limits?: Partial<Limits> | undefined
  /**
   * What messages cost, by channel and calling code: `{ sms: { '33': '0.045', default: '0.06' } }`, decimal strings with at most six places. Answers of the service door
   * then name prices, and balances are charged. @default none
   */
  readonly prices?: PriceTable | undefined
  /**
   * Prepaid balances of the tenants of API keys: `'store'` keeps them beside the challenges (`otp.topUp`), or functions of your own do. Sends through the other doors cost
   * tenants nothing. @default none: nothing is counted
   */
  readonly balance?: 'store' | BalanceHooks | undefined
  /**
   * For development: delivers nothing to these canonical addresses, or with `true` to anybody, and answers with `sandboxCodes` instead. Warns at start, and is
   * refused with `NODE_ENV=production` (T66). @default false
   */
  readonly sandbox?: Sandbox | undefined
  /**
   * Budgets of paid messages that nobody proves, by calling code and IP block, and a ceiling of paid messages. With `NODE_ENV=production` and a channel that costs money
   * either `guard.paidPerHour` or a `spendCap` is required; `false` switches the guard off, and warns. @default { mode: 'deny' }
   */
  readonly guard?: false | GuardOptions | undefined
  /** What may be spent on messages over `sms`, `call` and `whatsapp`, by `prices`: beyond it none goes out. @default none */
  readonly spendCap?: AllSpendCapOptions | undefined
  /** Spans and metrics: `openTelemetry()` of `express-otp/telemetry`. @default none, and nothing is loaded */
  readonly telemetry?: Telemetry | undefined
  /** Time for stores that this package chooses itself; for tests. @default the store's own */
  readonly clock?: Clock | undefined
  /** Chance; for tests. @default node:crypto */
  readonly random?: RandomSource | undefined
}

/** Below this, a secret can be found by trying. */
const MIN_SECRET_LENGTH = 32

const secret: Check = { ...text(MIN_SECRET_LENGTH, 1024), secret: true }

const OTP: Readonly<Record<keyof OtpOptions, Check>> = {
  secret: {
    required: true,
    secret: true,
    allowed: `a random string of at least ${MIN_SECRET_LENGTH} characters, or a list of them`,
    accepts: (value) => secret.accepts(value) || list(secret, 1, 8).accepts(value),
  },
  channels: required(list(having('parse', 'word'), 1, CHANNEL_NAMES.length)),
  intents: record,
  preset: oneOf(...Object.keys(PRESETS)),
  delivery: oneOf('await', 'background'),
  recipients: oneOf('anyone', 'known-only'),
  findRecipient: callback,
  store: having(
    'issue',
    'renew',
    'verify',
    'confirm',
    'attach',
    'find',
    'withdraw',
    'cancel',
    'redeem',
    'release',
    'label',
    'note',
    'claim',
    'keep',
    'look',
    'drop',
    'charge',
    'close',
  ),
  service: text(1, 40, /^[\p{L}\p{M}\p{N} .,&'+-]+$/u, "a name of 1 to 40 letters, digits, blanks and . , & ' + -"),
  host: text(1, 253, /^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/, 'a lower-case host name, without scheme or path'),
  limits: record,
  prices: record,
  balance: {
    allowed: '"store", or an object with spend() and giveBack()',
    accepts: (value) => value === 'store' || having('spend', 'giveBack').accepts(value),
    opaque: true,
  },
  sandbox: {
    opaque: true,
    allowed: 'true, false, or { recipients: [...] } with the addresses that it covers',
    accepts: (value) =>
      flag.accepts(value) || (record.accepts(value) && list(text(3, 254), 1, 100).accepts(Reflect.get(Object(value), 'recipients'))),
  },
  guard: { allowed: 'false or an object', accepts: (value) => value === false || record.accepts(value) },
  spendCap: record,
  telemetry: having('attach'),
  clock: having('now'),
  random: having('integer', 'bytes'),
}

/** Refuses every option of `createOtp` that is unknown, wrong, missing, or at odds with another. */
export function checkOtpOptions(options: OtpOptions): void {
  checkOptions('createOtp', options, OTP)
  const names: readonly ChannelName[] = options.channels.map((channel) => channel.name)
  if (new Set(names).size !== names.length) throw optionError('createOtp', 'option "channels" has one channel twice')
  checkPrices(options)
  checkLimits(options.limits)
  checkIntents(options, names)
  checkRecipients(options)
  checkGuard(options, names)
}
