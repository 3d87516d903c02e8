import type { RandomSource } from '../ports/random-source.js'
import type { Context } from './context.js'
import type { Keyring } from './keyring.js'
import type { Terms } from './terms.js'

/** What a later request needs to deliver again or to name whom it proved. */
export interface Sealable {
  readonly address: string
  readonly context: Context
  /** On which terms it was sent, for callers with a key. */
  readonly terms?: Terms | undefined
  /** By which the vendor that keeps the code knows it; absent while there is none. */
  readonly ticket?: string | undefined
  /** Where the message went, if that is another spelling of the address. */
  readonly stored?: string | undefined
}

/** Encrypts all of this for one challenge and channel; the store can do nothing with it (T65). */
export function seal(keys: Keyring, id: string, channel: string, { address, context, stored, terms, ticket }: Sealable): string {
  const parts = [
    address,
    Object.keys(context).length > 0 ? JSON.stringify(context) : '',
    terms === undefined ? '' : JSON.stringify(terms),
    ticket ?? '',
    stored ?? '',
  ]
  // What is behind the last part that is there takes no place.
  return keys.seal(id, channel, parts.slice(0, parts.findLastIndex((part) => part !== '') + 1).join('\n'))
}

/** Reverses {@link seal}; `undefined` where the secret that sealed it is gone. */
export function unseal(keys: Keyring, id: string, channel: string, sealed: string): Sealable | undefined {
  const text = keys.unseal(id, channel, sealed)
  if (text === undefined) return undefined
  // JSON has no bare line ends, and a ticket is printable.
  const [address = '', context = '', terms = '', ticket = '', stored = ''] = text.split('\n')
  return {
    address,
    // Written by `seal` and authenticated by the cipher, so the shapes are known.
    context: context === '' ? {} : (JSON.parse(context) as Context),
    terms: terms === '' ? undefined : (JSON.parse(terms) as Terms),
    ticket: ticket === '' ? undefined : ticket,
    stored: stored === '' ? undefined : stored,
  }
}

/** Encrypts texts that belong to no challenge, each under a key of its own. */
export function sealer(
  keys: Keyring,
  random: RandomSource,
): { readonly seal: (text: string) => string; readonly open: (sealed: string) => string | undefined } {
  return {
    seal(text) {
      const id = Buffer.from(random.bytes(16)).toString('base64url')
      return `${id}.${keys.seal(id, 'note', text)}`
    },
    open(sealed) {
      const [id = '', text = ''] = sealed.split('.')
      return keys.unseal(id, 'note', text)
    },
  }
}
