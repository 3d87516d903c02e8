import type { AttachRequest, ConfirmRequest } from '../../ports/confirm.js'
import type { VerifyDecision } from '../../ports/store.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { clearFailures } from './limits.js'
import { complete, incomplete, prove } from './prove.js'
import { type Answer, type RecipientRecord, type Records, tidy } from './records.js'

/** True for an open answer whose code a vendor keeps, or which has no digest yet. */
export function isDelegated(answer: Answer): boolean {
  return !answer.proved && answer.digest === ''
}

/**
 * Makes the wrong guess that a vendor calls right a right one, also where it was the last attempt: of any number of callers at once, one (T22). No limit is
 * asked, for the guess has passed them all, and it may be its own failure that began a pause.
 */
export function confirm(records: Records, request: ConfirmRequest, id: ChallengeIdParts, now: number): VerifyDecision {
  tidy(records, now)
  const [holder] = records.recipients
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail)
  if (
    challenge === undefined ||
    challenge.intent !== request.intent ||
    challenge.user !== request.user ||
    challenge.context !== request.context ||
    // Revoked by a guess with another context (T15).
    challenge.attempts > challenge.maxAttempts
  ) {
    return { outcome: 'gone' }
  }
  if (now >= challenge.expiresAt) return { outcome: 'expired' }
  const { channel, sealed, takeBack, isKnownDevice } = request
  const answer = challenge.answers.find(
    (candidate) => isDelegated(candidate) && candidate.channel === channel && candidate.sealed === sealed,
  )
  if (answer === undefined) return { outcome: 'gone' }
  if (now >= answer.expiresAt) return { outcome: 'expired' }

  if (takeBack) {
    challenge.attempts = Math.max(0, challenge.attempts - 1)
    if (records.block !== undefined && !isKnownDevice) records.block.failures = records.block.failures.slice(0, -1)
  }
  const record = records.recipients[answer.recipient]
  if (record !== undefined) takeFailureBack(record, isKnownDevice === true)
  prove(challenge, new Set([answer]))
  return complete(records, request, id, challenge, now) ?? incomplete(challenge, now)
}

function takeFailureBack(record: RecipientRecord, isKnownDevice: boolean): void {
  // Where the row is empty somebody has succeeded or was released since, or this is told twice: then nothing is given back.
  if (!isKnownDevice && record.failures > 0) record.dayFailures = record.dayFailures.slice(0, -1)
  clearFailures(record)
}

/** Keeps what a vendor wants to be told when it is asked about a code, or the digest of one; false where nobody waits for that code any more. */
export function attach(records: Records, request: AttachRequest, id: ChallengeIdParts, now: number): boolean {
  const { channel, digest = '', expiresAt, sealed } = request
  const [holder] = records.recipients
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail)
  const meant = challenge?.answers.findLast(
    (answer) => isDelegated(answer) && answer.channel === channel && answer.expiresAt === expiresAt && now < expiresAt,
  )
  if (challenge === undefined || meant === undefined) return false
  challenge.answers = challenge.answers.map((answer) => (answer === meant ? { ...answer, digest, sealed } : answer))
  return true
}
