import type { ChannelName } from '../../ports/message.js'
import type { CodedRoute, Order } from '../draft.js'
import type { Engine } from '../engine.js'
import { isSandboxed } from '../sandbox.js'
import { adaptiveLimits } from './adaptive.js'
import { hold, type Policy } from './hold.js'
import { settleNote } from './note.js'
import { GUARD_DEFAULTS, PAID_CHANNELS } from './rules.js'
import { decisionTeller } from './tell.js'
import { UNWATCHED, type Watch, watchSend } from './watch.js'

/** The budgets of paid messages (T29). */
export interface Guard {
  /** Watches over one send. */
  watch(order: Order, routes: readonly CodedRoute[]): Watch
  /** After a challenge was proved as a whole, on these channels. Nobody waits for it. `now` is the store's clock. */
  settle(storedId: string, channels: readonly ChannelName[], now: number): void
}

/** Makes the guard; without rules and caps it lets everything pass. */
export function createGuard(engine: Engine, policy: Policy): Guard {
  const { caps, rules } = policy
  const limits = adaptiveLimits(engine, rules?.share ?? GUARD_DEFAULTS.share)
  const tell = decisionTeller(engine, rules?.mode ?? GUARD_DEFAULTS.mode)
  return {
    watch(order, routes) {
      const paid = routes.filter(
        ({ channel, recipient }) => PAID_CHANNELS.includes(channel.name) && !isSandboxed(engine, order, recipient.address),
      )
      if ((rules === undefined && caps === undefined) || paid.length === 0) return UNWATCHED
      return watchSend(engine, order, paid, { hold: (route) => hold(engine, policy, limits, order, route), tell })
    },
    settle(storedId, channels, now) {
      if (rules === undefined) return
      for (const channel of channels.filter((name) => PAID_CHANNELS.includes(name))) {
        engine.outgoing.add(() => settleNote(engine, limits, { storedId, channel, now }))
      }
    },
  }
}
