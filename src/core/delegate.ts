import { OtpError } from '../errors.js'
import type { DelegatedOutcome, DelegatedStart, DelegatedVerification } from '../ports/delegated-verification.js'
import type { ChannelName } from '../ports/message.js'
import type { Issued, Proved, VerifyDecision, VerifyRequest } from '../ports/store.js'
import type { Delivered } from '../ports/transport.js'
import { ask, type Failed, plainId, uncertain } from './deliver.js'
import type { Engine } from './engine.js'
import type { Route } from './route.js'
import { isSandboxed } from './sandbox.js'
import { type Sealable, seal, unseal } from './sealed.js'
import type { Terms } from './terms.js'

/** The vendor that makes and compares the code of a route; none for a sandboxed address, whose code is answered and hence ours (T66). */
export function delegateOf(
  engine: Engine,
  order: { readonly terms: Terms | undefined },
  { channel, recipient }: Route,
): DelegatedVerification | undefined {
  return isSandboxed(engine, order, recipient.address) ? undefined : channel.transport.delegate
}

/** A challenge whose code a vendor is to make. */
export interface Commission {
  readonly id: string
  readonly issued: Pick<Issued, 'expiresAt'>
  readonly request: DelegatedStart
  readonly sealable: Sealable
}

/**
 * Has a vendor send a code, once, and keeps the ticket that its comparison needs. Where the ticket cannot be kept, the code may have arrived and is worth nothing: an
 * uncertain failure, with the store's error where it has one.
 */
export async function commission(
  engine: Engine,
  delegate: DelegatedVerification,
  { id, issued, request, sealable }: Commission,
): Promise<{ readonly delivered: Delivered } | (Failed & { readonly outage?: unknown })> {
  const asked = await ask(delegate, (options) => delegate.start(request, options))
  if ('failure' in asked) return asked
  const { name } = delegate
  const { channel } = request
  const ticket = typeof asked.answer === 'object' && asked.answer !== null ? Reflect.get(asked.answer, 'ticket') : undefined
  if (typeof ticket !== 'string' || !/^[!-~]{1,2000}$/.test(ticket)) return { failure: uncertain(name, 'no_ticket') }
  const sealed = seal(engine.keys, id, channel, { ...sealable, ticket })
  try {
    const isKept = await engine.store().attach({ id: engine.keys.storedId(id), channel, expiresAt: issued.expiresAt, sealed })
    // Cancelled, superseded or proved in the meantime.
    if (!isKept) return { failure: uncertain(name, 'superseded') }
  } catch (outage) {
    return { failure: uncertain(name, 'ticket_not_kept'), outage }
  }
  const messageId = plainId(Reflect.get(Object(asked.answer), 'id'), ticket)
  return { delivered: messageId === undefined ? {} : { id: messageId } }
}

/** A submission of which the store said that something is wrong, and that vendors may call right. */
export interface Doubt {
  /** Public id of the challenge. */
  readonly id: string
  readonly typed: readonly { readonly code: string; readonly channels: readonly ChannelName[] }[]
  /** As the store was asked. */
  readonly request: VerifyRequest
  readonly decision: Extract<VerifyDecision, { readonly outcome: 'wrong' | 'exhausted' }>
}

/**
 * Puts each typed code that was charged as wrong to the vendors that may call it right, one after the other, until one does; the store then makes it right, once
 * (T22). Rejects with `OtpError` 503 where none called it right and one did not answer: the charge stays, so that a vendor is never asked more often than our limit allows (T02).
 */
export async function judgeByVendors(engine: Engine, { decision, id, request, typed }: Doubt): Promise<VerifyDecision> {
  const { context, grantSeconds, intent, isKnownDevice, limits, origin, recalls, user } = request
  const bound = { id: request.id, context, grantSeconds, intent, isKnownDevice, limits, origin, recalls, user }
  let left = typed.filter(({ channels }) => mayBeWrong(decision, channels)).length
  let outcome: VerifyDecision = decision
  for (const { channels, code } of typed) {
    // The newest code of a channel first: it is the one that people type.
    const answers = decision.delegated?.filter(({ channel }) => channels.includes(channel)).reverse() ?? []
    const right = await firstRight(engine, { id, intent, code }, answers)
    if (right === undefined) continue
    left -= 1
    outcome = await engine.store().confirm({ ...bound, channel: right.channel, sealed: right.sealed, takeBack: left === 0 })
    if (outcome.outcome !== 'verified' || outcome.complete) return outcome
  }
  // One right code of several is remembered; the submission as a whole is wrong, as it is with codes of our own (T68).
  return left === 0 ? outcome : decision
}

/** False for a code whose channel the store has found proved with it. Of the last attempt it does not say; then nothing is given back. */
function mayBeWrong(decision: Doubt['decision'], channels: readonly ChannelName[]): boolean {
  return decision.outcome === 'exhausted' || decision.waiting.some((channel) => channels.includes(channel))
}

async function firstRight(
  engine: Engine,
  { id, ...guess }: { readonly id: string; readonly intent: string; readonly code: string },
  answers: readonly Proved[],
): Promise<Proved | undefined> {
  const asked = new Set<string>()
  let trouble: OtpError | undefined
  for (const answer of answers) {
    const delegate = engine.channels.get(answer.channel)?.transport.delegate
    const { address: to = '', ticket } = unseal(engine.keys, id, answer.channel, answer.sealed) ?? {}
    const question = `${answer.channel} ${to} ${ticket}`
    // Without a ticket the vendor never said that it sent a code. The same question costs an attempt there each time, and has the same answer.
    if (delegate === undefined || ticket === undefined || asked.has(question)) continue
    asked.add(question)
    const said = await ask(delegate, (options) => delegate.check({ ...guess, ticket, to }, options))
    if ('answer' in said && said.answer === 'right') return answer
    if ('failure' in said || !isRefusal(said.answer)) trouble = unavailable(delegate.name, said)
  }
  if (trouble === undefined) return undefined
  engine.reportOutage('check', trouble)
  throw trouble
}

function isRefusal(answer: unknown): answer is Exclude<DelegatedOutcome, 'right'> {
  return answer === 'wrong' || answer === 'gone'
}

/** Nobody knows whether the code was right: fail closed (D7). */
function unavailable(name: string, said: { readonly answer: unknown } | Failed): OtpError {
  const delivery = 'failure' in said ? said.failure : uncertain(name, 'bad_answer')
  return new OtpError('ERR_OTP_DELIVERY', `${name} did not say whether a code is right`, { status: 503, cause: delivery, delivery })
}
