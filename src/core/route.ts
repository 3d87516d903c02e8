import type { Channel, ChannelName, Recipient } from '../ports/channel.js'
import type { Engine } from './engine.js'
import type { Intent } from './intents.js'
import { invalid, type Refused } from './results.js'

/** Longest address that is looked at: RFC 5321 allows 254 characters for a mailbox. */
const MAX_ADDRESS_LENGTH = 254

/** Control characters, line separators and bidirectional overrides: never part of an address (T41). */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Where a message goes, and how. */
export interface Route {
  readonly channel: Channel
  readonly recipient: Recipient
}

/** Parses an address once, before any counter sees it, and picks the channel: the one asked for, or the first that fits (`auto`). */
export function chooseRoute(engine: Engine, intent: Intent, to: unknown, asked: 'auto' | ChannelName): Route | Refused {
  if (typeof to !== 'string' || to === '') return invalid('to', 'required')
  if (to.length > MAX_ADDRESS_LENGTH || UNPRINTABLE.test(to)) return invalid('to', likelyRefusal(to))
  const names = asked === 'auto' ? intent.channels : intent.channels.filter((name) => name === asked)
  let refusal: string | undefined
  for (const name of names) {
    const channel = engine.channels.get(name)
    if (channel === undefined) continue
    const parsed = channel.parse(to)
    if (!('refused' in parsed)) return { channel, recipient: parsed }
    // With `auto`, the refusal that tells most about this address: a number that is not served is still a number.
    if (refusal === undefined || parsed.refused === 'country_not_served') refusal = parsed.refused
    else if (refusal !== 'country_not_served' && parsed.refused === likelyRefusal(to)) refusal = parsed.refused
  }
  return refusal === undefined ? invalid('channel', 'not_configured') : invalid('to', refusal)
}

/** The recipient that an address names, by the first channel that accepts it. */
export function parseRecipient(engine: Engine, to: string): Recipient | undefined {
  for (const channel of engine.channels.values()) {
    const parsed = channel.parse(to)
    if (!('refused' in parsed)) return parsed
  }
  return undefined
}

function likelyRefusal(to: string): 'invalid_email_address' | 'invalid_phone_number' {
  return to.includes('@') ? 'invalid_email_address' : 'invalid_phone_number'
}
