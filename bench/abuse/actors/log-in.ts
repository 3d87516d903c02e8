import type { Chance } from '../chance.js'
import type { Asker, No } from '../sender.js'
import type { World } from '../world.js'

/** A person who waits longer than this for a login has been refused it, seconds. */
const PATIENCE = 120

/** How one login ended. */
export type LoginEnd =
  | { readonly kind: 'in'; readonly device: string | undefined }
  /** By a limit. */
  | { readonly kind: 'refused'; readonly no: No }
  /** Because no message came. */
  | { readonly kind: 'gave up' }
  /** Because something else was more important. */
  | { readonly kind: 'abandoned' }

/** Seconds until a message is there: mostly a few, for one in a hundred minutes, and one in 400 never comes. */
function deliveryTime(chance: Chance): number {
  if (chance.once(0.0025)) return Number.POSITIVE_INFINITY
  return chance.once(0.02) ? chance.skewed(90, 0.8) : chance.skewed(6, 0.5)
}

/** Another code than the one that was sent: one digit is wrong. */
function mistyped(chance: Chance, code: string): string {
  const at = chance.below(code.length)
  return code.slice(0, at) + String((Number(code[at]) + 1 + chance.below(9)) % 10) + code.slice(at + 1)
}

/** Does what people do: waits for the message, asks for another, mistypes, mixes up two messages, and begins anew. */
export async function* logIn(world: World, chance: Chance, asker: Asker, to: string): AsyncGenerator<number, LoginEnd> {
  const { sender } = world
  let waited = 0
  for (let turn = 0; turn < 3; turn++) {
    let sent = await sender.send(asker, to)
    while (!sent.ok) {
      waited += Math.max(1, sent.retryAfter)
      if (sent.retryAfter === 0 || waited > PATIENCE) return { kind: 'refused', no: sent }
      yield Math.max(1, sent.retryAfter)
      sent = await sender.send(asker, to)
    }
    if (chance.once(0.03)) return { kind: 'abandoned' }
    const end = yield* typeIn(world, chance, asker, { id: sent.id, to })
    if (end !== 'anew') return end
  }
  return { kind: 'gave up' }
}

async function* typeIn(
  { sender }: World,
  chance: Chance,
  asker: Asker,
  { id, to }: { readonly id: string; readonly to: string },
): AsyncGenerator<number, LoginEnd | 'anew'> {
  let code = sender.read(to)
  let earlier: string | undefined
  let arrival = deliveryTime(chance)
  for (let resends = 0; ; resends++) {
    const patience = chance.between(40, 120)
    if (arrival <= patience) break
    // One who was told that it is slow and waits all the same.
    if (resends === 2) return { kind: 'gave up' }
    yield patience
    const sent = await sender.resend(asker, id)
    if (sent.ok) {
      // The first message may come before the second; whoever does not look at its letters types it.
      earlier = arrival < patience + 60 ? code : earlier
      code = sender.read(to)
      arrival = deliveryTime(chance)
    } else arrival -= patience
  }
  yield arrival + chance.between(6, 25)
  let typed = earlier !== undefined && chance.once(0.3) ? earlier : code
  for (let pauses = 0; ; ) {
    const verified = await sender.verify(asker, id, typed === code && chance.once(0.06) ? mistyped(chance, code) : typed)
    if (verified.ok) return { kind: 'in', device: verified.device }
    typed = code
    if (verified.reason === 'rate_limited') {
      if (verified.retryAfter > PATIENCE || ++pauses > 2) return { kind: 'refused', no: verified }
      yield verified.retryAfter
    } else if (verified.reason !== 'invalid_code') return 'anew'
    else yield chance.between(4, 12)
  }
}
