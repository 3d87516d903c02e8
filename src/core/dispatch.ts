import type { DeliveryFailure } from '../errors.js'
import type { EventSubject } from '../ports/events.js'
import type { Message } from '../ports/message.js'
import type { Issued } from '../ports/store.js'
import type { Delivered } from '../ports/transport.js'
import { mask } from '../util/mask.js'
import { countryOf } from './country.js'
import { commission } from './delegate.js'
import { deliver } from './deliver.js'
import { type CodedRoute, isKnownOnly, type Order, sealableOf } from './draft.js'
import type { Engine } from './engine.js'
import { payBack } from './pay.js'
import { labelMessage } from './receive.js'
import { isSandboxed } from './sandbox.js'

/** A code on its way, worded. */
export interface Parcel {
  readonly route: CodedRoute
  readonly message: Message
  readonly parts: number
  /** Millionths; `undefined` without a price table. */
  readonly price: number | undefined
}

/** What became of it. */
export type Fate = Parcel & Outcome

type Outcome =
  | { readonly delivered: Delivered }
  /** With the error of a store that could not keep a vendor's ticket. */
  | { readonly failure: DeliveryFailure; readonly outage?: unknown }

/** One send: the challenge, and what the store said of these codes for it. */
export interface Sending {
  readonly id: string
  /** Under which the store, and every event, knows it. */
  readonly storedId: string
  readonly decision: Issued
}

/**
 * Hands every message over, tells what became of it, and ends a challenge that nobody was told the code of. Rejects where that is because the store was away when a
 * vendor had sent a code of its own.
 */
export async function dispatch(engine: Engine, order: Order, sending: Sending, parcels: readonly Parcel[]): Promise<readonly Fate[]> {
  const { storedId } = sending
  const remembered = order.watch?.remember(storedId, sending.decision)
  const fates = await Promise.all(parcels.map((parcel) => fateOf(engine, order, sending, parcel)))
  await remembered
  for (const fate of fates) tell(engine, order, storedId, fate)
  const lost = fates.filter((fate) => 'failure' in fate && !fate.failure.uncertain)
  const isHidden = isKnownOnly(order)
  if (lost.length > 0) {
    const channels = lost.map(({ route }) => route.channel.name)
    await Promise.all([isHidden ? undefined : payBack(engine, order, lost), order.watch?.leave(channels)])
  }
  const named = fates.filter((fate) => 'delivered' in fate && fate.delivered.id !== undefined)
  if (named.length > 0) await Promise.all(named.map((fate) => expectReceipt(engine, order, storedId, fate)))
  // A decoy keeps its challenge, its place and its price, and so does what could not be delivered (T32).
  if (isHidden || fates.some((fate) => 'delivered' in fate)) return fates
  const outage = fates.map((fate) => ('failure' in fate ? fate.outage : undefined)).find((err) => err !== undefined)
  if (outage !== undefined) {
    // Not waited for: a store that hangs was waited for once.
    void giveUp(engine, sending, false)
    throw outage
  }
  // Where one of the ways may have led out, the place in the quota stays used (T35).
  await giveUp(engine, sending, !fates.some(isUncertain))
  return fates
}

/** True where the message may have gone out all the same. */
export function isUncertain(fate: Fate): boolean {
  return 'failure' in fate && fate.failure.uncertain
}

/** The challenge must die, unless it was sent again since; where the store is away by now, it dies of age, and nobody knows its code. */
export async function giveUp(engine: Engine, { decision, storedId }: Omit<Sending, 'id'>, giveBack: boolean): Promise<void> {
  const { now, expiresAt } = decision
  await engine
    .store()
    .withdraw({ id: storedId, issued: { now, expiresAt }, giveBack })
    .catch(() => undefined)
}

/** Whom an event is about. */
export function subjectOf({ caller, intent }: Order, { channel, recipient, recipientKey }: CodedRoute): EventSubject {
  const country = countryOf(recipient)
  return {
    tenant: caller.tenant,
    to: mask(recipient.address),
    recipient: recipientKey,
    intent: intent.name,
    channel: channel.name,
    ...(country === undefined ? {} : { country }),
  }
}

/** Remembers a message whose vendor will report on it. It is delivered, so that a store that is away costs the report and nothing else. */
async function expectReceipt(engine: Engine, order: Order, id: string, fate: Fate): Promise<void> {
  if (!('delivered' in fate) || fate.delivered.id === undefined) return
  const { message, route } = fate
  const sent = { transport: takenBy(fate), messageId: fate.delivered.id, subject: { ...subjectOf(order, route), id } }
  await labelMessage(engine, sent, message.expiresAt).catch(() => undefined)
}

function takenBy({ route, delivered }: Fate & { readonly delivered: Delivered }): string {
  return delivered.transport ?? route.channel.transport.name
}

async function fateOf(engine: Engine, order: Order, sending: Sending, parcel: Parcel): Promise<Fate> {
  const outcome = await delivery(engine, order, sending, parcel)
  return 'failure' in outcome
    ? { ...parcel, failure: outcome.failure, outage: outcome.outage }
    : { ...parcel, delivered: outcome.delivered }
}

function delivery(engine: Engine, order: Order, sending: Sending, parcel: Parcel): Promise<Outcome> {
  const { probe } = engine
  if (probe === undefined) return handOver(engine, order, sending, parcel)
  const { parts, price, route } = parcel
  const about = {
    channel: route.channel.name,
    transport: route.delegate?.name ?? route.channel.transport.name,
    intent: order.intent.name,
    country: countryOf(route.recipient),
    parts,
    cost: isSandboxed(engine, order, route.recipient.address) ? undefined : price,
  }
  return probe.delivery(about, () => handOver(engine, order, sending, parcel))
}

async function handOver(engine: Engine, order: Order, { id, decision }: Sending, { message, route }: Parcel): Promise<Outcome> {
  if (isSandboxed(engine, order, route.recipient.address)) return { delivered: {} }
  const { channel, delegate } = route
  if (delegate !== undefined) {
    const { intent, locale } = order
    const ttlSeconds = Math.max(1, Math.ceil((decision.expiresAt - decision.now) / 1000))
    const request = { channel: channel.name, to: message.to, intent: intent.name, ttlSeconds, locale }
    return await commission(engine, delegate, { id, issued: decision, request, sealable: sealableOf(order, route) })
  }
  const answer = await deliver(channel, message)
  return 'failure' in answer ? answer : { delivered: answer }
}

function tell(engine: Engine, order: Order, id: string, fate: Fate): void {
  const subject = { ...subjectOf(order, fate.route), id }
  if ('failure' in fate) engine.emit('delivery_failed', { ...subject, failure: fate.failure })
  else engine.emit('sent', { ...subject, transport: takenBy(fate), parts: fate.parts })
}
