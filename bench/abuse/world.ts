import type { Scenario } from './scenario.js'
import type { Schedule } from './schedule.js'
import type { Sender } from './sender.js'
import type { Figures } from './tally.js'

/** Seconds. */
export const HOUR = 3600
/** Seconds. */
export const DAY = 86_400

/** What all actors share. */
export interface World {
  readonly scenario: Scenario
  readonly schedule: Schedule
  readonly sender: Sender
  /** Numbers of those who talk to the help desk. */
  readonly calling: Set<string>
  /** The figures that now count. */
  figures: Figures
}

/** Everybody who has networks of their own. */
type PoolName = 'home' | 'office' | 'carrier' | 'slow' | 'parallel' | 'bomber' | 'pumper' | 'locker'

/** Which networks belong to whom: the first part of their addresses. */
export const POOLS: Readonly<Record<PoolName, number>> = {
  home: 11,
  office: 12,
  carrier: 13,
  slow: 14,
  parallel: 15,
  bomber: 16,
  pumper: 17,
  locker: 18,
}
