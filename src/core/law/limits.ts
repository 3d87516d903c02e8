import type { IssueRequest, Limited, LimitName, Limits } from '../../ports/store.js'
import { type BlockRecord, DAY_MS, HOUR_MS, type RecipientRecord, type Records, type SendMark } from './records.js'

/** Defaults of every limit. Ceilings are checked where options are read. */
export const DEFAULT_LIMITS: Limits = {
  cooldownSeconds: [30, 60, 120],
  recipientSendsPerHour: 5,
  recipientSendsPerDay: 10,
  recipientSendsPerDayInAll: 50,
  recipientSendsPerHourFromOneBlock: 3,
  pendingPerRecipient: 3,
  failuresBeforePause: 10,
  pauseSeconds: 30,
  maxPauseSeconds: 3600,
  failuresBeforeDisabled: 100,
  failureMemorySeconds: 30 * 86_400,
  blockSendsPerHour: 20,
  blockRecipientsPerHour: 10,
  blockCallingCodesPerHour: 3,
  blockFailuresPerHour: 30,
}

/** How much of a key a mark carries: enough to tell apart the few that share a record. */
export const MARK_LENGTH = 6

/** Why a send may not go out now, if it may not. */
export function sendRefusal(records: Records, request: IssueRequest, recipients: readonly string[], now: number): Limited | undefined {
  const { limits } = request
  for (const record of records.recipients) {
    const refused =
      pauseRefusal(record, limits, now) ??
      refusal('cooldown', resendAt(record, limits, now) - now) ??
      refusal('recipient_hour', wait(instants(unused(record)), limits.recipientSendsPerHour, HOUR_MS, now)) ??
      refusal('recipient_day', wait(instants(unused(record)), limits.recipientSendsPerDay, DAY_MS, now)) ??
      refusal('recipient_day_in_all', wait(instants(record.sends), limits.recipientSendsPerDayInAll, DAY_MS, now)) ??
      refusal('recipient_block', waitOfBlock(record, request.origin, limits, now))
    if (refused !== undefined) return refused
  }
  return records.block === undefined ? undefined : blockSendRefusal(records.block, request, recipients, now)
}

/** Why no guess may be compared now, if none may. It is the same for a right and a wrong one (T10). */
export function guessRefusal(records: Records, limits: Limits, now: number): Limited | undefined {
  for (const record of records.recipients) {
    const refused = pauseRefusal(record, limits, now)
    if (refused !== undefined) return refused
  }
  return records.block === undefined
    ? undefined
    : refusal('block_failures', wait(records.block.failures, limits.blockFailuresPerHour, HOUR_MS, now))
}

/** From when on the cooldown lets another send pass. With `challenge` as far as that one's own sends tell, which is all that its holder may see (T52). */
export function resendAt(record: RecipientRecord, limits: Limits, now: number, challenge?: string): number {
  const sends = challenge === undefined ? unused(record) : record.sends.filter((mark) => mark.challenge === challenge)
  const hour = sends.filter((mark) => mark.at > now - HOUR_MS)
  const last = hour.at(-1)
  if (last === undefined) return now
  const seconds = limits.cooldownSeconds[Math.min(hour.length, limits.cooldownSeconds.length) - 1] ?? 0
  return last.at + seconds * 1000
}

/** Counts a failure, and starts a pause from the tenth on: 30 s, doubling, up to an hour (T07). */
export function recordFailure(record: RecipientRecord, limits: Limits, now: number): void {
  record.failures += 1
  record.forgetAt = now + limits.failureMemorySeconds * 1000
  const beyond = record.failures - limits.failuresBeforePause
  if (beyond < 0) return
  // 2 ** 20 pauses of a second are twelve days: far beyond any maximum, and still an exact number.
  const seconds = Math.min(limits.pauseSeconds * 2 ** Math.min(beyond, 20), limits.maxPauseSeconds)
  record.pausedUntil = now + seconds * 1000
}

/** A success ends the row of failures. */
export function clearFailures(record: RecipientRecord): void {
  record.failures = 0
  record.forgetAt = 0
  record.pausedUntil = 0
}

function pauseRefusal(record: RecipientRecord, limits: Limits, now: number): Limited | undefined {
  if (now < record.forgetAt && record.failures >= limits.failuresBeforeDisabled) {
    // Disabled until the application releases it; told like the longest pause, so that nobody learns more from it.
    return refusal('disabled', limits.maxPauseSeconds * 1000)
  }
  return refusal('paused', record.pausedUntil - now)
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
    refusal('block_failures', wait(block.failures, limits.blockFailuresPerHour, HOUR_MS, now)) ??
    refusal('block_sends', waitForPlaces(instants(hour), recipients.length, limits.blockSendsPerHour, now)) ??
    (reached.size > limits.blockRecipientsPerHour ? refusal('block_recipients', untilOldestLeaves) : undefined) ??
    (codes.size > limits.blockCallingCodesPerHour ? refusal('block_calling_codes', untilOldestLeaves) : undefined)
  )
}

function waitOfBlock(record: RecipientRecord, origin: string, limits: Limits, now: number): number {
  if (origin === '') return 0
  const fromHere = unused(record).filter((mark) => mark.block === origin.slice(0, MARK_LENGTH))
  return wait(instants(fromHere), limits.recipientSendsPerHourFromOneBlock, HOUR_MS, now)
}

/** The sends whose place was not given back by a success. */
function unused(record: RecipientRecord): SendMark[] {
  return record.sends.filter((mark) => mark.challenge !== '')
}

/** Milliseconds until so many more fit under the hourly limit; an hour where they never do. */
function waitForPlaces(at: readonly number[], places: number, limit: number, now: number): number {
  return places > limit ? HOUR_MS : wait(at, limit - places + 1, HOUR_MS, now)
}

/** Milliseconds until fewer than `limit` of these instants lie within the window. */
function wait(at: readonly number[], limit: number, windowMs: number, now: number): number {
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
