import { OtpError } from '../errors.js'
import { dispatch, type Parcel, type Sending, subjectOf } from './dispatch.js'
import { codeDigest, type Order, sealableOf } from './draft.js'
import type { Engine } from './engine.js'
import { lookUp } from './find-recipient.js'
import { retryAfterSeconds } from './retry-after.js'
import { isSandboxed } from './sandbox.js'
import { seal } from './sealed.js'

/** Bytes of a digest that no code has: as many as a digest of a code. */
const DIGEST_BYTES = 16

/**
 * Delivers behind the answer to those who are known, and makes decoys of all other codes. Resolves at once, with what the answer shows; only a sandboxed address is looked up before, because
 * its answer holds codes, and a decoy has none (T66).
 */
export async function deliverToKnown(
  engine: Engine,
  order: Order,
  sending: Sending,
  parcels: readonly Parcel[],
): Promise<readonly Parcel[]> {
  if (!parcels.some(({ route }) => isSandboxed(engine, order, route.recipient.address))) {
    engine.outgoing.add(async () => goOut(engine, order, sending, await findKnown(engine, order, sending, parcels)))
    return parcels
  }
  const known = await findKnown(engine, order, sending, parcels)
  engine.outgoing.add(() => goOut(engine, order, sending, known))
  const routes = known.map(({ route }) => route)
  return parcels.map((parcel) => (routes.includes(parcel.route) ? parcel : { ...parcel, message: { ...parcel.message, code: '' } }))
}

/** The budgets of paid messages are asked here: a decoy costs nothing, and none of their refusals shows (T29, T31). */
async function goOut(engine: Engine, order: Order, sending: Sending, known: readonly Parcel[]): Promise<void> {
  if (known.length === 0) return
  const routes = known.map(({ route }) => route)
  const watch = engine.guard.watch(order, routes)
  const decision = (await watch.around(false, () => Promise.resolve(sending)))?.decision
  if (decision?.outcome !== 'limited') return void (await dispatch(engine, { ...order, watch }, sending, known))
  const refusal = { limit: decision.limit, retryAfterSeconds: retryAfterSeconds(decision) }
  for (const route of routes) engine.emit('send_refused', { ...subjectOf(order, route), ...refusal })
}

async function findKnown(engine: Engine, order: Order, sending: Sending, parcels: readonly Parcel[]): Promise<readonly Parcel[]> {
  const settled = await Promise.all(parcels.map((parcel) => settle(engine, order, sending, parcel)))
  return settled.flatMap((parcel) => parcel ?? [])
}

/**
 * Gives a code its digest: until then, and for ever where nobody is known, no guess is right. The store is asked the same in any case, and before the message goes out, so that
 * nobody can type a code too early. The message, for somebody who is known.
 */
async function settle(engine: Engine, order: Order, { id, storedId, decision }: Sending, parcel: Parcel): Promise<Parcel | undefined> {
  const { keys } = engine
  const { message, route } = parcel
  const about = { ...subjectOf(order, route), id: storedId }
  const address = await knownAddress(engine, order, parcel, about)
  const nothing = Buffer.from(engine.random.bytes(DIGEST_BYTES)).toString('base64url')
  const digest = codeDigest(engine, order, id, route)
  // What a status page shows stays as it was typed.
  const stored = address === message.to ? undefined : address
  const isWaitedFor = await engine.store().attach({
    id: about.id,
    channel: route.channel.name,
    expiresAt: decision.expiresAt,
    sealed: seal(keys, id, route.channel.name, { ...sealableOf(order, route), stored }),
    digest: address === undefined ? nothing : digest,
  })
  if (address === undefined) return undefined
  if (isWaitedFor) return { ...parcel, message: { ...message, to: address } }
  // Cancelled or sent anew in the meantime.
  const failure = { transport: route.channel.transport.name, errorCode: 'superseded', retryable: false, uncertain: false }
  engine.emit('delivery_failed', { ...about, failure })
  return undefined
}

async function knownAddress(
  engine: Engine,
  order: Order,
  { message, route }: Parcel,
  about: ReturnType<typeof subjectOf> & { readonly id: string },
): Promise<string | undefined> {
  // A key for tests delivers nothing and must learn nothing of anybody.
  if (order.terms?.sandbox === true) return message.to
  try {
    const found = await lookUp(engine, order, route)
    if ('address' in found) return found.address
    engine.emit('decoyed', { ...about, reason: found.decoyed })
  } catch (err) {
    // `lookUp` throws nothing else.
    if (err instanceof OtpError) engine.reportOutage('findRecipient', err)
  }
  return undefined
}
