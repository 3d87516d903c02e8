import type { FindDecision } from '../ports/store.js'
import { parseChallengeId } from './challenge-id.js'
import type { Engine } from './engine.js'
import type { Intent } from './intents.js'
import { ownerOf } from './owner.js'
import type { Caller } from './requests.js'

/** A pending challenge as the store describes it. */
export type Found = Extract<FindDecision, { outcome: 'found' }>

/** Looks up what a pointer points to; `undefined` for a malformed pointer, for nothing, and for another intent or user (T14, T17, T49). Without an `intent` it is any. */
export async function findPending(
  engine: Engine,
  intent: Pick<Intent, 'name'> | undefined,
  caller: Caller,
  id: string | undefined,
): Promise<Found | undefined> {
  if (id === undefined || parseChallengeId(id) === undefined) return undefined
  const found = await engine.store().find({ id: engine.keys.storedId(id), limits: engine.limits })
  if (found.outcome !== 'found' || (intent !== undefined && found.intent !== intent.name)) return undefined
  return found.user === engine.keys.bind(id, 'user', ownerOf(caller)) ? found : undefined
}
