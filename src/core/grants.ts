import { methodsOf } from './amr.js'
import { parseChallengeId } from './challenge-id.js'
import { canonicalContext, readContext } from './context.js'
import type { Engine } from './engine.js'
import { ownerOf } from './owner.js'
import type { Caller, RecallRequest, RedeemRequest } from './requests.js'
import { type Redeemed, type Refused, refused } from './results.js'
import { unseal } from './sealed.js'

/** Spends a grant. Of any number of callers at once, one succeeds (T26). */
export async function redeem(engine: Engine, request: RedeemRequest): Promise<Redeemed | Refused> {
  const intent = engine.intents.get(request.intent)
  if (intent === undefined || request.id === undefined || parseChallengeId(request.id) === undefined) return refused('otp_required')
  const read = readContext(request.context, intent.context)
  if (!read.ok) return read
  const decision = await engine.store().redeem({
    id: engine.keys.storedId(request.id),
    intent: intent.name,
    user: engine.keys.bind(request.id, 'user', ownerOf(request)),
    context: engine.keys.bind(request.id, 'context', canonicalContext(read.context)),
    maxAgeSeconds: request.maxAgeSeconds ?? intent.grantSeconds,
    once: request.once ?? true,
  })
  if (decision.outcome === 'gone') return refused('otp_required')
  const { id } = request
  const proved = decision.proved.flatMap(({ channel, sealed }) => {
    const opened = unseal(engine.keys, id, channel, sealed)
    return opened === undefined ? [] : [{ intent: intent.name, channel, to: opened.stored ?? opened.address }]
  })
  const last = proved.at(-1)
  if (last === undefined || proved.length < decision.proved.length) return refused('otp_required')
  const amr = methodsOf(proved.map(({ channel }) => channel))
  return { ok: true, ...last, proved, amr, verifiedAt: decision.verifiedAt }
}

/** For how many milliseconds a challenge is verified, as far as it is remembered for this caller, intent and context; `undefined` where it is not. */
export async function recall(engine: Engine, request: RecallRequest): Promise<number | undefined> {
  const { caller, id, intent } = request
  const read = readContext(request.context, engine.intents.get(intent)?.context ?? [])
  if (id === undefined || parseChallengeId(id) === undefined || !read.ok) return undefined
  const found = await engine.store().find({ id: engine.keys.storedId(id), limits: engine.limits })
  if ((found.outcome !== 'granted' && found.outcome !== 'verified') || found.intent !== intent) return undefined
  const isSame =
    (caller === undefined || found.user === engine.keys.bind(id, 'user', ownerOf(caller))) &&
    found.context === engine.keys.bind(id, 'context', canonicalContext(read.context))
  return isSame ? found.now - found.verifiedAt : undefined
}

/** When a grant ends, epoch milliseconds, and the store's present instant; `undefined` where there is none. */
export async function findGrant(
  engine: Engine,
  caller: Caller,
  intent: string,
  id: string | undefined,
): Promise<{ readonly expiresAt: number; readonly now: number } | undefined> {
  if (id === undefined || parseChallengeId(id) === undefined) return undefined
  const found = await engine.store().find({ id: engine.keys.storedId(id), limits: engine.limits })
  if (found.outcome !== 'granted' || found.intent !== intent || found.user !== engine.keys.bind(id, 'user', ownerOf(caller)))
    return undefined
  return { expiresAt: found.expiresAt, now: found.now }
}
