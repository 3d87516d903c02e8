import type { Context } from './context.js'
import type { Keyring } from './keyring.js'

/** What a later request needs to deliver again or to name whom it proved. */
export interface Sealable {
  readonly address: string
  readonly context: Context
}

/** Encrypts address and context for one challenge and channel; the store can do nothing with it (T65). */
export function seal(keys: Keyring, id: string, channel: string, { address, context }: Sealable): string {
  const text = Object.keys(context).length === 0 ? address : `${address}\n${JSON.stringify(context)}`
  return keys.seal(id, channel, text)
}

/** Reverses {@link seal}; `undefined` where the secret that sealed it is gone. */
export function unseal(keys: Keyring, id: string, channel: string, sealed: string): Sealable | undefined {
  const text = keys.unseal(id, channel, sealed)
  if (text === undefined) return undefined
  const end = text.indexOf('\n')
  if (end < 0) return { address: text, context: {} }
  // Written by `seal` and authenticated by the cipher, so the shape is known.
  return { address: text.slice(0, end), context: JSON.parse(text.slice(end + 1)) as Context }
}
