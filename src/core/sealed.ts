import type { Context } from './context.js'
import type { Keyring } from './keyring.js'
import type { Terms } from './terms.js'

/** What a later request needs to deliver again or to name whom it proved. */
export interface Sealable {
  readonly address: string
  readonly context: Context
  /** On which terms it was sent, for callers with a key. */
  readonly terms?: Terms | undefined
}

/** Encrypts address and context for one challenge and channel; the store can do nothing with it (T65). */
export function seal(keys: Keyring, id: string, channel: string, { address, context, terms }: Sealable): string {
  const further = terms !== undefined ? [context, terms] : Object.keys(context).length > 0 ? [context] : []
  return keys.seal(id, channel, [address, ...further.map((value) => JSON.stringify(value))].join('\n'))
}

/** Reverses {@link seal}; `undefined` where the secret that sealed it is gone. */
export function unseal(keys: Keyring, id: string, channel: string, sealed: string): Sealable | undefined {
  const text = keys.unseal(id, channel, sealed)
  if (text === undefined) return undefined
  // JSON has no bare line ends.
  const [address = '', context, terms] = text.split('\n')
  return {
    address,
    // Written by `seal` and authenticated by the cipher, so the shapes are known.
    context: context === undefined ? {} : (JSON.parse(context) as Context),
    terms: terms === undefined ? undefined : (JSON.parse(terms) as Terms),
  }
}
