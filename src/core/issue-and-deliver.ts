import type { Channel, Message, Recipient } from '../ports/channel.js'
import type { EventSubject } from '../ports/events.js'
import type { Issued, IssueRequest, Limited } from '../ports/store.js'
import { addressBlock } from '../util/address-block.js'
import { mask } from '../util/mask.js'
import { TAIL_LENGTH } from './challenge-id.js'
import { drawCode } from './code.js'
import { type Context, canonicalContext } from './context.js'
import { deliver } from './deliver.js'
import type { Caller, Engine } from './engine.js'
import { codeDigests } from './guess.js'
import type { Intent } from './intents.js'
import { referenceOf } from './reference.js'
import { type Refused, refused, type Sent } from './results.js'
import { rateLimited, retryAfterSeconds } from './retry-after.js'
import { seal } from './sealed.js'

/**
 * What a door does between the creation of a challenge and its delivery: keep the id where only this caller can show it again. Rejects where it
 * cannot; then nothing is delivered (T58).
 */
export type Hold = (pointer: { readonly id: string; readonly expiresIn: number }) => Promise<void>

/** One code for one recipient, everything parsed and decided. */
export interface Order {
  readonly caller: Caller
  readonly intent: Intent
  readonly channel: Channel
  readonly recipient: Recipient
  readonly context: Context
  readonly locale: string | undefined
  /** A well-formed id, or nothing. */
  readonly current: string | undefined
  readonly hold: Hold
}

interface Draft {
  readonly id: string
  readonly code: string
  readonly renewed: boolean
}

/** Issues, holds, words, delivers, in this order. */
export async function issueAndDeliver(engine: Engine, order: Order): Promise<Sent | Refused> {
  const { channel, intent, recipient } = order
  const recipientKey = engine.keys.recipientKey(order.caller.tenant, recipient.countedAs)
  const subject: EventSubject = { to: mask(recipient.address), recipient: recipientKey, intent: intent.name, channel: channel.name }
  const { draft, decision } = await issue(engine, order, recipientKey)
  if (decision.outcome === 'limited') {
    engine.emit('send_refused', { ...subject, limit: decision.limit, retryAfterSeconds: retryAfterSeconds(decision) })
    return rateLimited(decision)
  }
  const { id } = draft
  engine.emit('issued', { ...subject, id, renewed: draft.renewed })
  const { message, parts } = await holdAndWord(engine, order, draft, decision)
  const delivered = await deliver(channel, message)
  if ('failure' in delivered) {
    await giveUp(engine, id, !delivered.failure.uncertain)
    engine.emit('delivery_failed', { ...subject, id, failure: delivered.failure })
    return refused('delivery_failed')
  }
  engine.emit('sent', { ...subject, id, transport: channel.transport.name, parts })
  return {
    ok: true,
    id,
    intent: intent.name,
    to: subject.to,
    channel: channel.name,
    mode: 'any',
    reference: message.reference,
    channels: { [channel.name]: { sent: true, id: delivered.id, parts } },
    codeLength: intent.codeLength,
    alphabet: 'digits',
    attemptsLeft: decision.attemptsLeft,
    expiresIn: secondsUntil(decision.expiresAt, decision.now),
    expiresAt: decision.expiresAt,
    resendIn: secondsUntil(decision.resendAt, decision.now),
  }
}

/** Makes sure that the caller can come back with the code before anybody is told it. Where that fails, the challenge was never there. */
async function holdAndWord(
  engine: Engine,
  order: Order,
  { id, code, renewed }: Draft,
  { expiresAt, now }: Issued,
): Promise<{ readonly message: Message; readonly parts: number }> {
  const expiresIn = secondsUntil(expiresAt, now)
  const reference = referenceOf(id, expiresAt)
  const { channel, context, current, intent, locale } = order
  try {
    await order.hold({ id, expiresIn })
    // Whatever this caller had pending for the intent ends here, also in the store (T13).
    if (current !== undefined && !renewed) await engine.store().cancel({ id: engine.keys.storedId(current) })
    const { parts, ...worded } = channel.word({
      code,
      intent: intent.name,
      reference,
      ttlSeconds: expiresIn,
      locale,
      context: Object.keys(context).length === 0 ? undefined : context,
      service: engine.service,
      host: engine.host,
    })
    const { address } = order.recipient
    return {
      message: { ...worded, channel: channel.name, to: address, code, intent: intent.name, reference, challengeId: id, expiresAt },
      parts,
    }
  } catch (err) {
    await giveUp(engine, id, true)
    throw err
  }
}

/** A new code for the challenge that the caller has pending with this recipient, or else a new challenge. */
async function issue(
  engine: Engine,
  order: Order,
  recipientKey: string,
): Promise<{ readonly draft: Draft; readonly decision: Issued | Limited }> {
  const store = engine.store()
  const code = drawCode(engine.random, order.intent.codeLength)
  const { current } = order
  if (current !== undefined && current.slice(0, -TAIL_LENGTH) === recipientKey) {
    // The id stays, so no pointer has to change and no request that runs beside this one can bring an old pointer back.
    const decision = await store.renew({ ...request(engine, order, current, code), resend: order.intent.resend })
    if (decision.outcome !== 'gone') return { draft: { id: current, code, renewed: true }, decision }
  }
  const id = recipientKey + Buffer.from(engine.random.bytes(16)).toString('base64url')
  return { draft: { id, code, renewed: false }, decision: await store.issue(request(engine, order, id, code)) }
}

function request(engine: Engine, order: Order, id: string, code: string): IssueRequest {
  const { keys } = engine
  const { caller, channel, context, intent, recipient } = order
  const contextTag = keys.tag('context', canonicalContext(context))
  const [digest = ''] = codeDigests(keys, { id, tenant: caller.tenant, intent: intent.name, contextTag }, channel.name, code)
  return {
    id: keys.storedId(id),
    intent: intent.name,
    user: keys.tag('user', caller.userId),
    context: contextTag,
    mode: 'any',
    maxAttempts: intent.maxAttempts,
    ttlSeconds: intent.ttlSeconds,
    answers: [
      {
        channel: channel.name,
        recipient: 0,
        digest,
        sealed: seal(keys, id, channel.name, { address: recipient.address, context }),
        callingCode: recipient.callingCode ?? '',
      },
    ],
    origin: keys.tag('block', addressBlock(caller.ip)),
    limits: engine.limits,
  }
}

/** The challenge must die; where the store is away by now, it dies of age, and nobody knows its code. */
async function giveUp(engine: Engine, id: string, giveBack: boolean): Promise<void> {
  await engine
    .store()
    .withdraw({ id: engine.keys.storedId(id), giveBack })
    .catch(() => undefined)
}

function secondsUntil(instant: number, now: number): number {
  return Math.max(0, Math.ceil((instant - now) / 1000))
}
