import type { Engine } from './engine.js'
import type { Terms } from './terms.js'

/** True for an address whose message is not delivered and whose code is answered instead (T66): development, or a key for tests. */
export function isSandboxed(engine: Engine, { terms }: { readonly terms: Terms | undefined }, address: string): boolean {
  return terms?.sandbox === true || engine.isSandboxed(address)
}
