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
  /** Live challenges of one recipient and intent. */
  readonly pendingPerRecipient: number
  /** Consecutive failures of one recipient before each further one starts a pause. */
  readonly failuresBeforePause: number
  /** First pause; doubles with every further failure. */
  readonly pauseSeconds: number
  readonly maxPauseSeconds: number
  /** Consecutive failures of one recipient until it is disabled; only `release` or a success ends that. */
  readonly failuresBeforeDisabled: number
  /** How long failures are remembered after the last one. */
  readonly failureMemorySeconds: number
  /** Sends from one IP block in any 3600 s. */
  readonly blockSendsPerHour: number
  /** Different recipients that one IP block may reach in any 3600 s. */
  readonly blockRecipientsPerHour: number
  /** Different calling codes that one IP block may reach in any 3600 s. */
  readonly blockCallingCodesPerHour: number
  /** Failed guesses from one IP block in any 3600 s. */
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
  | 'block_sends'
  | 'block_recipients'
  | 'block_calling_codes'
  | 'block_failures'

/** A limit refused. */
export interface Limited {
  readonly outcome: 'limited'
  readonly limit: LimitName
  /** Milliseconds to wait; at least 1. */
  readonly retryAfterMs: number
}
