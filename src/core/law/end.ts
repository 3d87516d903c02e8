import type { FindDecision, FindRequest, RedeemDecision, RedeemRequest, WithdrawRequest } from '../../ports/store.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { clearFailures, MARK_LENGTH, resendAt } from './limits.js'
import { attemptsLeft } from './prove.js'
import type { RecipientRecord, Records } from './records.js'

/** Reads a challenge or the grant that it left; changes nothing. */
export function find(records: Records, request: FindRequest, id: ChallengeIdParts, now: number): FindDecision {
  const [holder] = records.recipients
  const grant = holder.grants.find((candidate) => candidate.tail === id.tail && now < candidate.expiresAt)
  if (grant !== undefined) {
    const { intent, user, context, verifiedAt, expiresAt, proved } = grant
    return { outcome: proved.length > 0 ? 'granted' : 'verified', now, intent, user, context, verifiedAt, expiresAt }
  }
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail && now < candidate.expiresAt)
  if (challenge === undefined) return { outcome: 'gone' }
  return {
    outcome: 'found',
    now,
    intent: challenge.intent,
    user: challenge.user,
    context: challenge.context,
    mode: challenge.mode,
    expiresAt: challenge.expiresAt,
    attemptsLeft: attemptsLeft(challenge),
    resendAt: resendAt(holder, request.limits, now, id.tail.slice(0, MARK_LENGTH)),
    answers: challenge.answers.map(({ channel, sealed, proved, receipt }) => ({
      channel,
      sealed,
      proved,
      ...(receipt === undefined ? {} : { receipt }),
    })),
  }
}

/** Kills a challenge whose message did not go out; the IP block's place in its quota stays used (T35). */
export function withdraw(records: Records, request: WithdrawRequest, id: ChallengeIdParts): void {
  const { now: at, expiresAt } = request.issued
  const mark = id.tail.slice(0, MARK_LENGTH)
  const [holder] = records.recipients
  // A failure may come late: who was sent another code since must not lose that one.
  if (!holder.sends.some((send) => send.challenge === mark && send.at > at)) {
    holder.challenges = holder.challenges.filter((challenge) => challenge.tail !== id.tail || challenge.expiresAt !== expiresAt)
  }
  if (!request.giveBack) return
  for (const record of records.recipients) {
    const place = record.sends.findLastIndex((send) => send.challenge === mark && send.at === at)
    record.sends = record.sends.filter((_, index) => index !== place)
  }
}

/** Forgets a challenge and its grant. What was sent and what failed stays counted. */
export function cancel(records: Records, id: ChallengeIdParts): void {
  const [holder] = records.recipients
  holder.challenges = holder.challenges.filter((challenge) => challenge.tail !== id.tail)
  holder.grants = holder.grants.filter((grant) => grant.tail !== id.tail)
}

/** Spends a grant: of any number of callers at once, one (T26). */
export function redeem(records: Records, request: RedeemRequest, id: ChallengeIdParts, now: number): RedeemDecision {
  const [holder] = records.recipients
  const grant = holder.grants.find((candidate) => candidate.tail === id.tail)
  if (
    grant === undefined ||
    grant.proved.length === 0 ||
    now >= grant.expiresAt ||
    now >= grant.verifiedAt + request.maxAgeSeconds * 1000 ||
    grant.intent !== request.intent ||
    grant.user !== request.user ||
    grant.context !== request.context
  ) {
    return { outcome: 'gone' }
  }
  if (request.once) holder.grants = holder.grants.filter((candidate) => candidate !== grant)
  return { outcome: 'redeemed', now, verifiedAt: grant.verifiedAt, proved: grant.proved }
}

/**
 * Lets a recipient in again whom failures or other people's sends kept out (T09): with no failures, the whole budget of a day, and every place of unknown and
 * known devices free. What was sent stays counted where all sends of a day are.
 */
export function release(record: RecipientRecord): void {
  clearFailures(record)
  record.dayFailures = []
  record.sends = record.sends.map((send) => ({ ...send, challenge: '' }))
}
