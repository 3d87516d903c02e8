import { CHANNEL_NAMES, type ChannelName } from '../../ports/message.js'

/** Options of the guard of paid channels, complete. */
export interface GuardRules {
  readonly mode: 'deny' | 'record'
  readonly floorPerHour: number
  readonly blockFloorPerHour: number
  readonly share: number
  /** Every paid message of the application, proved ones included; `undefined` for no such ceiling. */
  readonly paidPerHour: number | undefined
}

/** Defaults of the option `guard`. */
export const GUARD_DEFAULTS: Omit<GuardRules, 'paidPerHour'> = { mode: 'deny', floorPerHour: 50, blockFloorPerHour: 20, share: 0.25 }

/** The most that may be spent in a window, in millionths. */
export interface Cap {
  readonly perHour: number | undefined
  readonly perDay: number | undefined
}

/** The option `spendCap`, read. */
export interface SpendCaps {
  readonly all: Cap
  /** By calling code; `default` for each of the others. */
  readonly countries: ReadonlyMap<string, Cap>
  readonly eachTenant: Cap
}

/** Channels whose messages cost the operator money, and earn an attacker some. */
export const PAID_CHANNELS: readonly ChannelName[] = CHANNEL_NAMES.filter((name) => name !== 'email')
