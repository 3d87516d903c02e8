import type { ConfirmRequest } from '../../src/ports/confirm.js'
import { CHANNEL_NAMES } from '../../src/ports/message.js'
import type { Guess, VerifyDecision, VerifyRequest } from '../../src/ports/store.js'
import { asked, type Code, left, limited, open, proved, type Question, recipientsOf, shown, type World, waiting } from './world.js'

function prove(question: Question, right: readonly Code[]): void {
  for (const code of right) code.state = 'proved'
  const done = new Set(right.map(({ channel }) => channel))
  for (const code of open(question)) if (done.has(code.channel)) code.state = 'void'
  question.endsAt = Math.min(question.endsAt, ...right.map(({ endsAt }) => endsAt))
}

/** Ends a question that waits for nothing more. */
function settle(
  { history, proofs }: World,
  question: Question,
  { id, origin, ...about }: ClosingRequest,
  now: number,
): VerifyDecision | undefined {
  if (question.request.mode === 'any' ? proved(question).length === 0 : waiting(question).length > 0) return undefined
  question.state = 'over'
  for (const { recipient } of proved(question)) {
    for (const send of history.sends) {
      if (send.id !== id || send.recipient !== recipientsOf(id)[recipient]) continue
      send.isUsed = true
      if (send.block === origin && origin !== '') send.isFreeInBlock = true
    }
  }
  const { grantSeconds, recalls } = about
  const grantExpiresAt = grantSeconds === 0 ? 0 : now + grantSeconds * 1000
  const all = shown(proved(question))
  const { request } = question
  if (grantSeconds > 0) proofs.set(id, { request, at: now, endsAt: grantExpiresAt, proved: all, isSpent: false })
  else if (recalls === true) proofs.set(id, { request, at: now, endsAt: question.endsAt, proved: [], isSpent: false })
  return { outcome: 'verified', now, complete: true, proved: all, waiting: [], attemptsLeft: left(question), grantExpiresAt }
}

function halfWay(question: Question, now: number): VerifyDecision {
  const [done, still] = [shown(proved(question)), waiting(question)]
  return { outcome: 'verified', now, complete: false, proved: done, waiting: still, attemptsLeft: left(question), grantExpiresAt: 0 }
}

/** As `Store.verify`. */
export function verify(world: World, request: VerifyRequest): VerifyDecision {
  const { clock, history } = world
  const now = clock.now()
  const { guesses, id, isKnownDevice: isKnown = false, limits, maxAgeSeconds = Number.POSITIVE_INFINITY, origin } = request
  const question = asked(world, id, now)
  if (question?.request.intent !== request.intent || question.request.user !== request.user) return { outcome: 'gone' }
  if (now >= question.endsAt) return { outcome: 'expired' }
  if (left(question) === 0) return { outcome: 'exhausted' }
  const recipients = recipientsOf(id)
  const budget = Math.min(limits.recipientFailuresPerDay, ...question.budgets.flatMap((one) => one ?? []))
  const refusal = history.refusesGuess({ recipients, block: origin, isKnown, limits }, budget, now)
  if (refusal !== undefined) return limited(refusal, now)
  const meant = (guess: Guess): Code[] => open(question).filter(({ channel }) => guess[channel] !== undefined)
  const stray = guesses.find((guess) => meant(guess).length === 0)
  if (stray !== undefined)
    return { outcome: 'unexpected_channel', channel: CHANNEL_NAMES.find((name) => stray[name] !== undefined) ?? 'sms' }

  const isOurs = question.request.context === request.context
  const isFresh = (code: Code): boolean => now < code.endsAt && (!code.isAging || now - code.bornAt < maxAgeSeconds * 1000)
  const wrong: Guess[] = []
  for (const guess of guesses) {
    const codes = meant(guess)
    const right = codes.filter(
      (code) => isOurs && isFresh(code) && code.digest !== '' && guess[code.channel]?.includes(code.digest) === true,
    )
    for (const { recipient } of right.length > 0 ? right : codes) {
      history.noteTurn(recipients[recipient] ?? '', right.length > 0 ? 'cleared' : isKnown ? 'known failure' : 'failure', now)
    }
    if (right.length === 0) wrong.push(guess)
    prove(question, right)
  }
  if (wrong.length > 0 && !isKnown) history.noteBlockFailure(origin, now)
  if (wrong.length > 0) question.attempts = isOurs ? question.attempts + 1 : question.request.maxAttempts + 1
  const whole = settle(world, question, request, now)
  if (whole !== undefined) return whole
  if (wrong.length === 0) return halfWay(question, now)
  const failures = Math.max(...recipients.map((recipient) => history.failures(recipient, limits, now)))
  const asks = open(question).filter(
    (code) => code.digest === '' && isFresh(code) && wrong.some((guess) => guess[code.channel] !== undefined),
  )
  const delegated = isOurs && request.delegates === true && asks.length > 0 ? { delegated: shown(asks) } : {}
  if (isOurs && left(question) === 0) return { outcome: 'exhausted', failures, ...delegated }
  return { outcome: 'wrong', attemptsLeft: left(question), failures, waiting: waiting(question), ...delegated }
}

/** As `Store.confirm`. */
export function confirm(world: World, request: ConfirmRequest): VerifyDecision {
  const { clock, history } = world
  const now = clock.now()
  const { channel, id, isKnownDevice: isKnown = false, limits, origin, sealed, takeBack } = request
  const question = asked(world, id, now)
  const isSame = (['intent', 'user', 'context'] as const).every((name) => question?.request[name] === request[name])
  if (question === undefined || !isSame || question.attempts > question.request.maxAttempts) return { outcome: 'gone' }
  if (now >= question.endsAt) return { outcome: 'expired' }
  const code = open(question).find((one) => one.digest === '' && one.channel === channel && one.sealedNow === sealed)
  if (code === undefined) return { outcome: 'gone' }
  if (now >= code.endsAt) return { outcome: 'expired' }
  if (takeBack) question.attempts = Math.max(0, question.attempts - 1)
  if (takeBack && !isKnown) history.forgiveBlock(origin, now)
  history.forgive(recipientsOf(id)[code.recipient] ?? '', isKnown, limits, now)
  prove(question, [code])
  return settle(world, question, request, now) ?? halfWay(question, now)
}

type ClosingRequest = Pick<VerifyRequest, 'id' | 'origin' | 'grantSeconds' | 'recalls'>
