import type { Worded } from '../ports/message.js'
import { mask } from '../util/mask.js'
import { parseChallengeId } from './challenge-id.js'
import { delegateOf } from './delegate.js'
import { dispatch, giveUp, isUncertain, type Parcel, type Sending, subjectOf } from './dispatch.js'
import { type CodedRoute, drawCodes, drawId, isKnownOnly, issueRequest, type Order, recipientKeysOf, scopedId } from './draft.js'
import type { Engine } from './engine.js'
import { hasExtraPlace } from './extra-place.js'
import { type IssueOutcome, UNWATCHED, type Watch } from './guard/watch.js'
import { deliverToKnown } from './known-only.js'
import { pay, payBack } from './pay.js'
import { priceOf } from './price.js'
import { referenceOf } from './reference.js'
import { repeated } from './repeat.js'
import type { Appeal, Hold } from './requests.js'
import { invalid, type Refused, refused, type Sent } from './results.js'
import { rateLimited, retryAfterSeconds } from './retry-after.js'
import { secondsUntil, sent } from './sent.js'
import { fitsItsMedium, word } from './word.js'

/** An order with the caller's present state. */
export interface HeldOrder extends Order {
  /** Id of the challenge that the caller has pending for the intent: well-formed, or nothing. */
  readonly current: string | undefined
  /** `renew` for more codes of that very challenge, which must be live; `send` for a challenge that stands for these routes alone. */
  readonly kind: 'send' | 'renew'
  readonly foundBy: 'recipient' | 'id'
  readonly hold: Hold
  readonly appeal: Appeal
}

/** A refusal; of a message that was not delivered, whether it may have arrived all the same. */
export interface Undelivered extends Refused {
  readonly mayHaveArrived?: boolean | undefined
}

/** Issues, words, holds, delivers, in this order. */
export async function issueAndDeliver(engine: Engine, asked: HeldOrder): Promise<Sent | Undelivered> {
  const own = asked.routes.filter((route) => delegateOf(engine, asked, route) === undefined)
  // A caller must not believe in a code that a vendor will not send.
  if (asked.terms?.code !== undefined && own.length < asked.routes.length) return invalid('code', 'not_with_channel')
  // Whoever knows the code learns from its success who is known (T31).
  if (asked.terms?.code !== undefined && isKnownOnly(asked)) return invalid('code', 'not_allowed')
  if (!fitsItsMedium(engine, { ...asked, routes: own })) return invalid(asked.terms?.text === undefined ? 'context' : 'text', 'too_long')
  const routes = drawCodes(engine, asked)
  const { issued, order, watch } = await issueWatched(engine, asked, routes)
  if (issued === undefined) return refused('no_pending_challenge')
  const { decision, id, storedId } = issued
  if (decision.outcome === 'limited') {
    const same = await answerAgain(engine, order)
    if (same !== undefined) return same
    const { limit } = decision
    for (const route of routes)
      engine.emit('send_refused', { ...subjectOf(order, route), limit, retryAfterSeconds: retryAfterSeconds(decision) })
    return rateLimited(decision)
  }
  for (const route of routes) engine.emit('issued', { ...subjectOf(order, route), id: storedId, renewed: id === order.current })

  const sending = { id, storedId, decision }
  const parcels = await prepare(engine, order, routes, sending).catch((err: unknown) => {
    void watch.leave(order.intent.channels)
    throw err
  })
  if (parcels === undefined) {
    await watch.leave(order.intent.channels)
    return refused('insufficient_balance')
  }
  if (isKnownOnly(order)) {
    const shown = await deliverToKnown(engine, order, sending, parcels)
    return sent(
      engine,
      order,
      id,
      decision,
      shown.map((parcel) => ({ ...parcel, delivered: {} })),
    )
  }
  if (engine.delivery === 'background') {
    // The answer is the same whatever becomes of the messages (T32).
    engine.outgoing.add(() => dispatch(engine, order, sending, parcels))
    return sent(
      engine,
      order,
      id,
      decision,
      parcels.map((parcel) => ({ ...parcel, delivered: {} })),
    )
  }
  const fates = await dispatch(engine, order, sending, parcels)
  if (fates.some((fate) => 'delivered' in fate)) return sent(engine, order, id, decision, fates)
  return { ok: false, reason: 'delivery_failed', mayHaveArrived: fates.some(isUncertain) }
}

/** Issues under every limit and budget; once more for each of them that the caller may exceed by a place. */
async function issueWatched(
  engine: Engine,
  asked: HeldOrder,
  routes: readonly CodedRoute[],
): Promise<{ readonly issued: IssueOutcome; readonly order: HeldOrder; readonly watch: Watch }> {
  const watch = isKnownOnly(asked) ? UNWATCHED : engine.guard.watch(asked, routes)
  const order: HeldOrder = { ...asked, watch }
  const { appeal, extraPlaces = [] } = asked
  // Side by side, what a budget refuses costs the address a place all the same: not one for each time that is asked again.
  const isNew = order.current === undefined && order.foundBy === 'id' && extraPlaces.length === 0
  const issued = await watch.around(isNew, () => issue(engine, order, routes))
  if (issued?.decision.outcome !== 'limited') return { issued, order, watch }
  const { limit } = issued.decision
  if (!hasExtraPlace(limit) || extraPlaces.includes(limit)) return { issued, order, watch }
  const isGranted = await appeal({ limit, to: mask(routes[0]?.recipient.address ?? '') })
  return isGranted ? await issueWatched(engine, { ...asked, extraPlaces: [...extraPlaces, limit] }, routes) : { issued, order, watch }
}

/** What the caller was told within the last second, where this asks for nothing else; the pointer is kept once more, for one of the two answers may never be read. */
export async function answerAgain(engine: Engine, { current, hold, kind, terms, ...order }: HeldOrder): Promise<Sent | undefined> {
  if (current === undefined || kind !== 'send' || terms !== undefined) return undefined
  const keys = order.routes.map(({ recipient }) => engine.keys.recipientKey(order.caller.tenant, recipient.countedAs))
  if (parseChallengeId(current)?.recipients.join() !== [...new Set(keys)].join()) return undefined
  const same = await repeated(engine, order, current)
  if (same !== undefined) await hold({ id: current, expiresIn: same.expiresIn })
  return same
}

/** New codes for the challenge that the caller has pending, where it stands for the same recipients, or else a new challenge. */
async function issue(engine: Engine, order: HeldOrder, routes: readonly CodedRoute[]): Promise<IssueOutcome> {
  const { current, intent, kind } = order
  const recipientKeys = recipientKeysOf(routes)
  const isScoped = order.foundBy === 'recipient'
  if (!isScoped) {
    const known = parseChallengeId(current)?.recipients ?? []
    const isSame = kind === 'renew' ? recipientKeys.every((key) => known.includes(key)) : recipientKeys.join() === known.join()
    if (current !== undefined && isSame) {
      // The id stays, so no pointer has to change and no request that runs beside this one can bring an old pointer back.
      const request = issueRequest(engine, order, routes, current)
      const decision = await engine.store().renew({ ...request, resend: intent.resend })
      if (decision.outcome !== 'gone') return { id: current, storedId: request.id, decision }
    }
    if (kind === 'renew') return undefined
  }
  const id = isScoped ? scopedId(engine, order.caller.tenant, recipientKeys, intent.name) : drawId(engine, recipientKeys)
  const request = issueRequest(engine, order, routes, id)
  return { id, storedId: request.id, decision: await engine.store().issue(request) }
}

/**
 * Words everything, pays for it, then makes sure that the caller can come back with the code, before anybody is told it. Where one of these fails, the challenge was never
 * there; `undefined` where the money does not suffice.
 */
async function prepare(
  engine: Engine,
  order: HeldOrder,
  routes: readonly CodedRoute[],
  sending: Sending,
): Promise<readonly Parcel[] | undefined> {
  const { current } = order
  const { decision, id } = sending
  let parcels: readonly Parcel[] = []
  try {
    parcels = routes.map((route) => parcelOf(engine, order, route, sending))
    if (!(await pay(engine, order, parcels))) {
      await giveUp(engine, sending, true)
      return undefined
    }
  } catch (err) {
    // Not waited for: a store that hangs was waited for once.
    void giveUp(engine, sending, true)
    throw err
  }
  try {
    await order.hold({ id, expiresIn: secondsUntil(decision.expiresAt, decision) })
    // Whatever this caller had pending for the intent ends here, also in the store (T13).
    if (current !== undefined && current !== id) await engine.store().cancel({ id: engine.keys.storedId(current) })
    return parcels
  } catch (err) {
    void giveUp(engine, sending, true)
    void payBack(engine, order, parcels)
    throw err
  }
}

/** What a vendor sends, it words. */
const VENDORS_WORDS: Worded = { text: '', parts: 1 }

function parcelOf(engine: Engine, order: HeldOrder, route: CodedRoute, { id, decision }: Sending): Parcel {
  const { expiresAt } = decision
  const { channel, code, delegate, recipient } = route
  const reference = referenceOf(id, expiresAt)
  const said = { code, reference, ttlSeconds: secondsUntil(expiresAt, decision), expiresAt }
  const { html, parts, speech, subject, template, text } = delegate === undefined ? word(engine, order, route, said) : VENDORS_WORDS
  const message = {
    channel: channel.name,
    to: recipient.address,
    code,
    text,
    subject,
    html,
    speech,
    template,
    intent: order.intent.name,
    reference,
    sender: order.terms?.sender,
    challengeId: id,
    expiresAt,
  }
  const price = engine.prices === undefined ? undefined : priceOf(engine.prices, channel.name, recipient.callingCode, parts)
  return { route, message, parts, price }
}
