import type { ChannelName } from '../ports/message.js'
import type { Keyring } from './keyring.js'

/** What a code is bound to: it proves nothing anywhere else (T62). */
export interface CodeBinding {
  /** Public id of the challenge; it begins with the keys of its recipients. */
  readonly id: string
  readonly tenant: string
  readonly intent: string
  readonly contextTag: string
}

/** Layout of the digested fields; another layout is another number. */
const VERSION = '1'

/** Digests of a code under every live secret; the first is the one to store. */
export function codeDigests(keys: Keyring, binding: CodeBinding, channel: ChannelName, code: string): readonly string[] {
  return keys.digests([VERSION, binding.id, binding.tenant, channel, binding.intent, binding.contextTag, code])
}
