import type { EventSubject } from '../../ports/events.js'
import type { LimitName } from '../../ports/store.js'
import type { Engine } from '../engine.js'
import { figureOf } from './budgets.js'
import type { Place } from './places.js'

/** Parts of a ceiling that are worth an event, in percent. */
const TELLING_PERCENTS = [50, 80, 100] as const

/** What a process remembers at most; beyond, it begins anew and asks the store again. */
const MAX_REMEMBERED = 10_000

/** What became of one message, as the guard sees it. */
export interface Verdict {
  readonly places: readonly Place[]
  readonly isProved: boolean
  /** Which limit refused the send, the store's own included; `undefined` where none did. */
  readonly refusedBy: LimitName | undefined
}

/** Tells listeners what was decided, and of budgets that fill up: each of these once in a window, over all processes that share a store. */
export type TellDecided = (subject: EventSubject, verdict: Verdict) => void

/** Makes a {@link TellDecided}. */
export function decisionTeller(
  engine: Pick<Engine, 'clock' | 'emit' | 'keys' | 'outgoing' | 'store'>,
  mode: 'deny' | 'record',
): TellDecided {
  const told = new Map<string, number>()

  /** Calls `tell` for the first one who comes with this in the window. */
  function once(what: string, { budget, remainingMs }: Place, tell: () => void): void {
    const now = engine.clock.now()
    const key = engine.keys.registerKey(['told', what, budget.key])
    if (now < (told.get(key) ?? 0)) return
    if (told.size >= MAX_REMEMBERED) told.clear()
    told.set(key, now + remainingMs)
    const ttlSeconds = Math.max(1, Math.ceil(remainingMs / 1000))
    // The answer to the person does not wait for it.
    engine.outgoing.add(async () => {
      const { outcome } = await engine.store().claim({ key, value: '1', ttlSeconds })
      if (outcome === 'claimed') tell()
    })
  }

  function tellFilling(place: Place, used: number): void {
    const { budget, isOver, most } = place
    for (const percent of TELLING_PERCENTS) {
      // A ceiling that the next message does not fit under is full; a message that would never fit says nothing about that.
      const isReached = isOver ? budget.amount <= most : used * 100 >= most * percent
      if (isReached)
        once(`budget ${percent}`, place, () => engine.emit('budget', { ...figureOf(budget, used, most), ...budget.about, percent }))
    }
  }

  return (subject, { isProved, places, refusedBy }) => {
    const counted = places.filter((place) => !(isProved && place.budget.adapts))
    // What was taken is given back where the send was refused.
    const usedOf = ({ budget, isTaken, total }: Place): number => (refusedBy !== undefined && isTaken ? total - budget.amount : total)
    const over = counted.find((place) => place.isOver)
    engine.emit('decided', {
      ...subject,
      decision: refusedBy !== undefined ? 'refused' : over !== undefined ? 'recorded' : 'allowed',
      rule: refusedBy ?? over?.budget.limit ?? (isProved ? 'proved' : 'within_budgets'),
      figures: counted.map((place) => figureOf(place.budget, usedOf(place), place.most)),
    })
    for (const place of counted) {
      const { about, adapts } = place.budget
      if (!adapts) tellFilling(place, usedOf(place))
      else if (place.isOver) {
        const figure = figureOf(place.budget, usedOf(place), place.most)
        once('pumping', place, () => engine.emit('pumping', { tenant: subject.tenant, ...about, ...figure, mode }))
      }
    }
  }
}
