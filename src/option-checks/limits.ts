import { DEFAULT_LIMITS } from '../core/law/default-limits.js'
import type { PresetFigures } from '../core/presets.js'
import { type Check, checkOptions, integer, list, optionError } from '../options.js'
import type { Limits } from '../ports/store.js'

const LIMITS: Readonly<Record<keyof Limits, Check>> = {
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

/** Refuses figures that are unknown, out of range, or too high together. */
export function checkLimits(limits: Partial<Limits> | undefined): void {
  checkOptions('createOtp limits', limits ?? {}, LIMITS)
  checkShares(completeLimits(limits))
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
export function completeLimits(limits: Partial<Limits> | undefined, preset?: PresetFigures): Limits {
  const given = Object.entries(limits ?? {}).filter(([, figure]) => figure !== undefined)
  const recipientFailuresPerDay = preset?.recipientFailuresPerDay ?? DEFAULT_LIMITS.recipientFailuresPerDay
  return { ...DEFAULT_LIMITS, recipientFailuresPerDay, ...Object.fromEntries(given) }
}
