import type { IssueDecision, Issued, IssueRequest, RenewDecision, RenewRequest } from '../../ports/store.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { isKnownSend, MARK_LENGTH, resendAt, sendRefusal } from './limits.js'
import { type Answer, type Challenge, HOUR_MS, type Records, tidy } from './records.js'

/** Checks every limit, reserves a place in each, creates the challenge: all or nothing (T28). */
export function issue(records: Records, request: IssueRequest, id: ChallengeIdParts, now: number): IssueDecision {
  tidy(records, now)
  const refused = sendRefusal(records, request, id.recipients, now)
  if (refused !== undefined) return refused

  const [holder] = records.recipients
  // An id that is used again means the same question: what it meant before ends with this one, and does not count beside it.
  const others = holder.challenges.filter((challenge) => challenge.tail !== id.tail)
  const pending = others.filter((challenge) => challenge.intent === request.intent && isLive(challenge, now))
  if (pending.length >= request.limits.pendingPerRecipient) {
    // Refused, never an eviction: whoever waits for an earlier code keeps it (T11).
    const firstExpiry = Math.min(...pending.map((challenge) => challenge.expiresAt))
    return { outcome: 'limited', limit: 'pending', retryAfterMs: firstExpiry - now }
  }
  const challenge: Challenge = {
    tail: id.tail,
    intent: request.intent,
    user: request.user,
    context: request.context,
    mode: request.mode,
    maxAttempts: request.maxAttempts,
    attempts: 0,
    expiresAt: now + request.ttlSeconds * 1000,
    answers: newAnswers(request, now + request.ttlSeconds * 1000, now),
    failuresPerDay: request.failuresPerDay,
  }
  holder.challenges = [...others, challenge]
  holder.grants = holder.grants.filter((grant) => grant.tail !== id.tail)
  return reserve(records, request, id, challenge, now)
}

/** Gives a live challenge new codes, in the one step in which the old ones lose or keep their worth (T24). */
export function renew(records: Records, request: RenewRequest, id: ChallengeIdParts, now: number): RenewDecision {
  tidy(records, now)
  const [holder] = records.recipients
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail)
  if (challenge === undefined || !isLive(challenge, now) || !isFor(challenge, request)) return { outcome: 'gone' }
  const refused = sendRefusal(records, request, id.recipients, now)
  if (refused !== undefined) return refused

  const proved = challenge.answers.filter((answer) => answer.proved)
  const open = challenge.answers.filter((answer) => !answer.proved)
  const renewed = new Set(request.answers.map((answer) => answer.channel))
  // Where every channel is asked for, a new code for one of them must not excuse from the others.
  const others = challenge.mode === 'all' ? open.filter((answer) => !renewed.has(answer.channel)) : []
  const old = request.resend === 'keep' ? open.filter((answer) => !others.includes(answer)) : []
  const kept = old.slice(Math.max(0, old.length - request.answers.length))
  // What was proved stays good for as long as its code was: no renewal, and no row of them, stretches it (T25).
  challenge.expiresAt = Math.min(now + request.ttlSeconds * 1000, ...proved.map((answer) => answer.expiresAt))
  challenge.answers = [...proved, ...others, ...kept, ...newAnswers(request, challenge.expiresAt, now)]
  challenge.failuresPerDay = smallestBudget(challenge, request)
  // Where an old code can still be guessed, the count goes on; the recipient's own count goes on in any case (T03).
  if (request.resend === 'replace' && others.length === 0) challenge.attempts = 0
  return reserve(records, request, id, challenge, now)
}

/** True while a guess on it may still be compared. */
function isLive(challenge: Challenge, now: number): boolean {
  return now < challenge.expiresAt && challenge.attempts < challenge.maxAttempts
}

function isFor(challenge: Challenge, request: IssueRequest): boolean {
  return (
    challenge.intent === request.intent &&
    challenge.user === request.user &&
    challenge.context === request.context &&
    challenge.mode === request.mode
  )
}

function reserve(records: Records, request: IssueRequest, id: ChallengeIdParts, challenge: Challenge, now: number): Issued {
  const mark = id.tail.slice(0, MARK_LENGTH)
  for (const record of records.recipients) {
    const device = isKnownSend(record, request, now) ? { isKnown: true as const } : {}
    record.sends = [...record.sends, { at: now, block: request.origin.slice(0, MARK_LENGTH), challenge: mark, ...device }]
  }
  const { block } = records
  if (block !== undefined) {
    const marks = id.recipients.map((key, index) => ({
      at: now,
      recipient: key.slice(0, MARK_LENGTH),
      callingCode: request.answers.find((answer) => answer.recipient === index)?.callingCode ?? '',
      challenge: mark,
    }))
    block.sends = [...block.sends, ...marks]
  }
  return {
    outcome: 'issued',
    now,
    expiresAt: challenge.expiresAt,
    attemptsLeft: challenge.maxAttempts - challenge.attempts,
    // Every send of a challenge is marked at each of its recipients.
    resendAt: resendAt(records.recipients[0], request.limits, now, mark),
    ...(block === undefined
      ? {}
      : { block: { sendsLeft: request.limits.blockSendsPerHour - block.sends.length, resetAt: (block.sends[0]?.at ?? now) + HOUR_MS } }),
  }
}

/** Of the codes that a challenge had and gets, some kept perhaps: the budget of the weakest. */
function smallestBudget(...codes: readonly Pick<Challenge, 'failuresPerDay'>[]): number | undefined {
  const budgets = codes.flatMap(({ failuresPerDay }) => failuresPerDay ?? [])
  return budgets.length === 0 ? undefined : Math.min(...budgets)
}

function newAnswers(request: IssueRequest, expiresAt: number, now: number): Answer[] {
  return request.answers.map(({ channel, recipient, digest, sealed, isAging }) => ({
    channel,
    recipient,
    digest,
    expiresAt,
    sealed,
    proved: false,
    ...(isAging ? { issuedAt: now } : {}),
  }))
}
