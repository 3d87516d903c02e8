import type { Limits } from '../../ports/limits.js'

/** Defaults of every limit. Ceilings are checked where options are read. */
export const DEFAULT_LIMITS: Limits = {
  cooldownSeconds: [30, 60, 120],
  recipientSendsPerHour: 5,
  recipientSendsPerDay: 10,
  recipientSendsPerDayInAll: 50,
  recipientSendsPerHourFromOneBlock: 3,
  knownDeviceSendsPerHour: 3,
  pendingPerRecipient: 3,
  failuresBeforePause: 10,
  pauseSeconds: 30,
  maxPauseSeconds: 3600,
  failuresBeforeDisabled: 80,
  knownDeviceFailuresBeforeDisabled: 20,
  recipientFailuresPerDay: 20,
  failureMemorySeconds: 30 * 86_400,
  blockSendsPerHour: 20,
  blockRecipientsPerHour: 10,
  blockCallingCodesPerHour: 3,
  blockFailuresPerHour: 30,
}
