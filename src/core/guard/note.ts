import type { ChannelName } from '../../ports/message.js'
import type { Engine } from '../engine.js'
import type { AdaptiveLimits } from './adaptive.js'
import type { Place } from './places.js'
import { giveBack } from './places.js'
import { leaveMark } from './proved.js'

/** What a success gives back, and whom it marks: keyed hashes and instants, no address (T65). */
interface Note {
  /** Key and end of each budget of unproved messages that the challenge has a place in. */
  readonly places: readonly (readonly [key: string, endsAt: number])[]
  readonly mark: string
}

function noteKey(engine: Pick<Engine, 'keys'>, storedId: string, channel: ChannelName): string {
  return engine.keys.registerKey(['guarded', storedId, channel])
}

async function readNote(engine: Pick<Engine, 'store'>, key: string): Promise<Note | undefined> {
  const value = await engine.store().look({ key })
  // Nothing but `keepNote` writes under such a key.
  return value === undefined ? undefined : (JSON.parse(value) as Note)
}

/** Keeps what a later success has to know about a message that goes out, beside what earlier messages of its challenge have left. */
export async function keepNote(
  engine: Pick<Engine, 'keys' | 'store'>,
  message: { readonly storedId: string; readonly channel: ChannelName; readonly isNew: boolean; readonly ttlSeconds: number },
  { mark, places }: { readonly mark: string; readonly places: readonly Place[] },
): Promise<void> {
  const key = noteKey(engine, message.storedId, message.channel)
  const earlier = message.isNew ? undefined : await readNote(engine, key)
  const taken = places.map(({ budget, endsAt }) => [budget.key, endsAt] as const)
  const note: Note = { mark, places: [...(earlier?.places ?? []), ...taken] }
  await engine.store().keep({ key, value: JSON.stringify(note), ttlSeconds: message.ttlSeconds })
}

/**
 * After a challenge was proved on these channels, which happens once: its places are given back, its recipient is marked, and the budgets grow. `now` is the store's
 * clock: a window that has ended has nothing of the challenge any more.
 */
export async function settleNote(
  engine: Pick<Engine, 'keys' | 'store'>,
  limits: AdaptiveLimits,
  proved: { readonly storedId: string; readonly channel: ChannelName; readonly now: number },
): Promise<void> {
  const key = noteKey(engine, proved.storedId, proved.channel)
  const note = await readNote(engine, key)
  if (note === undefined) return
  // A challenge whose id is used again must not give the same places back again.
  await engine.store().drop({ key })
  const standing = note.places.filter(([, endsAt]) => proved.now < endsAt)
  const budgets = new Set(note.places.map(([budget]) => budget))
  await Promise.allSettled([
    leaveMark(engine, note.mark),
    ...standing.map(([budget]) => giveBack(engine, budget, 1)),
    ...[...budgets].map((budget) => limits.count(budget)),
  ])
}
