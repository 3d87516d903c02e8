import type { Balance } from './core/balance.js'
import { ALPHABET_NAMES } from './core/code.js'
import type { IntentOptions } from './core/intents.js'
import { DEFAULT_LIMITS } from './core/law/limits.js'
import { isPrice, type PriceTable, writeAmount } from './core/price.js'
import { OtpError } from './errors.js'
import { type Check, callback, checkOptions, flag, having, integer, list, oneOf, optionError, record, required, text } from './options.js'
import type { Channel } from './ports/channel.js'
import type { Clock } from './ports/clock.js'
import { CHANNEL_NAMES } from './ports/message.js'
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
  readonly sandbox?: boolean | { readonly recipients: readonly string[] } | undefined
  /** Time for stores that this package chooses itself; for tests. @default the store's own */
  readonly clock?: Clock | undefined
  /** Chance; for tests. @default node:crypto */
  readonly random?: RandomSource | undefined
}

/** Your own keeping of balances. Amounts are decimal strings with six places. */
export interface BalanceHooks {
  /** Takes the amount, all or nothing; false where there is not enough. Called once for each send that costs anything, before its message goes out. */
  spend(request: { readonly tenant: string; readonly amount: string }): boolean | Promise<boolean>
  /** Gives back what a message cost that certainly did not go out. */
  giveBack(request: { readonly tenant: string; readonly amount: string }): void | Promise<void>
}

const INTENT_NAME = /^[a-z0-9_-]{1,36}$/
const FIELD_NAME = /^[a-z][a-zA-Z0-9_]{0,31}$/

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
  delivery: oneOf('await', 'background'),
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
  clock: having('now'),
  random: having('integer', 'bytes'),
}

const INTENT: Readonly<Record<keyof IntentOptions, Check>> = {
  channels: list(oneOf(...CHANNEL_NAMES), 1, CHANNEL_NAMES.length),
  codeLength: integer(6, 10),
  alphabet: oneOf(...ALPHABET_NAMES),
  ttlSeconds: integer(30, 600),
  maxAttempts: integer(1, 10),
  mode: oneOf('any', 'all'),
  fallback: flag,
  resend: oneOf('replace', 'keep'),
  grantSeconds: integer(10, 600),
  stepUp: flag,
  recipient: callback,
  context: list(text(1, 32, FIELD_NAME, 'a field name'), 0, 8),
  userBound: flag,
}

const LIMITS: Readonly<Record<keyof NonNullable<OtpOptions['limits']>, Check>> = {
  cooldownSeconds: list(integer(1, 3600), 1, 10),
  recipientSendsPerHour: integer(1, 60),
  recipientSendsPerDay: integer(1, 200),
  recipientSendsPerDayInAll: integer(1, 1000),
  recipientSendsPerHourFromOneBlock: integer(1, 60),
  knownDeviceSendsPerHour: integer(1, 20),
  pendingPerRecipient: integer(1, 10),
  failuresBeforePause: integer(1, 20),
  pauseSeconds: integer(1, 3600),
  maxPauseSeconds: integer(30, 86_400),
  failuresBeforeDisabled: integer(5, 100),
  knownDeviceFailuresBeforeDisabled: integer(1, 20),
  recipientFailuresPerDay: integer(1, 50),
  failureMemorySeconds: integer(7 * 86_400, 365 * 86_400),
  blockSendsPerHour: integer(1, 100_000),
  blockRecipientsPerHour: integer(1, 100_000),
  blockCallingCodesPerHour: integer(1, 300),
  blockFailuresPerHour: integer(1, 100_000),
}

/** Refuses every option of `createOtp` that is unknown, wrong, missing, or at odds with another. */
export function checkOtpOptions(options: OtpOptions): void {
  checkOptions('createOtp', options, OTP)
  const names: readonly string[] = options.channels.map((channel) => channel.name)
  if (new Set(names).size !== names.length) throw optionError('createOtp', 'option "channels" has one channel twice')
  checkPrices(options)
  checkOptions('createOtp limits', options.limits ?? {}, LIMITS)
  checkShares(completeLimits(options.limits))
  const intents = Object.entries(options.intents ?? {})
  if (options.intents !== undefined && intents.length === 0)
    throw optionError('createOtp', 'option "intents" is empty; it must name at least one')
  for (const [name, intent] of intents) {
    if (!INTENT_NAME.test(name)) throw optionError('createOtp', `intent ${JSON.stringify(name)} must be 1 to 36 characters of a-z 0-9 _ -`)
    checkOptions(`createOtp intent "${name}"`, intent, INTENT)
    if (new Set(intent.channels).size !== (intent.channels?.length ?? 0))
      throw optionError(`createOtp intent "${name}"`, 'option "channels" has one channel twice')
    const missing = intent.channels?.find((channel) => !names.includes(channel))
    if (missing !== undefined)
      throw optionError(`createOtp intent "${name}"`, `option "channels" names "${missing}", which is not configured`)
    if (intent.fallback === true && options.delivery === 'background') {
      throw optionError(
        `createOtp intent "${name}"`,
        'option "fallback" needs `delivery: "await"`: in the background nobody learns which channel to use next',
      )
    }
    if (intent.stepUp === true && intent.recipient === undefined) {
      throw optionError(`createOtp intent "${name}"`, 'option "recipient" is missing; with "stepUp" the address comes from your records')
    }
    if (intent.stepUp !== true && intent.recipient !== undefined) {
      throw optionError(`createOtp intent "${name}"`, 'option "recipient" goes with "stepUp: true" only')
    }
  }
}

const PRICES: Check = {
  allowed: 'an object of decimal strings below 1000000 with at most six places, by calling code without "+" or "default"',
  accepts: (value) =>
    record.accepts(value) && Object.entries(Object(value)).every(([code, price]) => /^(\d{1,3}|default)$/.test(code) && isPrice(price)),
}

function checkPrices({ balance, prices }: OtpOptions): void {
  if (balance !== undefined && prices === undefined)
    throw optionError('createOtp', 'option "balance" needs "prices": nothing costs anything')
  checkOptions('createOtp prices', prices ?? {}, Object.fromEntries(CHANNEL_NAMES.map((name) => [name, PRICES])))
}

/** The same functions, for amounts in millionths. A hook that fails is a store that fails: nothing is sent (D7). */
export function askedBalance(hooks: BalanceHooks): Balance {
  const away = (cause: unknown): OtpError => new OtpError('ERR_OTP_STORE', 'The option "balance" failed.', { status: 503, cause })
  return {
    async spend(tenant, amount) {
      try {
        return (await hooks.spend({ tenant, amount: writeAmount(amount) })) === true
      } catch (cause) {
        throw away(cause)
      }
    },
    async giveBack(tenant, amount) {
      await hooks.giveBack({ tenant, amount: writeAmount(amount) })
    },
  }
}

/** Consecutive failures of one recipient, all devices together, are at most 100 (NIST SP 800-63B-4, section 3.2.2). */
function checkShares({ failuresBeforeDisabled, knownDeviceFailuresBeforeDisabled }: Limits): void {
  if (failuresBeforeDisabled + knownDeviceFailuresBeforeDisabled <= 100) return
  throw optionError(
    'createOtp limits',
    `options "failuresBeforeDisabled" and "knownDeviceFailuresBeforeDisabled" are ${failuresBeforeDisabled} and ${knownDeviceFailuresBeforeDisabled}; together they must be at most 100`,
  )
}

/** Every limit, with its default where none was given; `undefined` must not switch one off. */
export function completeLimits(limits: OtpOptions['limits']): Limits {
  const given = Object.entries(limits ?? {}).filter(([, figure]) => figure !== undefined)
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) }
}

/** Whom the option `sandbox` covers; says so, and refuses it where people's accounts are (T66). */
export function sandboxOf(sandbox: OtpOptions['sandbox']): (address: string) => boolean {
  if (sandbox === undefined || sandbox === false) return () => false
  if (process.env.NODE_ENV === 'production')
    throw optionError('createOtp', 'option "sandbox" answers with codes; it is refused with NODE_ENV=production')
  const covers = sandbox === true ? 'everybody' : `${sandbox.recipients.length} recipients`
  process.emitWarning(`createOtp: the sandbox is open for ${covers}: codes are answered, not delivered.`, 'OtpWarning')
  return sandbox === true ? () => true : (address) => sandbox.recipients.includes(address)
}
