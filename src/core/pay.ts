import type { Parcel } from './dispatch.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import { isSandboxed } from './sandbox.js'

/** Takes what these messages cost from the balance of a caller with a key; false where it does not suffice. Nobody else pays. */
export async function pay(engine: Engine, order: Order, parcels: readonly Parcel[]): Promise<boolean> {
  const amount = costOf(engine, order, parcels)
  return amount === 0 || engine.balance === undefined || (await engine.balance.spend(order.caller.tenant, amount))
}

/** Gives back what was paid for messages that certainly did not go out. Where the store is away by now, that money is lost to the caller, and not to the operator. */
export async function payBack(engine: Engine, order: Order, parcels: readonly Parcel[]): Promise<void> {
  const amount = costOf(engine, order, parcels)
  if (amount > 0) await engine.balance?.giveBack(order.caller.tenant, amount).catch(() => undefined)
}

function costOf(engine: Engine, order: Order, parcels: readonly Parcel[]): number {
  if (engine.balance === undefined || order.terms === undefined) return 0
  return parcels.reduce((sum, { message, price = 0 }) => sum + (isSandboxed(engine, order, message.to) ? 0 : price), 0)
}
