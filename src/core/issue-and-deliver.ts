import type { Issued, Limited } from '../ports/store.js'
import { parseChallengeId } from './challenge-id.js'
import { dispatch, giveUp, isUncertain, type Parcel, subjectOf } from './dispatch.js'
import { type CodedRoute, drawCodes, drawId, issueRequest, type Order, recipientKeysOf } from './draft.js'
import type { Engine } from './engine.js'
import { referenceOf } from './reference.js'
import { invalid, type Refused, refused, type Sent } from './results.js'
import { rateLimited, retryAfterSeconds } from './retry-after.js'
import { secondsUntil, sent } from './sent.js'
import { fitsItsMedium, word } from './word.js'

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

/** A refusal; of a message that was not delivered, whether it may have arrived all the same. */
export interface Undelivered extends Refused {
  readonly mayHaveArrived?: boolean | undefined
}

/** Issues, words, holds, delivers, in this order. */
export async function issueAndDeliver(engine: Engine, order: HeldOrder): Promise<Sent | Undelivered> {
  if (!fitsItsMedium(engine, order)) return invalid('context', 'too_long')
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
  for (const route of routes)
    engine.emit('issued', { ...subjectOf(order, route), id: engine.keys.storedId(id), renewed: id === order.current })

  const parcels = await wordAndHold(engine, order, routes, id, decision)
  if (engine.delivery === 'background') {
    // The answer is the same whatever becomes of the messages (T32).
    engine.outgoing.add(() => dispatch(engine, order, { id, decision }, parcels))
    return sent(
      engine,
      order,
      id,
      decision,
      parcels.map((parcel) => ({ ...parcel, delivered: {} })),
    )
  }
  const fates = await dispatch(engine, order, { id, decision }, parcels)
  if (fates.some((fate) => 'delivered' in fate)) return sent(engine, order, id, decision, fates)
  return { ok: false, reason: 'delivery_failed', mayHaveArrived: fates.some(isUncertain) }
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

/** Words everything, then makes sure that the caller can come back with the code, before anybody is told it. Where that fails, the challenge was never there. */
async function wordAndHold(
  engine: Engine,
  order: HeldOrder,
  routes: readonly CodedRoute[],
  id: string,
  decision: Issued,
): Promise<readonly Parcel[]> {
  const { current, intent } = order
  const { expiresAt } = decision
  const expiresIn = secondsUntil(expiresAt, decision)
  const reference = referenceOf(id, expiresAt)
  try {
    const parcels = routes.map((route) => {
      const { channel, code, recipient } = route
      const { parts, ...worded } = word(engine, order, route, { code, reference, ttlSeconds: expiresIn })
      const about = { channel: channel.name, to: recipient.address, code, intent: intent.name, reference, challengeId: id, expiresAt }
      return { route, message: { ...worded, ...about }, parts }
    })
    await order.hold({ id, expiresIn })
    // Whatever this caller had pending for the intent ends here, also in the store (T13).
    if (current !== undefined && current !== id) await engine.store().cancel({ id: engine.keys.storedId(current) })
    return parcels
  } catch (err) {
    // Not waited for: a store that hangs was waited for once.
    void giveUp(engine, { id, decision }, true)
    throw err
  }
}
