import type { Engine } from '../engine.js'
import type { AdaptiveLimits } from './adaptive.js'
import type { Budget } from './budgets.js'

/** What a budget said to one message. */
export interface Place {
  readonly budget: Budget
  /** By which limit it was judged. */
  readonly most: number
  /** What stands now, this message included where it was taken. */
  readonly total: number
  readonly isTaken: boolean
  /** True where there was no room; in mode `record` it may be taken all the same. */
  readonly isOver: boolean
  /** Milliseconds until the window ends. */
  readonly remainingMs: number
  /** The store's clock at which the window ends; 0 where nothing was taken. */
  readonly endsAt: number
  /** This process's clock when the answer came. */
  readonly askedAt: number
}

/** Tries to take a part of a budget; of one that adapts, so many `times` as far. `isRecorded` takes it also where there is no room. */
export async function takePlace(
  engine: Pick<Engine, 'store' | 'clock'>,
  limits: AdaptiveLimits,
  budget: Budget,
  { times, isRecorded }: { readonly times: 1 | 2; readonly isRecorded: boolean },
): Promise<Place> {
  if (!budget.adapts) return await charge(engine, budget, budget.most, isRecorded)
  const { isFresh, most } = limits.known(budget)
  const place = await charge(engine, budget, times * most, isRecorded)
  if (!place.isOver || isFresh) return place
  const adapted = await limits.refresh(budget)
  if (isRecorded) return { ...place, most: adapted, isOver: place.total > adapted }
  return adapted > most ? await charge(engine, budget, times * adapted, isRecorded) : place
}

async function charge(engine: Pick<Engine, 'store' | 'clock'>, budget: Budget, most: number, isRecorded: boolean): Promise<Place> {
  const { amount, key, windowSeconds } = budget
  const decision = await engine.store().charge({ key, amount, windowSeconds, limit: isRecorded ? Number.MAX_SAFE_INTEGER : most })
  const { total } = decision
  const asked = { budget, most, total, askedAt: engine.clock.now() }
  if (decision.outcome === 'charged') {
    const { endsAt, now } = decision
    return { ...asked, isTaken: true, isOver: total > most, remainingMs: endsAt - now, endsAt }
  }
  // A message that alone is above the limit is told to wait as long as any other.
  return { ...asked, isTaken: false, isOver: true, remainingMs: decision.retryAfterMs || windowSeconds * 1000, endsAt: 0 }
}

/** Gives places back whose windows have not ended: a later window has nothing of them. Where the store is away by now, they stay taken. */
export async function leavePlaces(engine: Pick<Engine, 'store' | 'clock'>, places: readonly Place[]): Promise<void> {
  const now = engine.clock.now()
  const mine = places.filter((place) => place.isTaken && now - place.askedAt < place.remainingMs)
  await Promise.allSettled(mine.map(({ budget: { amount, key } }) => giveBack(engine, key, amount)))
}

/** Takes an amount off a total. */
export async function giveBack(engine: Pick<Engine, 'store'>, key: string, amount: number): Promise<void> {
  await engine.store().charge({ key, amount: -amount, limit: Number.MAX_SAFE_INTEGER, windowSeconds: 1 })
}
