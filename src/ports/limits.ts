import type { GuardLimitName } from './guard.js'

/** Figures by which a store decides. Durations in whole seconds. Ceilings and defaults: `core/law/limits.ts`. */
export interface Limits {
  /** Pause before the next send to one recipient, by the number of sends in the last hour; the last entry repeats. */
  readonly cooldownSeconds: readonly number[]
  /** Sends to one recipient in any 3600 s. */
  readonly recipientSendsPerHour: number
  /** Sends to one recipient in any 86 400 s. */
  readonly recipientSendsPerDay: number
  /** Sends to one recipient in any 86 400 s, those included whose code was used. */
  readonly recipientSendsPerDayInAll: number
  /** Of the hourly sends to one recipient, how many one IP block may use. */
  readonly recipientSendsPerHourFromOneBlock: number
  /** Sends to one recipient in any 3600 s that a known device has on top of the others. */
  readonly knownDeviceSendsPerHour: number
  /** Live challenges of one recipient and intent. One over several channels counts for the recipient of the first one, whose record holds it. */
  readonly pendingPerRecipient: number
  /** Consecutive failures of one recipient before each further one starts a pause; those of known devices are a row of their own. */
  readonly failuresBeforePause: number
  /** First pause; doubles with every further failure. */
  readonly pauseSeconds: number
  readonly maxPauseSeconds: number
  /** Consecutive failures of unknown devices until a recipient is disabled for them; only `release` or a success ends that. */
  readonly failuresBeforeDisabled: number
  /** The same for known devices, which the others cannot use up. */
  readonly knownDeviceFailuresBeforeDisabled: number
  /** Failures of one recipient from unknown devices in any 86 400 s. A success gives none of them back, or an attacker would profit from the owner's logins. */
  readonly recipientFailuresPerDay: number
  /** How long failures are remembered after the last one. */
  readonly failureMemorySeconds: number
  /** Sends from one IP block in any 3600 s. */
  readonly blockSendsPerHour: number
  /** Different recipients that one IP block may reach in any 3600 s. */
  readonly blockRecipientsPerHour: number
  /** Different calling codes that one IP block may reach in any 3600 s. */
  readonly blockCallingCodesPerHour: number
  /** Failed guesses of unknown devices from one IP block in any 3600 s. */
  readonly blockFailuresPerHour: number
}

/** Which limit refused; for events, never for clients. */
export type LimitName =
  | 'cooldown'
  | 'recipient_hour'
  | 'recipient_day'
  | 'recipient_day_in_all'
  | 'recipient_block'
  | 'pending'
  | 'paused'
  | 'disabled'
  | 'recipient_failures_day'
  | 'block_sends'
  | 'block_recipients'
  | 'block_calling_codes'
  | 'block_failures'
  | GuardLimitName

/** A limit that may give one send a place more than it has (T30); a budget of pumping as many again, for all who are asked. The others are for a recipient's safety, or for money. */
export type ExtraPlaceLimit =
  | 'recipient_hour'
  | 'recipient_block'
  | 'block_sends'
  | 'block_recipients'
  | 'block_calling_codes'
  | 'pumping_country'
  | 'pumping_block'

/** A limit refused. */
export interface Limited {
  readonly outcome: 'limited'
  readonly limit: LimitName
  /** Milliseconds to wait; at least 1. */
  readonly retryAfterMs: number
}
