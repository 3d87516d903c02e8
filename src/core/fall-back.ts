import type { ChannelName } from '../ports/message.js'
import type { Engine } from './engine.js'
import { type HeldOrder, issueAndDeliver, type Undelivered } from './issue-and-deliver.js'
import type { ChannelResult, Sent } from './results.js'
import { chooseRoute } from './route.js'

/**
 * Goes on through the intent's channels behind the one that failed, as long as every message has certainly not gone out. Each is a challenge of its own, so
 * that at no time two codes are alive; the answer says which channels failed (T33).
 */
export async function fallBack(engine: Engine, order: HeldOrder, first: Sent | Undelivered): Promise<Sent | Undelivered> {
  const failed: Partial<Record<ChannelName, ChannelResult>> = {}
  let outcome = first
  let [route] = order.routes
  while (route !== undefined && !outcome.ok && outcome.mayHaveArrived === false) {
    const { name } = route.channel
    failed[name] = { sent: false, reason: 'delivery_failed', parts: 0 }
    const channels = order.intent.channels.slice(order.intent.channels.indexOf(name) + 1)
    const next = chooseRoute(engine, { ...order.intent, channels }, route.recipient.address, 'auto')
    if ('ok' in next) return outcome
    route = next
    outcome = await issueAndDeliver(engine, { ...order, routes: [route] })
  }
  return outcome.ok ? { ...outcome, channels: { ...failed, ...outcome.channels } } : outcome
}
