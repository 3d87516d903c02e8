import type { DeliveryFailure } from '../errors.js'
import type { EventSubject } from '../ports/events.js'
import type { Message } from '../ports/message.js'
import type { Issued } from '../ports/store.js'
import type { Delivered } from '../ports/transport.js'
import { mask } from '../util/mask.js'
import { deliver } from './deliver.js'
import type { CodedRoute, Order } from './draft.js'
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
export type Fate = Parcel & ({ readonly delivered: Delivered } | { readonly failure: DeliveryFailure })

/** One send: the challenge, and what the store said of these codes for it. */
export interface Sending {
  readonly id: string
  readonly decision: Issued
}

/** Hands every message over, tells what became of it, and ends a challenge that nobody was told the code of. */
export async function dispatch(engine: Engine, order: Order, sending: Sending, parcels: readonly Parcel[]): Promise<readonly Fate[]> {
  const fates = await Promise.all(parcels.map(async (parcel): Promise<Fate> => ({ ...parcel, ...(await delivery(engine, order, parcel)) })))
  for (const fate of fates) tell(engine, order, engine.keys.storedId(sending.id), fate)
  await payBack(
    engine,
    order,
    fates.filter((fate) => 'failure' in fate && !fate.failure.uncertain),
  )
  await Promise.all(fates.map((fate) => expectReceipt(engine, order, engine.keys.storedId(sending.id), fate)))
  // Where no way led out, but one of them may have, the place in the quota stays used (T35).
  if (!fates.some((fate) => 'delivered' in fate)) await giveUp(engine, sending, !fates.some(isUncertain))
  return fates
}

/** True where the message may have gone out all the same. */
export function isUncertain(fate: Fate): boolean {
  return 'failure' in fate && fate.failure.uncertain
}

/** The challenge must die, unless it was sent again since; where the store is away by now, it dies of age, and nobody knows its code. */
export async function giveUp(engine: Engine, { id, decision }: Sending, giveBack: boolean): Promise<void> {
  const { now, expiresAt } = decision
  await engine
    .store()
    .withdraw({ id: engine.keys.storedId(id), issued: { now, expiresAt }, giveBack })
    .catch(() => undefined)
}

/** Whom an event is about. */
export function subjectOf({ caller, intent }: Order, { channel, recipient, recipientKey }: CodedRoute): EventSubject {
  return { tenant: caller.tenant, to: mask(recipient.address), recipient: recipientKey, intent: intent.name, channel: channel.name }
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

async function delivery(
  engine: Engine,
  order: Order,
  { message, route }: Parcel,
): Promise<{ readonly delivered: Delivered } | { readonly failure: DeliveryFailure }> {
  if (isSandboxed(engine, order, message.to)) return { delivered: {} }
  const answer = await deliver(route.channel, message)
  return 'failure' in answer ? answer : { delivered: answer }
}

function tell(engine: Engine, order: Order, id: string, fate: Fate): void {
  const subject = { ...subjectOf(order, fate.route), id }
  if ('failure' in fate) engine.emit('delivery_failed', { ...subject, failure: fate.failure })
  else engine.emit('sent', { ...subject, transport: takenBy(fate), parts: fate.parts })
}
