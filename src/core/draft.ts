import type { DelegatedVerification } from '../ports/delegated-verification.js'
import type { ExtraPlaceLimit } from '../ports/limits.js'
import type { IssueRequest } from '../ports/store.js'
import { addressBlock } from '../util/address-block.js'
import { parseChallengeId } from './challenge-id.js'
import { drawCode } from './code.js'
import { type Context, canonicalContext } from './context.js'
import { delegateOf } from './delegate.js'
import { isKnownDevice } from './device.js'
import type { Engine } from './engine.js'
import { withExtraPlaces } from './extra-place.js'
import type { Watch } from './guard/watch.js'
import { codeDigests } from './guess.js'
import type { Intent } from './intents.js'
import { ownerOf } from './owner.js'
import type { Caller } from './requests.js'
import type { Route } from './route.js'
import { type Sealable, seal } from './sealed.js'
import type { Terms } from './terms.js'

/** What is to be sent: everything parsed and decided, nothing drawn yet. */
export interface Order {
  readonly caller: Caller
  readonly intent: Intent
  /** At least one; one for each channel. */
  readonly routes: readonly Route[]
  readonly context: Context
  readonly locale: string | undefined
  /** Of a caller with a key. */
  readonly terms: Terms | undefined
  /** Limits in which this send has one place more. */
  readonly extraPlaces?: readonly ExtraPlaceLimit[] | undefined
  /** The budgets that this send has places in, once it has. */
  readonly watch?: Watch | undefined
}

/** A route with the code that goes there. Each has its own, so that a right one names the address that was really proved (T68). */
export interface CodedRoute extends Route {
  /** `''` where a vendor makes it. */
  readonly code: string
  readonly delegate: DelegatedVerification | undefined
  readonly recipientKey: string
}

/** Draws a code for each route, except where a vendor does. */
export function drawCodes(engine: Engine, order: Order): readonly CodedRoute[] {
  const { caller, intent, routes, terms } = order
  return routes.map((route) => {
    const delegate = delegateOf(engine, order, route)
    return {
      ...route,
      delegate,
      code: delegate === undefined ? (terms?.code ?? drawCode(engine.random, intent.codeLength, intent.alphabet)) : '',
      recipientKey: engine.keys.recipientKey(caller.tenant, route.recipient.countedAs),
    }
  })
}

/** A new id for these recipients. */
export function drawId(engine: Engine, recipientKeys: readonly string[]): string {
  return recipientKeys.join('') + Buffer.from(engine.random.bytes(16)).toString('base64url')
}

/** The id of the challenge that is found by recipients and intent: the same at every send, so that each takes the place of the one before. */
export function scopedId(engine: Engine, tenant: string, recipientKeys: readonly string[], intent: string): string {
  const recipients = recipientKeys.join('')
  return recipients + engine.keys.scopedTail(tenant, recipients, intent)
}

/** Each recipient once, in the order of the routes. */
export function recipientKeysOf(routes: readonly CodedRoute[]): readonly string[] {
  return [...new Set(routes.map((route) => route.recipientKey))]
}

/** What a later request needs to know of a route. */
export function sealableOf({ context, intent, terms }: Order, { recipient }: Route): Sealable {
  // The caller's own code is in the message and in a digest, and nowhere else (T61).
  const kept = terms === undefined ? undefined : { ...terms, code: undefined, codeLength: intent.codeLength }
  return { address: recipient.address, context, terms: kept }
}

/** By which the store compares guesses at a code. */
export function codeDigest(engine: Engine, order: Order, id: string, { channel, code }: CodedRoute): string {
  const binding = { id, tenant: order.caller.tenant, intent: order.intent.name, contextTag: contextTagOf(engine, order, id) }
  return codeDigests(engine.keys, binding, channel.name, code)[0] ?? ''
}

/** True where nobody may learn from an answer who is known (T31). */
export function isKnownOnly({ intent }: Pick<Order, 'intent'>): boolean {
  return intent.recipients === 'known-only'
}

function contextTagOf({ keys }: Engine, { context }: Order, id: string): string {
  return keys.bind(id, 'context', canonicalContext(context))
}

/** What the store is asked: digests and sealed addresses, bound to this id, which names the recipient of every route. */
export function issueRequest(engine: Engine, order: Order, routes: readonly CodedRoute[], id: string): IssueRequest {
  const { keys } = engine
  const { caller, intent } = order
  const recipients = parseChallengeId(id)?.recipients ?? []
  return {
    id: keys.storedId(id),
    intent: intent.name,
    user: keys.bind(id, 'user', ownerOf(caller)),
    context: contextTagOf(engine, order, id),
    mode: intent.mode,
    maxAttempts: intent.maxAttempts,
    ttlSeconds: intent.ttlSeconds,
    answers: routes.map((route) => ({
      channel: route.channel.name,
      recipient: recipients.indexOf(route.recipientKey),
      // Whether anybody is told the code is not known yet (T31).
      digest: route.delegate === undefined && !isKnownOnly(order) ? codeDigest(engine, order, id, route) : '',
      sealed: seal(keys, id, route.channel.name, sealableOf(order, route)),
      callingCode: route.recipient.callingCode ?? '',
      isAging: order.terms?.isAging,
    })),
    failuresPerDay: order.terms?.failuresPerDay,
    isKnownDevice: isKnownDevice(keys, caller.device, recipients),
    origin: keys.blockKey(caller.tenant, addressBlock(caller.ip)),
    limits: withExtraPlaces(engine.limits, order.extraPlaces),
  }
}
