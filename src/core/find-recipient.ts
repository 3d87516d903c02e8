import { OtpError } from '../errors.js'
import type { ChannelName } from '../ports/message.js'
import { within } from '../util/within.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import type { Route } from './route.js'

/** Seconds that an application has to say whether somebody is known. */
const LOOKUP_SECONDS = 10

/** What the option `findRecipient` is asked. */
export interface RecipientLookup {
  /** Canonical address: E.164, or a mailbox whose domain is in lower case. */
  readonly to: string
  readonly channel: ChannelName
  readonly intent: string
  /** Of the key that asks; `''` at the application's own doors. */
  readonly tenant: string
}

/** Somebody who is known. */
export interface KnownRecipient {
  /**
   * The address as the application's records spell it. The message goes there, and a success names it (T40). It must be another spelling of the same one: whatever is counted apart is
   * refused. @default as it was typed
   */
  readonly address?: string | undefined
  /** Channels that are enabled for this person; no message goes out over any other (T33). @default every one */
  readonly channels?: readonly ChannelName[] | undefined
}

/** Nothing for somebody who is not known; `true`, or what the records say, for somebody who is. */
export type FoundRecipient = KnownRecipient | boolean | null | undefined

/** Says who is known (option `findRecipient`). Has 10 seconds; whoever it fails for is sent nothing. */
export type FindRecipient = (lookup: RecipientLookup) => FoundRecipient | Promise<FoundRecipient>

/** Where a message goes, or why nowhere. */
export type Lookup = { readonly address: string } | { readonly decoyed: 'unknown' | 'channel_not_enabled' }

/** Asks the application about one address. Rejects with `OtpError` where it does not answer, or names an address that is somebody else's. */
export async function lookUp(engine: Engine, order: Order, route: Route): Promise<Lookup> {
  try {
    const { channel, recipient } = route
    const lookup = { to: recipient.address, channel: channel.name, intent: order.intent.name, tenant: order.caller.tenant }
    const late = (): OtpError => failed(`did not answer within ${LOOKUP_SECONDS} s`)
    return judge(route, await within(LOOKUP_SECONDS, Promise.resolve(engine.findRecipient?.(lookup)), late))
  } catch (cause) {
    throw cause instanceof OtpError ? cause : failed('failed', cause)
  }
}

function judge({ channel, recipient }: Route, found: FoundRecipient): Lookup {
  if (found === undefined || found === null || found === false) return { decoyed: 'unknown' }
  const { address = recipient.address, channels } = found === true ? {} : found
  if (channels?.includes(channel.name) === false) return { decoyed: 'channel_not_enabled' }
  const stored = channel.parse(address)
  // Under another key of counters, guesses at one account would be as many as its address has names (T03).
  if ('refused' in stored || stored.countedAs !== recipient.countedAs)
    throw failed('names an address that is not the one it was asked about')
  return { address: stored.address }
}

function failed(how: string, cause?: unknown): OtpError {
  return new OtpError('ERR_OTP_STORE', `The option "findRecipient" ${how}.`, { status: 503, cause })
}
