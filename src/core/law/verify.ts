import type { ChannelName } from '../../ports/message.js'
import { CHANNEL_NAMES } from '../../ports/message.js'
import type { Guess, Proved, VerifyDecision, VerifyRequest } from '../../ports/store.js'
import { equalDigests } from '../../util/equal-digests.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { clearFailures, failuresOf, guessRefusal, MARK_LENGTH, recordFailure } from './limits.js'
import { type Answer, type Challenge, MAX_GRANTS, type Records, tidy } from './records.js'

/**
 * Charges the guess, compares it, consumes the challenge: one step, in that order, so that of any number of guesses at the same
 * instant no more than the limit is ever compared (T02), and of any number of right ones one wins (T22).
 */
export function verify(records: Records, request: VerifyRequest, id: ChallengeIdParts, now: number): VerifyDecision {
  tidy(records, now)
  const [holder] = records.recipients
  const challenge = holder.challenges.find((candidate) => candidate.tail === id.tail)
  // For another intent (T14) or another user (T17) it does not exist, and stays usable for its own.
  if (challenge === undefined || challenge.intent !== request.intent || challenge.user !== request.user) return { outcome: 'gone' }
  if (now >= challenge.expiresAt) return { outcome: 'expired' }
  if (challenge.attempts >= challenge.maxAttempts) return { outcome: 'exhausted', failures: mostFailures(records, now) }
  const { isKnownDevice } = request
  const refused = guessRefusal(records, request.limits, now, { isKnownDevice, failuresPerDay: challenge.failuresPerDay })
  if (refused !== undefined) return refused

  const unexpected = request.guesses.find((guess) => targets(challenge, guess).length === 0)
  if (unexpected !== undefined) return { outcome: 'unexpected_channel', channel: firstChannel(unexpected) }

  challenge.attempts += 1
  // Another amount or payee than the one approved: a wrong guess, and the end of the challenge (T15).
  if (challenge.context !== request.context) challenge.attempts = challenge.maxAttempts
  const wrong = request.guesses.filter((guess) => !settle(records, challenge, guess, request, now))
  if (wrong.length === 0) challenge.attempts -= 1
  else if (records.block !== undefined && !isKnownDevice) records.block.failures = [...records.block.failures, now]

  const proved = provedBy(challenge)
  const waiting = waitingFor(challenge)
  const attemptsLeft = challenge.maxAttempts - challenge.attempts
  if (challenge.mode === 'any' ? proved.length > 0 : waiting.length === 0) {
    const grantExpiresAt = consume(records, request, id, challenge, now)
    return { outcome: 'verified', now, complete: true, proved, waiting: [], attemptsLeft, grantExpiresAt }
  }
  if (wrong.length === 0) return { outcome: 'verified', now, complete: false, proved, waiting, attemptsLeft, grantExpiresAt: 0 }
  const failures = mostFailures(records, now)
  if (challenge.context !== request.context) return { outcome: 'wrong', attemptsLeft: 0, failures, waiting }
  return attemptsLeft === 0 ? { outcome: 'exhausted', failures } : { outcome: 'wrong', attemptsLeft, failures, waiting }
}

/** True for a right guess. A wrong one is charged to every recipient whose code it might have been, once for each such code (T68, T05). */
function settle(records: Records, challenge: Challenge, guess: Guess, request: VerifyRequest, now: number): boolean {
  const asked = targets(challenge, guess)
  const right = new Set(asked.filter((answer) => isRight(answer, guess, request, now) && challenge.context === request.context))
  for (const answer of right.size > 0 ? right : asked) {
    const record = records.recipients[answer.recipient]
    if (record === undefined) continue
    if (right.size > 0) clearFailures(record)
    else recordFailure(record, request.limits, now, request)
  }
  // The code is forgotten with its success, and so is a kept one of its channel, also while other channels are waited for (T21).
  const settled = new Set([...right].map((answer) => answer.channel))
  challenge.answers = challenge.answers
    .filter((answer) => right.has(answer) || answer.proved || !settled.has(answer.channel))
    .map((answer) => (right.has(answer) ? { ...answer, digest: '', proved: true } : answer))
  // Where others are waited for, they are waited for no longer than this proof is good (T25).
  challenge.expiresAt = Math.min(challenge.expiresAt, ...[...right].map((answer) => answer.expiresAt))
  return right.size > 0
}

/** Removes the challenge, gives its places in the quotas back, and leaves a grant where one was asked for. */
function consume(records: Records, request: VerifyRequest, id: ChallengeIdParts, challenge: Challenge, now: number): number {
  const [holder] = records.recipients
  holder.challenges = holder.challenges.filter((candidate) => candidate !== challenge)
  const mark = id.tail.slice(0, MARK_LENGTH)
  const proved = new Set(challenge.answers.filter((answer) => answer.proved).map((answer) => answer.recipient))
  for (const [index, record] of records.recipients.entries()) {
    if (!proved.has(index)) continue
    // Kept without a challenge: a send and its code, over and over, still have an end (T29).
    record.sends = record.sends.map((send) => (send.challenge === mark ? { ...send, challenge: '' } : send))
  }
  if (records.block !== undefined) {
    const keys = new Set(id.recipients.filter((_, index) => proved.has(index)).map((key) => key.slice(0, MARK_LENGTH)))
    records.block.sends = records.block.sends.filter((send) => send.challenge !== mark || !keys.has(send.recipient))
  }
  if (request.grantSeconds === 0) return 0
  const expiresAt = now + request.grantSeconds * 1000
  const { tail, intent, user, context } = challenge
  const grant = { tail, intent, user, context, verifiedAt: now, expiresAt, proved: provedBy(challenge) }
  holder.grants = [...holder.grants, grant].slice(-MAX_GRANTS)
  return expiresAt
}

/** The answers that a guess may stand for. */
function targets(challenge: Challenge, guess: Guess): Answer[] {
  return challenge.answers.filter((answer) => !answer.proved && guess[answer.channel] !== undefined)
}

/** Tries the digests of every live secret in any case, so that time tells nothing (T63). */
function isRight(answer: Answer, guess: Guess, request: VerifyRequest, now: number): boolean {
  const matches = (guess[answer.channel] ?? []).filter((digest) => equalDigests(digest, answer.digest))
  return matches.length > 0 && isFresh(answer, request, now)
}

function isFresh({ expiresAt, issuedAt }: Answer, { maxAgeSeconds }: VerifyRequest, now: number): boolean {
  return now < expiresAt && (issuedAt === undefined || maxAgeSeconds === undefined || now < issuedAt + maxAgeSeconds * 1000)
}

function provedBy(challenge: Challenge): Proved[] {
  return challenge.answers.filter((answer) => answer.proved).map(({ channel, sealed }) => ({ channel, sealed }))
}

function waitingFor(challenge: Challenge): ChannelName[] {
  const proved = new Set(challenge.answers.filter((answer) => answer.proved).map((answer) => answer.channel))
  return CHANNEL_NAMES.filter((name) => !proved.has(name) && challenge.answers.some((answer) => answer.channel === name))
}

function firstChannel(guess: Guess): ChannelName {
  return CHANNEL_NAMES.find((name) => guess[name] !== undefined) ?? 'sms'
}

function mostFailures(records: Records, now: number): number {
  return Math.max(...records.recipients.map((record) => failuresOf(record, now)))
}
