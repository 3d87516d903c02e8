import type { ChannelName } from '../../ports/message.js'
import type { Issued, Limited, LimitName } from '../../ports/store.js'
import { giveUp, subjectOf } from '../dispatch.js'
import type { CodedRoute, Order } from '../draft.js'
import type { Engine } from '../engine.js'
import type { Held } from './hold.js'
import { keepNote } from './note.js'
import { leavePlaces } from './places.js'
import type { TellDecided } from './tell.js'

/** What the store said of a send; `undefined` where there was nothing to renew. */
export type IssueOutcome = { readonly id: string; readonly storedId: string; readonly decision: Issued | Limited } | undefined

/** The budgets of one send. */
export interface Watch {
  /**
   * Takes a place in every budget, and has the challenge created: side by side where it is a new one. One that may live already is asked for after the places, so that a
   * budget that is used up does not take a code from a person who holds it. Where either refuses, both are undone.
   */
  around(isNew: boolean, issue: () => Promise<IssueOutcome>): Promise<IssueOutcome>
  /** Keeps what a success gives back; runs beside the delivery. A store that is away costs that, and nothing else. */
  remember(storedId: string, issued: Issued): Promise<void>
  /** Gives back the places of messages that certainly did not go out. */
  leave(channels: readonly ChannelName[]): Promise<void>
}

/** For sends that cost nothing. */
export const UNWATCHED: Watch = {
  around: (_isNew, issue) => issue(),
  remember: () => Promise.resolve(),
  leave: () => Promise.resolve(),
}

/** Watches over the paid messages of one send: every one of them goes out, or none. */
export function watchSend(
  engine: Engine,
  order: Order,
  paid: readonly CodedRoute[],
  { hold, tell }: { readonly hold: (route: CodedRoute) => Promise<Held>; readonly tell: TellDecided },
): Watch {
  let held: readonly Held[] = []
  let isFirst = true

  const leave = (which: readonly Held[]): Promise<void> =>
    leavePlaces(
      engine,
      which.flatMap(({ places }) => places),
    )

  async function holdAll(): Promise<Limited | undefined> {
    const asked = await Promise.allSettled(paid.map(hold))
    held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const freed = held.flatMap((one) => one.freed)
    if (freed.length > 0) void leavePlaces(engine, freed)
    const failed = asked.find((one) => one.status === 'rejected')
    if (failed === undefined) return held.find((one) => one.refusal !== undefined)?.refusal
    void leave(held)
    throw failed.reason
  }

  async function inTurn(issue: () => Promise<IssueOutcome>): Promise<IssueOutcome> {
    const refusal = await holdAll()
    if (refusal !== undefined) return await refused(refusal, { id: '', storedId: '' })
    try {
      return await ended(await issue())
    } catch (err) {
      void leave(held)
      throw err
    }
  }

  async function sideBySide(issue: () => Promise<IssueOutcome>): Promise<IssueOutcome> {
    const [places, issued] = await Promise.allSettled([holdAll(), issue()])
    if (issued.status === 'rejected') {
      void leave(held)
      throw issued.reason
    }
    if (places.status === 'rejected') {
      void undo(issued.value)
      throw places.reason
    }
    if (places.value === undefined || issued.value?.decision.outcome !== 'issued') return await ended(issued.value)
    await undo(issued.value)
    return await refused(places.value, issued.value)
  }

  /** Nobody was told the code. */
  async function undo(outcome: IssueOutcome): Promise<void> {
    if (outcome?.decision.outcome === 'issued') await giveUp(engine, { storedId: outcome.storedId, decision: outcome.decision }, true)
  }

  async function refused(refusal: Limited, { id, storedId }: { readonly id: string; readonly storedId: string }): Promise<IssueOutcome> {
    decided(refusal.limit)
    await leave(held)
    return { id, storedId, decision: refusal }
  }

  async function ended(outcome: IssueOutcome): Promise<IssueOutcome> {
    const refusedBy = outcome?.decision.outcome === 'limited' ? outcome.decision.limit : undefined
    if (outcome !== undefined) decided(refusedBy)
    if (outcome === undefined || refusedBy !== undefined) await leave(held)
    return outcome
  }

  function decided(refusedBy: LimitName | undefined): void {
    for (const { mark, places, route } of held) tell(subjectOf(order, route), { places, isProved: mark?.isProved === true, refusedBy })
  }

  return {
    around(isNew, issue) {
      isFirst = isNew
      return isNew ? sideBySide(issue) : inTurn(issue)
    },
    async remember(storedId, { expiresAt, now }) {
      const ttlSeconds = Math.max(1, Math.ceil((expiresAt - now) / 1000))
      const kept = held.map(async ({ mark, places, route }) => {
        if (mark?.isStale !== true) return
        const message = { storedId, channel: route.channel.name, isNew: isFirst, ttlSeconds }
        await keepNote(engine, message, { mark: mark.key, places: places.filter((place) => place.budget.adapts && place.isTaken) })
      })
      await Promise.allSettled(kept)
    },
    leave: (channels) => leave(held.filter(({ route }) => channels.includes(route.channel.name))),
  }
}
