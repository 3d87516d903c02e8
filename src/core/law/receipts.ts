import type { LabelRequest, NoteDecision, NoteRequest } from '../../ports/label.js'
import type { Receipt } from '../../ports/receipt.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { HOUR_MS, type LabelRecord, type Records } from './records.js'

/** What is remembered of a delivered message. */
export function label({ id, channel, expiresAt, sealed }: LabelRequest): LabelRecord {
  return { id, channel, expiresAt, sealed }
}

/** From when on a label is worth nothing: reports come late, but not by an hour. */
export function labelExpiry(record: LabelRecord): number {
  return record.expiresAt + HOUR_MS
}

/** Decides whether a report is news, and what the label is afterwards. */
export function note(
  record: LabelRecord | undefined,
  { status }: NoteRequest,
  now: number,
): { readonly decision: NoteDecision; readonly record: LabelRecord | undefined } {
  if (record === undefined || now >= labelExpiry(record)) return { decision: { outcome: 'gone' }, record: undefined }
  if (!isNews(record.status, status)) return { decision: { outcome: 'known' }, record }
  return { decision: { outcome: 'noted', channel: record.channel, sealed: record.sealed }, record: { ...record, status } }
}

/**
 * Shows what was noted at the code that the message carried, which is known by its channel and its end. Two messages of one channel that end together,
 * because something proved before ends both, share what is shown.
 */
export function show(records: Records, { channel, expiresAt, status }: LabelRecord, id: ChallengeIdParts): void {
  const [holder] = records.recipients
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail)
  if (challenge === undefined || status === undefined) return
  challenge.answers = challenge.answers.map((answer) =>
    answer.channel === channel && answer.expiresAt === expiresAt && isNews(answer.receipt, status)
      ? { ...answer, receipt: status }
      : answer,
  )
}

/** Of several reports the first final one counts; `sent` after it is late, and a second `sent` repeated. */
function isNews(known: Receipt['status'] | undefined, status: Receipt['status']): boolean {
  return known === undefined || (known === 'sent' && status !== 'sent')
}
