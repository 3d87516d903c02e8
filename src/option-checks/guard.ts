import { type Cap, GUARD_DEFAULTS, type GuardRules, PAID_CHANNELS, type SpendCaps } from '../core/guard/rules.js'
import { type PriceTable, readAmount } from '../core/price.js'
import { type Check, checkOptions, integer, oneOf, optionError, record } from '../options.js'
import type { ChannelName } from '../ports/message.js'

/** Option `guard`: how much goes out over `sms`, `call` and `whatsapp` that nobody proves (T29). */
export interface GuardOptions {
  /** `record` refuses nothing of the guard, and tells what it would have refused. @default 'deny' */
  readonly mode?: 'deny' | 'record' | undefined
  /**
   * Messages of an hour to one calling code, for one tenant, that may stay unproved whatever else is known, 1 to 1000000. A code that was used gives its place back, and recipients
   * that were proved in the last 366 days are not counted. @default 50
   */
  readonly floorPerHour?: number | undefined
  /** The same for one IP block. @default 20 */
  readonly blockFloorPerHour?: number | undefined
  /**
   * Part of what new recipients proved at the same place in the last 24 hours that may stay unproved, 0 to 1; a sixth of it in an hour, where that is more than the floor.
   * @default 0.25
   */
  readonly share?: number | undefined
  /** Paid messages in an hour in all, proved or not, 1 to 10000000. @default none */
  readonly paidPerHour?: number | undefined
}

/** Ceilings of an hour and of a day: decimal strings with at most six places, in the currency of `prices`. */
export interface SpendCapOptions {
  readonly perHour?: string | undefined
  readonly perDay?: string | undefined
}

/** Option `spendCap`: beyond it no paid message goes out (T29). */
export interface AllSpendCapOptions extends SpendCapOptions {
  /** By calling code without `+`; `default` for each of the others. @default none */
  readonly perCountry?: Readonly<Record<string, SpendCapOptions>> | undefined
  /** For each tenant; the application's own doors are one. @default none */
  readonly perTenant?: SpendCapOptions | undefined
}

interface Surroundings {
  readonly guard?: false | GuardOptions | undefined
  readonly spendCap?: AllSpendCapOptions | undefined
  readonly prices?: PriceTable | undefined
}

const amount: Check = {
  allowed: 'a decimal string above 0 with at most six places, e.g. "25.00"',
  accepts: (value) => (readAmount(value) ?? 0) > 0,
}

const part: Check = {
  allowed: 'a number from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
}

const countries: Check = {
  allowed: 'an object of ceilings by calling code without "+" or "default"',
  accepts: (value) => record.accepts(value) && Object.keys(Object(value)).every((code) => /^(\d{1,3}|default)$/.test(code)),
}

const GUARD: Readonly<Record<keyof GuardOptions, Check>> = {
  mode: oneOf('deny', 'record'),
  floorPerHour: integer(1, 1_000_000),
  blockFloorPerHour: integer(1, 1_000_000),
  share: part,
  paidPerHour: integer(1, 10_000_000),
}

const CAP: Readonly<Record<keyof SpendCapOptions, Check>> = { perHour: amount, perDay: amount }

/** Refuses a guard or ceilings that are unknown or wrong, money without prices, and in production paid channels without any ceiling. */
export function checkGuard(options: Surroundings, names: readonly ChannelName[]): void {
  const { guard, prices, spendCap } = options
  if (guard !== false) checkOptions('createOtp guard', guard ?? {}, GUARD)
  checkOptions('createOtp spendCap', spendCap ?? {}, { ...CAP, perCountry: countries, perTenant: record })
  for (const [code, cap] of Object.entries(spendCap?.perCountry ?? {})) checkOptions(`createOtp spendCap "${code}"`, cap, CAP)
  checkOptions('createOtp spendCap "perTenant"', spendCap?.perTenant ?? {}, CAP)
  const paid = names.filter((name) => PAID_CHANNELS.includes(name))
  const free = spendCap === undefined ? undefined : paid.find((name) => prices?.[name]?.default === undefined)
  // What is not listed is free, and what is free is under no ceiling.
  if (free !== undefined)
    throw optionError('createOtp', `option "spendCap" needs "prices" with a "default" for the channel "${free}", or nothing stops it`)
  if (process.env.NODE_ENV === 'production' && paid.length > 0) demandCeiling(options, paid)
}

function demandCeiling({ guard, spendCap }: Surroundings, [paid = '']: readonly string[]): void {
  if (spendCap?.perHour !== undefined || spendCap?.perDay !== undefined) return
  if (guard === false) {
    process.emitWarning(`createOtp: guard is off: nothing limits what the channel "${paid}" costs.`, 'OtpWarning')
    return
  }
  if (guard?.paidPerHour !== undefined && guard.mode !== 'record') return
  throw optionError(
    'createOtp',
    `the channel "${paid}" costs money, and nothing limits how much: set "spendCap" with perHour or perDay, or "guard" with paidPerHour, or say "guard: false"`,
  )
}

/** The guard with its defaults; `undefined` must not switch anything off. */
export function completeGuard(guard: Surroundings['guard']): GuardRules | undefined {
  if (guard === false) return undefined
  const { blockFloorPerHour, floorPerHour, mode, share } = GUARD_DEFAULTS
  return {
    mode: guard?.mode ?? mode,
    floorPerHour: guard?.floorPerHour ?? floorPerHour,
    blockFloorPerHour: guard?.blockFloorPerHour ?? blockFloorPerHour,
    share: guard?.share ?? share,
    paidPerHour: guard?.paidPerHour,
  }
}

/** Ceilings in millionths. */
export function completeSpendCap(spendCap: AllSpendCapOptions | undefined): SpendCaps | undefined {
  if (spendCap === undefined) return undefined
  const countryCaps = Object.entries(spendCap.perCountry ?? {}).map(([code, cap]) => [code, readCap(cap)] as const)
  return { all: readCap(spendCap), countries: new Map(countryCaps), eachTenant: readCap(spendCap.perTenant ?? {}) }
}

function readCap({ perDay, perHour }: SpendCapOptions): Cap {
  return { perHour: readAmount(perHour), perDay: readAmount(perDay) }
}
