import type { DeliveryFailure } from '../errors.js'
import type { ChannelName, Message } from '../ports/channel.js'
import type { EventSubject } from '../ports/events.js'
import type { Issued, Limited } from '../ports/store.js'
import type { Delivered } from '../ports/transport.js'
import { mask } from '../util/mask.js'
import { parseChallengeId } from './challenge-id.js'
import { deliver } from './deliver.js'
import { type CodedRoute, drawCodes, drawId, issueRequest, type Order, recipientKeysOf } from './draft.js'
import type { Engine } from './engine.js'
import { referenceOf } from './reference.js'
import { type ChannelResult, type Refused, refused, type Sent } from './results.js'
import { rateLimited, retryAfterSeconds } from './retry-after.js'

/**
 * What a door does between the creation of a challenge and its delivery: keep the id where only this caller can show it again. Rejects where it
 * cannot; then nothing is delivered (T58).
 */
export type Hold = (pointer: { readonly id: string; readonly expiresIn: number }) => Promise<void>

/** An order with the caller's present state. */
export interface HeldOrder extends Order {
  /** Id of the challenge that the caller has pending for the intent: well-formed, or nothing. */
  readonly current: string | undefined
  /** `renew` for more codes of that very challenge, which must be live; `send` for a challenge that stands for these routes alone. */
  readonly kind: 'send' | 'renew'
  readonly hold: Hold
}

/** A code on its way, worded. */
interface Parcel {
  readonly route: CodedRoute
  readonly message: Message
  readonly parts: number
}

type Fate = Parcel & ({ readonly delivered: Delivered } | { readonly failure: DeliveryFailure })

/** Issues, holds, words, delivers, in this order. */
export async function issueAndDeliver(engine: Engine, order: HeldOrder): Promise<Sent | Refused> {
  const routes = drawCodes(engine, order)
  const issued = await issue(engine, order, routes)
  if (issued === undefined) return refused('no_pending_challenge')
  const { decision, id } = issued
  if (decision.outcome === 'limited') {
    const { limit } = decision
    for (const route of routes)
      engine.emit('send_refused', { ...subjectOf(order, route), limit, retryAfterSeconds: retryAfterSeconds(decision) })
    return rateLimited(decision)
  }
  for (const route of routes) engine.emit('issued', { ...subjectOf(order, route), id, renewed: id === order.current })

  const parcels = await holdAndWord(engine, order, routes, id, decision)
  const fates = await Promise.all(parcels.map(async (parcel): Promise<Fate> => ({ ...parcel, ...(await delivery(engine, parcel)) })))
  for (const fate of fates) tell(engine, order, id, fate)
  const arrived = fates.find((fate) => 'delivered' in fate)
  if (arrived === undefined) {
    // No way led out. Where one of them may have, the place in the quota stays used (T35).
    await giveUp(engine, id, !fates.some((fate) => 'failure' in fate && fate.failure.uncertain))
    return refused('delivery_failed')
  }
  return { ...sent(order, id, decision, arrived, fates), ...sandboxCodes(engine, fates) }
}

/** New codes for the challenge that the caller has pending, where it stands for the same recipients, or else a new challenge. */
async function issue(
  engine: Engine,
  order: HeldOrder,
  routes: readonly CodedRoute[],
): Promise<{ readonly id: string; readonly decision: Issued | Limited } | undefined> {
  const { current, intent, kind } = order
  const recipientKeys = recipientKeysOf(routes)
  const known = parseChallengeId(current)?.recipients ?? []
  const isSame = kind === 'renew' ? recipientKeys.every((key) => known.includes(key)) : recipientKeys.join() === known.join()
  if (current !== undefined && isSame) {
    // The id stays, so no pointer has to change and no request that runs beside this one can bring an old pointer back.
    const decision = await engine.store().renew({ ...issueRequest(engine, order, routes, current), resend: intent.resend })
    if (decision.outcome !== 'gone') return { id: current, decision }
  }
  if (kind === 'renew') return undefined
  const id = drawId(engine, recipientKeys)
  return { id, decision: await engine.store().issue(issueRequest(engine, order, routes, id)) }
}

/** Makes sure that the caller can come back with the code before anybody is told it. Where that fails, the challenge was never there. */
async function holdAndWord(
  engine: Engine,
  order: HeldOrder,
  routes: readonly CodedRoute[],
  id: string,
  issued: Issued,
): Promise<readonly Parcel[]> {
  const { context, current, intent, locale } = order
  const { expiresAt } = issued
  const expiresIn = secondsUntil(expiresAt, issued)
  const reference = referenceOf(id, expiresAt)
  try {
    await order.hold({ id, expiresIn })
    // Whatever this caller had pending for the intent ends here, also in the store (T13).
    if (current !== undefined && current !== id) await engine.store().cancel({ id: engine.keys.storedId(current) })
    return routes.map((route) => {
      const { channel, code, recipient } = route
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
      const message = {
        ...worded,
        channel: channel.name,
        to: recipient.address,
        code,
        intent: intent.name,
        reference,
        challengeId: id,
        expiresAt,
      }
      return { route, message, parts }
    })
  } catch (err) {
    await giveUp(engine, id, true)
    throw err
  }
}

async function delivery(
  engine: Engine,
  { message, route }: Parcel,
): Promise<{ readonly delivered: Delivered } | { readonly failure: DeliveryFailure }> {
  if (engine.isSandboxed(message.to)) return { delivered: {} }
  const answer = await deliver(route.channel, message)
  return 'failure' in answer ? answer : { delivered: answer }
}

function tell(engine: Engine, order: Order, id: string, fate: Fate): void {
  const subject = { ...subjectOf(order, fate.route), id }
  if ('failure' in fate) engine.emit('delivery_failed', { ...subject, failure: fate.failure })
  else engine.emit('sent', { ...subject, transport: fate.route.channel.transport.name, parts: fate.parts })
}

function sent({ intent }: Order, id: string, issued: Issued, arrived: Fate, fates: readonly Fate[]): Sent {
  const channels: Partial<Record<ChannelName, ChannelResult>> = {}
  for (const { message, parts, ...fate } of fates) {
    channels[message.channel] = 'delivered' in fate ? { sent: true, id: fate.delivered.id, parts } : { sent: false, parts }
  }
  return {
    ok: true,
    id,
    intent: intent.name,
    to: mask(arrived.message.to),
    channel: arrived.message.channel,
    mode: intent.mode,
    reference: arrived.message.reference,
    channels,
    codeLength: intent.codeLength,
    alphabet: 'digits',
    attemptsLeft: issued.attemptsLeft,
    expiresIn: secondsUntil(issued.expiresAt, issued),
    expiresAt: issued.expiresAt,
    resendIn: secondsUntil(issued.resendAt, issued),
  }
}

function sandboxCodes(engine: Engine, fates: readonly Fate[]): Pick<Sent, 'sandboxCodes'> {
  const codes = fates.filter(({ message }) => engine.isSandboxed(message.to)).map(({ message }) => [message.channel, message.code])
  return codes.length === 0 ? {} : { sandboxCodes: Object.fromEntries(codes) }
}

/** The challenge must die; where the store is away by now, it dies of age, and nobody knows its code. */
async function giveUp(engine: Engine, id: string, giveBack: boolean): Promise<void> {
  await engine
    .store()
    .withdraw({ id: engine.keys.storedId(id), giveBack })
    .catch(() => undefined)
}

function subjectOf({ intent }: Order, { channel, recipient, recipientKey }: CodedRoute): EventSubject {
  return { to: mask(recipient.address), recipient: recipientKey, intent: intent.name, channel: channel.name }
}

function secondsUntil(instant: number, { now }: Issued): number {
  return Math.max(0, Math.ceil((instant - now) / 1000))
}
