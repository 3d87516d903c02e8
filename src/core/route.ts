import type { Channel, Recipient, RecipientRefusal } from '../ports/channel.js'
import { CHANNEL_NAMES, type ChannelName } from '../ports/message.js'
import type { Engine } from './engine.js'
import type { Intent } from './intents.js'
import { type FieldError, invalid, type Refused } from './results.js'

/** Longest address that is looked at: RFC 5321 allows 254 characters for a mailbox. */
const MAX_ADDRESS_LENGTH = 254

/** Control characters, line separators and bidirectional overrides: never part of an address (T41). */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Where a message goes, and how. */
export interface Route {
  readonly channel: Channel
  readonly recipient: Recipient
}

/**
 * Parses an address once, before any counter sees it, and picks the channel: the one asked for, or the first that fits (`auto`); for a landline that would have been sent an
 * SMS, a call.
 */
export function chooseRoute(engine: Engine, intent: Pick<Intent, 'channels'>, to: unknown, asked: 'auto' | ChannelName): Route | Refused {
  if (typeof to !== 'string' || to === '') return invalid('to', 'required')
  if (to.length > MAX_ADDRESS_LENGTH || UNPRINTABLE.test(to)) return invalid('to', likelyRefusal(to))
  const names = asked === 'auto' ? intent.channels : intent.channels.filter((name) => name === asked)
  let refusal: RecipientRefusal | undefined
  for (const name of names) {
    const channel = engine.channels.get(name)
    if (channel === undefined) continue
    const parsed = channel.parse(to)
    if (!('refused' in parsed)) return { channel, recipient: parsed }
    if (parsed.refused === 'not_an_sms_number' && names.includes('call')) {
      const call = chooseRoute(engine, intent, to, 'call')
      if (!('ok' in call)) return call
    }
    // With `auto`, the refusal that tells most about this address.
    if (refusal === undefined || weight(parsed.refused, to) > weight(refusal, to)) refusal = parsed.refused
  }
  return refusal === undefined ? invalid('channel', 'not_configured') : invalid('to', refusal)
}

/** One route for each of several channels, each with a recipient of its own. */
export function chooseRoutes(engine: Engine, intent: Intent, channels: unknown, recipients: unknown): readonly Route[] | Refused {
  if (!Array.isArray(channels) || channels.length === 0 || channels.length > CHANNEL_NAMES.length)
    return invalid('channels', 'must_be_a_list')
  const names = intent.channels.filter((name) => channels.includes(name))
  if (new Set(channels).size !== names.length) return invalid('channels', 'not_configured')
  if (intent.mode === 'all' && names.length < intent.channels.length) return invalid('channels', 'all_required')
  if (typeof recipients !== 'object' || recipients === null || Array.isArray(recipients)) return invalid('recipients', 'required')
  const given = new Map<string, unknown>(Object.entries(recipients))
  const errors: FieldError[] = []
  if ([...given.keys()].some((name) => !names.some((known) => known === name)))
    errors.push({ field: 'recipients', reason: 'unknown_channel' })
  const routes: Route[] = []
  for (const name of names) {
    const route = chooseRoute(engine, intent, given.get(name), name)
    if ('ok' in route) errors.push(...(route.errors ?? []).map(({ reason }) => ({ field: `recipients.${name}`, reason })))
    else routes.push(route)
  }
  return errors.length > 0 ? { ok: false, reason: 'invalid_request', errors } : routes
}

/** The recipient that an address names, by the first channel that accepts it. */
export function parseRecipient(engine: Engine, to: string): Recipient | undefined {
  for (const channel of engine.channels.values()) {
    const parsed = channel.parse(to)
    if (!('refused' in parsed)) return parsed
  }
  return undefined
}

/** How much a refusal tells about this address: a number that is not served, or that takes no SMS, is still a number. */
function weight(refusal: RecipientRefusal, to: string): number {
  if (refusal === 'not_an_sms_number') return 3
  if (refusal === 'country_not_served') return 2
  return refusal === likelyRefusal(to) ? 1 : 0
}

function likelyRefusal(to: string): 'invalid_email_address' | 'invalid_phone_number' {
  return to.includes('@') ? 'invalid_email_address' : 'invalid_phone_number'
}
