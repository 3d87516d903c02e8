import type { IssueRequest, Limited, LimitName, Limits } from '../../ports/store.js'
import {
  type BlockRecord,
  type Challenge,
  DAY_MS,
  HOUR_MS,
  MAX_DAY_FAILURES,
  type RecipientRecord,
  type Records,
  type SendMark,
} from './records.js'

/** How much of a key a mark carries: enough to tell apart the few that share a record. */
export const MARK_LENGTH = 6

/** Who asks: a device that has proved the recipient before has shares of its own, which others cannot use up (T09, T30). */
export interface Device {
  readonly isKnownDevice?: boolean | undefined
}

/** Why a send may not go out now, if it may not. */
export function sendRefusal(records: Records, request: IssueRequest, recipients: readonly string[], now: number): Limited | undefined {
  for (const record of records.recipients) {
    const refused = recipientSendRefusal(record, request, now)
    if (refused !== undefined) return refused
  }
  return records.block === undefined ? undefined : blockSendRefusal(records.block, request, recipients, now)
}

/** True where a send uses the quota of a known device. Where that is used up it is tried as everybody's are. */
export function isKnownSend(record: RecipientRecord, { isKnownDevice, limits }: IssueRequest, now: number): boolean {
  return isKnownDevice === true && wait(instants(unused(record, true)), limits.knownDeviceSendsPerHour, HOUR_MS, now) === 0
}

/** Why no guess may be compared now, if none may. It is the same for a right and a wrong one (T10). */
export function guessRefusal(
  records: Records,
  limits: Limits,
  now: number,
  { isKnownDevice = false, failuresPerDay = limits.recipientFailuresPerDay }: Device & Pick<Challenge, 'failuresPerDay'> = {},
): Limited | undefined {
  const budget = Math.min(failuresPerDay, limits.recipientFailuresPerDay)
  for (const record of records.recipients) {
    const refused = isKnownDevice ? knownPauseRefusal(record, limits, now) : pauseRefusal(record, limits, budget, now)
    if (refused !== undefined) return refused
  }
  return records.block === undefined || isKnownDevice
    ? undefined
    : refusal('block_failures', wait(records.block.failures, limits.blockFailuresPerHour, HOUR_MS, now))
}

/** From when on the cooldown lets another send pass. With `challenge` as far as that one's own sends tell, which is all that its holder may see (T52). */
export function resendAt(record: RecipientRecord, limits: Limits, now: number, challenge?: string): number {
  if (challenge === undefined) return cooldownEnd(unused(record, false), limits, now)
  const own = record.sends.filter((mark) => mark.challenge === challenge)
  // The next one will be asked for by the same device.
  return cooldownEnd(
    own.filter((mark) => mark.isKnown === own.at(-1)?.isKnown),
    limits,
    now,
  )
}

function cooldownEnd(sends: readonly SendMark[], limits: Limits, now: number): number {
  const hour = sends.filter((mark) => mark.at > now - HOUR_MS)
  const last = hour.at(-1)
  if (last === undefined) return now
  const seconds = limits.cooldownSeconds[Math.min(hour.length, limits.cooldownSeconds.length) - 1] ?? 0
  return last.at + seconds * 1000
}

/** Counts a failure in the row of its device, and starts a pause from the tenth on: 30 s, doubling, up to an hour (T07). */
export function recordFailure(record: RecipientRecord, limits: Limits, now: number, { isKnownDevice }: Device = {}): void {
  const forgetAt = now + limits.failureMemorySeconds * 1000
  if (isKnownDevice) {
    record.knownFailures += 1
    record.knownForgetAt = forgetAt
    record.knownPausedUntil = pauseEnd(record.knownFailures, limits, now) ?? record.knownPausedUntil
    return
  }
  record.failures += 1
  record.forgetAt = forgetAt
  record.pausedUntil = pauseEnd(record.failures, limits, now) ?? record.pausedUntil
  record.dayFailures = [...record.dayFailures, now].slice(-MAX_DAY_FAILURES)
}

function pauseEnd(failures: number, limits: Limits, now: number): number | undefined {
  const beyond = failures - limits.failuresBeforePause
  if (beyond < 0) return undefined
  // 2 ** 20 pauses of a second are twelve days: far beyond any maximum, and still an exact number.
  return now + Math.min(limits.pauseSeconds * 2 ** Math.min(beyond, 20), limits.maxPauseSeconds) * 1000
}

/** A success, of whatever device, ends both rows of failures; the budget of the day goes on, or an attacker would live off the owner's logins. */
export function clearFailures(record: RecipientRecord): void {
  record.failures = 0
  record.forgetAt = 0
  record.pausedUntil = 0
  record.knownFailures = 0
  record.knownForgetAt = 0
  record.knownPausedUntil = 0
}

/** Consecutive failures of all devices. */
export function failuresOf(record: RecipientRecord, now: number): number {
  return (now < record.forgetAt ? record.failures : 0) + (now < record.knownForgetAt ? record.knownFailures : 0)
}

function recipientSendRefusal(record: RecipientRecord, request: IssueRequest, now: number): Limited | undefined {
  const { isKnownDevice, limits, origin } = request
  const inAll = (): Limited | undefined =>
    refusal('recipient_day_in_all', wait(instants(record.sends), limits.recipientSendsPerDayInAll, DAY_MS, now))
  const paused = isKnownDevice ? knownPauseRefusal(record, limits, now) : undefined
  if (paused !== undefined) return paused
  if (isKnownSend(record, request, now)) return refusal('cooldown', cooldownEnd(unused(record, true), limits, now) - now) ?? inAll()
  const sends = instants(unused(record, false))
  return (
    pauseRefusal(record, limits, limits.recipientFailuresPerDay, now) ??
    refusal('cooldown', resendAt(record, limits, now) - now) ??
    refusal('recipient_hour', wait(sends, limits.recipientSendsPerHour, HOUR_MS, now)) ??
    refusal('recipient_day', wait(sends, limits.recipientSendsPerDay, DAY_MS, now)) ??
    inAll() ??
    refusal('recipient_block', waitOfBlock(record, origin, limits, now))
  )
}

function pauseRefusal(record: RecipientRecord, limits: Limits, budget: number, now: number): Limited | undefined {
  return (
    (now < record.forgetAt ? disabledRefusal(record.failures, limits.failuresBeforeDisabled, limits) : undefined) ??
    refusal('paused', record.pausedUntil - now) ??
    refusal('recipient_failures_day', wait(record.dayFailures, budget, DAY_MS, now))
  )
}

function knownPauseRefusal(record: RecipientRecord, limits: Limits, now: number): Limited | undefined {
  return (
    (now < record.knownForgetAt ? disabledRefusal(record.knownFailures, limits.knownDeviceFailuresBeforeDisabled, limits) : undefined) ??
    refusal('paused', record.knownPausedUntil - now)
  )
}

/** Disabled until the application releases it; told like the longest pause, so that nobody learns more from it. */
function disabledRefusal(failures: number, most: number, limits: Limits): Limited | undefined {
  return failures >= most ? refusal('disabled', limits.maxPauseSeconds * 1000) : undefined
}

function blockSendRefusal(block: BlockRecord, request: IssueRequest, recipients: readonly string[], now: number): Limited | undefined {
  const { limits } = request
  const hour = block.sends.filter((mark) => mark.at > now - HOUR_MS)
  const reached = new Set(hour.map((mark) => mark.recipient))
  const codes = new Set(hour.map((mark) => mark.callingCode).filter((code) => code !== ''))
  const untilOldestLeaves = (hour[0]?.at ?? now) + HOUR_MS - now
  for (const recipient of recipients) reached.add(recipient.slice(0, MARK_LENGTH))
  for (const answer of request.answers) if (answer.callingCode !== '') codes.add(answer.callingCode)
  return (
    (request.isKnownDevice ? undefined : refusal('block_failures', wait(block.failures, limits.blockFailuresPerHour, HOUR_MS, now))) ??
    refusal('block_sends', waitForPlaces(instants(hour), recipients.length, limits.blockSendsPerHour, now)) ??
    (reached.size > limits.blockRecipientsPerHour ? refusal('block_recipients', untilOldestLeaves) : undefined) ??
    (codes.size > limits.blockCallingCodesPerHour ? refusal('block_calling_codes', untilOldestLeaves) : undefined)
  )
}

function waitOfBlock(record: RecipientRecord, origin: string, limits: Limits, now: number): number {
  if (origin === '') return 0
  const fromHere = unused(record, false).filter((mark) => mark.block === origin.slice(0, MARK_LENGTH))
  return wait(instants(fromHere), limits.recipientSendsPerHourFromOneBlock, HOUR_MS, now)
}

/** The sends of known or of unknown devices whose place was not given back by a success. */
function unused(record: RecipientRecord, isKnown: boolean): SendMark[] {
  return record.sends.filter((mark) => mark.challenge !== '' && (mark.isKnown === true) === isKnown)
}

/** Milliseconds until so many more fit under the hourly limit; an hour where they never do. */
function waitForPlaces(at: readonly number[], places: number, limit: number, now: number): number {
  return places > limit ? HOUR_MS : wait(at, limit - places + 1, HOUR_MS, now)
}

/** Milliseconds until fewer than `limit` of these instants lie within the window. */
function wait(at: readonly number[], limit: number, windowMs: number, now: number): number {
  // As it is for nearly everybody.
  if (at.length < limit) return 0
  const inside = at.filter((instant) => instant > now - windowMs)
  const first = inside[inside.length - limit]
  return first === undefined ? 0 : first + windowMs - now
}

function instants(marks: readonly { readonly at: number }[]): number[] {
  return marks.map((mark) => mark.at)
}

function refusal(limit: LimitName, retryAfterMs: number): Limited | undefined {
  return retryAfterMs > 0 ? { outcome: 'limited', limit, retryAfterMs } : undefined
}
