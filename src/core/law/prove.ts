import { CHANNEL_NAMES, type ChannelName } from '../../ports/message.js'
import type { Proved, VerifyDecision, VerifyRequest } from '../../ports/store.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { MARK_LENGTH } from './limits.js'
import { type Answer, type Challenge, MAX_GRANTS, type Records } from './records.js'

/** What `verify` and `confirm` answer where something was proved. */
export type VerifiedDecision = Extract<VerifyDecision, { readonly outcome: 'verified' }>

/** Marks answers as proved. */
export function prove(challenge: Challenge, right: ReadonlySet<Answer>): void {
  // The code is forgotten with its success, and so is a kept one of its channel, also while other channels are waited for (T21).
  const settled = new Set([...right].map((answer) => answer.channel))
  challenge.answers = challenge.answers
    .filter((answer) => right.has(answer) || answer.proved || !settled.has(answer.channel))
    .map((answer) => (right.has(answer) ? { ...answer, digest: '', proved: true } : answer))
  // Where others are waited for, they are waited for no longer than this proof is good (T25).
  challenge.expiresAt = Math.min(challenge.expiresAt, ...[...right].map((answer) => answer.expiresAt))
}

/** Where everything that a challenge asks for is proved: removes it, gives its places in the quotas back, and leaves a grant where one was asked for. */
export function complete(
  records: Records,
  { grantSeconds, recalls }: Pick<VerifyRequest, 'grantSeconds' | 'recalls'>,
  id: ChallengeIdParts,
  challenge: Challenge,
  now: number,
): VerifiedDecision | undefined {
  const proved = provedBy(challenge)
  if (challenge.mode === 'any' ? proved.length === 0 : waitingFor(challenge).length > 0) return undefined
  giveBack(records, id, new Set(challenge.answers.filter((answer) => answer.proved).map((answer) => answer.recipient)))
  const [holder] = records.recipients
  holder.challenges = holder.challenges.filter((candidate) => candidate !== challenge)
  const grantExpiresAt = grantSeconds === 0 ? 0 : now + grantSeconds * 1000
  if (grantExpiresAt > 0 || recalls) {
    const { tail, intent, user, context } = challenge
    const left = grantExpiresAt > 0 ? { expiresAt: grantExpiresAt, proved } : { expiresAt: challenge.expiresAt, proved: [] }
    holder.grants = [...holder.grants, { tail, intent, user, context, verifiedAt: now, ...left }].slice(-MAX_GRANTS)
  }
  return { outcome: 'verified', now, complete: true, proved, waiting: [], attemptsLeft: attemptsLeft(challenge), grantExpiresAt }
}

/** What is said where more is waited for. */
export function incomplete(challenge: Challenge, now: number): VerifiedDecision {
  const [proved, waiting] = [provedBy(challenge), waitingFor(challenge)]
  return { outcome: 'verified', now, complete: false, proved, waiting, attemptsLeft: attemptsLeft(challenge), grantExpiresAt: 0 }
}

/** Guesses that may still be compared. */
export function attemptsLeft({ maxAttempts, attempts }: Challenge): number {
  return Math.max(0, maxAttempts - attempts)
}

/** Channels that a challenge asks for and has no proof of. */
export function waitingFor(challenge: Challenge): ChannelName[] {
  const proved = new Set(challenge.answers.filter((answer) => answer.proved).map((answer) => answer.channel))
  return CHANNEL_NAMES.filter((name) => !proved.has(name) && challenge.answers.some((answer) => answer.channel === name))
}

function provedBy(challenge: Challenge): Proved[] {
  return challenge.answers.filter((answer) => answer.proved).map(({ channel, sealed }) => ({ channel, sealed }))
}

function giveBack(records: Records, id: ChallengeIdParts, proved: ReadonlySet<number>): void {
  const mark = id.tail.slice(0, MARK_LENGTH)
  for (const [index, record] of records.recipients.entries()) {
    if (!proved.has(index)) continue
    // Kept without a challenge: a send and its code, over and over, still have an end (T29).
    record.sends = record.sends.map((send) => (send.challenge === mark ? { ...send, challenge: '' } : send))
  }
  if (records.block === undefined) return
  const keys = new Set(id.recipients.filter((_, index) => proved.has(index)).map((key) => key.slice(0, MARK_LENGTH)))
  records.block.sends = records.block.sends.filter((send) => send.challenge !== mark || !keys.has(send.recipient))
}
