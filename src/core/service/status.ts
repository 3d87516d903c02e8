import type { Engine } from '../engine.js'
import { findPending } from '../find-pending.js'
import { intentFor } from '../intent-for.js'
import { describePending } from '../pending.js'
import type { Caller } from '../requests.js'
import { unseal } from '../sealed.js'
import type { ServicePending } from './service.js'

/** What is pending under an id, whatever its intent; `undefined` for what is not this tenant's. */
export async function servicePending(engine: Engine, caller: Caller, id: string): Promise<ServicePending | undefined> {
  const found = await findPending(engine, undefined, caller, id)
  const last = found?.answers.at(-1)
  if (found === undefined || last === undefined) return undefined
  const terms = unseal(engine.keys, id, last.channel, last.sealed)?.terms
  const intent = intentFor(engine, found.intent, terms ?? {})
  const described = intent === undefined ? undefined : describePending(engine, intent, found, id)
  return described === undefined ? undefined : { ...described, metadata: terms?.metadata }
}
