import type { IssueDecision, IssueRequest, RenewDecision, RenewRequest } from '../../src/ports/store.js'
import type { Asked } from './past.js'
import { type Code, isLive, left, limited, open, proved, type Question, recipientsOf, type World } from './world.js'

function askedFor({ answers, id, isKnownDevice = false, limits, origin }: IssueRequest): Asked {
  const recipients = recipientsOf(id)
  const callingCodes = recipients.map((_, index) => answers.find(({ recipient }) => recipient === index)?.callingCode ?? '')
  return { id, recipients, block: origin, callingCodes, isKnown: isKnownDevice, limits }
}

function newCodes({ answers }: IssueRequest, now: number, endsAt: number): Code[] {
  return answers.map(({ channel, digest, isAging = false, recipient, sealed }) => {
    return { channel, recipient, sealed, sealedNow: sealed, bornAt: now, isAging, digest, endsAt, state: 'open', receipt: undefined }
  })
}

function sent({ history }: World, question: Question, request: IssueRequest, now: number): IssueDecision {
  const ask = askedFor(request)
  history.noteSend(ask, now)
  const resendAt = history.resendAt(request.id, ask.recipients[0] ?? '', request.limits, now)
  const block = request.origin === '' ? {} : { block: history.blockShare(request.origin, request.limits, now) }
  return { outcome: 'issued', now, expiresAt: question.endsAt, attemptsLeft: left(question), resendAt, ...block }
}

/** As `Store.issue`. */
export function issue(world: World, request: IssueRequest): IssueDecision {
  const { clock, history, proofs, questions } = world
  const now = clock.now()
  const refusal = history.refusesSend(askedFor(request), now)
  if (refusal !== undefined) return limited(refusal, now)
  const [holder] = recipientsOf(request.id)
  const rivals = [...questions.entries()].flatMap(([id, question]) => {
    const isRival = id !== request.id && recipientsOf(id)[0] === holder && question.request.intent === request.intent
    return isRival && isLive(question, now) ? [question.endsAt] : []
  })
  if (rivals.length >= request.limits.pendingPerRecipient) return limited({ limit: 'pending', until: Math.min(...rivals) }, now)
  const endsAt = now + request.ttlSeconds * 1000
  const question: Question = {
    request,
    codes: newCodes(request, now, endsAt),
    budgets: [request.failuresPerDay],
    attempts: 0,
    endsAt,
    state: 'asked',
  }
  questions.set(request.id, question)
  proofs.delete(request.id)
  return sent(world, question, request, now)
}

/** As `Store.renew`. */
export function renew(world: World, request: RenewRequest): RenewDecision {
  const { clock, history, questions } = world
  const now = clock.now()
  const question = questions.get(request.id)
  const isSame = (['intent', 'user', 'context', 'mode'] as const).every((name) => question?.request[name] === request[name])
  if (question === undefined || !isLive(question, now) || !isSame) return { outcome: 'gone' }
  const refusal = history.refusesSend(askedFor(request), now)
  if (refusal !== undefined) return limited(refusal, now)
  const fresh = new Set(request.answers.map(({ channel }) => channel))
  const before = open(question)
  // All of several: those that nobody asked to renew stay.
  const others = question.request.mode === 'all' ? before.filter(({ channel }) => !fresh.has(channel)) : []
  const older = before.filter((code) => !others.includes(code))
  const kept = request.resend === 'keep' ? older.slice(-request.answers.length) : []
  for (const code of older) if (!kept.includes(code)) code.state = 'void'
  question.endsAt = Math.min(now + request.ttlSeconds * 1000, ...proved(question).map(({ endsAt }) => endsAt))
  const standing = [...proved(question), ...others, ...kept]
  question.codes.splice(0, Number.POSITIVE_INFINITY, ...standing, ...newCodes(request, now, question.endsAt))
  question.budgets.push(request.failuresPerDay)
  if (request.resend === 'replace' && others.length === 0) question.attempts = 0
  return sent(world, question, request, now)
}
