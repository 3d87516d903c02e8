import type { Order } from './draft.js'
import type { Engine } from './engine.js'

/** True for an address whose message is not delivered and whose code is answered instead (T66): development, or a key for tests. */
export function isSandboxed(engine: Engine, { terms }: Pick<Order, 'terms'>, address: string): boolean {
  return terms?.sandbox === true || engine.isSandboxed(address)
}
