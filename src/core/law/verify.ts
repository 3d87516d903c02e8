import { CHANNEL_NAMES, type ChannelName } from '../../ports/message.js'
import type { Guess, Proved, VerifyDecision, VerifyRequest } from '../../ports/store.js'
import { equalDigests } from '../../util/equal-digests.js'
import type { ChallengeIdParts } from '../challenge-id.js'
import { isDelegated } from './delegated.js'
import { clearFailures, failuresOf, guessRefusal, recordFailure } from './limits.js'
import { attemptsLeft, complete, incomplete, prove, waitingFor } from './prove.js'
import { type Answer, type Challenge, type Records, tidy } from './records.js'

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
  if (challenge.attempts >= challenge.maxAttempts) return { outcome: 'exhausted' }
  const { isKnownDevice } = request
  const refused = guessRefusal(records, request.limits, now, { isKnownDevice, failuresPerDay: challenge.failuresPerDay })
  if (refused !== undefined) return refused

  const unexpected = request.guesses.find((guess) => targets(challenge, guess).length === 0)
  if (unexpected !== undefined) return { outcome: 'unexpected_channel', channel: firstChannel(unexpected) }

  challenge.attempts += 1
  // Another amount or payee than the one approved: a wrong guess, and the end of the challenge, beyond every attempt that could be given back (T15).
  if (challenge.context !== request.context) challenge.attempts = challenge.maxAttempts + 1
  const wrong = request.guesses.filter((guess) => !settle(records, challenge, guess, request, now))
  if (wrong.length === 0) challenge.attempts -= 1
  else if (records.block !== undefined && !isKnownDevice) records.block.failures = [...records.block.failures, now]

  const whole = complete(records, request, id, challenge, now)
  if (whole !== undefined) return whole
  if (wrong.length === 0) return incomplete(challenge, now)
  const failures = mostFailures(records, now)
  const waiting = waitingFor(challenge)
  if (challenge.context !== request.context) return { outcome: 'wrong', attemptsLeft: 0, failures, waiting }
  const delegated = delegatedTo(challenge, wrong, request, now)
  const left = attemptsLeft(challenge)
  return left === 0
    ? { outcome: 'exhausted', failures, ...delegated }
    : { outcome: 'wrong', attemptsLeft: left, failures, waiting, ...delegated }
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
  prove(challenge, right)
  return right.size > 0
}

/** The answers that a guess may stand for. */
function targets(challenge: Challenge, guess: Guess): Answer[] {
  return challenge.answers.filter((answer) => !answer.proved && guess[answer.channel] !== undefined)
}

/** The answers that a wrong guess may yet be right for, if their vendors say so. */
function delegatedTo(
  challenge: Challenge,
  wrong: readonly Guess[],
  request: VerifyRequest,
  now: number,
): { readonly delegated?: readonly Proved[] } {
  if (request.delegates !== true) return {}
  const delegated = challenge.answers.filter(
    (answer) => isDelegated(answer) && isFresh(answer, request, now) && wrong.some((guess) => guess[answer.channel] !== undefined),
  )
  return delegated.length === 0 ? {} : { delegated: delegated.map(({ channel, sealed }) => ({ channel, sealed })) }
}

/** Tries the digests of every live secret in any case, so that time tells nothing (T63). */
function isRight(answer: Answer, guess: Guess, request: VerifyRequest, now: number): boolean {
  const matches = (guess[answer.channel] ?? []).filter((digest) => equalDigests(digest, answer.digest))
  // Nothing is right that only a vendor can compare, or that was compared already.
  return matches.length > 0 && answer.digest !== '' && isFresh(answer, request, now)
}

function isFresh({ expiresAt, issuedAt }: Answer, { maxAgeSeconds }: VerifyRequest, now: number): boolean {
  return now < expiresAt && (issuedAt === undefined || maxAgeSeconds === undefined || now < issuedAt + maxAgeSeconds * 1000)
}

function firstChannel(guess: Guess): ChannelName {
  return CHANNEL_NAMES.find((name) => guess[name] !== undefined) ?? 'sms'
}

function mostFailures(records: Records, now: number): number {
  return Math.max(...records.recipients.map((record) => failuresOf(record, now)))
}
