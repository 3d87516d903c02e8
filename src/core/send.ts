import type { ChannelName } from '../ports/message.js'
import { parseChallengeId } from './challenge-id.js'
import { readContext } from './context.js'
import type { Engine } from './engine.js'
import { NO_APPEAL } from './extra-place.js'
import { fallBack } from './fall-back.js'
import { type Found, findPending } from './find-pending.js'
import { intentFor } from './intent-for.js'
import type { Intent, OwnAddress } from './intents.js'
import { answerAgain, type HeldOrder, issueAndDeliver } from './issue-and-deliver.js'
import { ownAddress } from './own-address.js'
import { askOnce } from './repeat.js'
import type { ResendRequest, SendRequest } from './requests.js'
import { invalid, type Refused, refused, type Sent } from './results.js'
import { chooseRoute, chooseRoutes, type Route } from './route.js'
import { unseal } from './sealed.js'
import type { Terms } from './terms.js'

/** Sends a code: limits and challenge in one atomic step, then the caller's pointer, then the message. */
export function send(engine: Engine, request: SendRequest): Promise<Sent | Refused> {
  return askOnce(engine, request, (before) => sendAnew(engine, request, before))
}

async function sendAnew(engine: Engine, request: SendRequest, before: string | undefined): Promise<Sent | Refused> {
  const intent = intentFor(engine, request.intent, request.terms)
  if (intent === undefined) return invalid('intent', 'unknown')
  const read = readContext(request.context, intent.context)
  if (!read.ok) return read
  const routes = intent.stepUp ? await ownRoutes(engine, intent, request) : askedRoutes(engine, intent, request)
  if ('ok' in routes) return routes
  const { appeal = NO_APPEAL, current, device, foundBy = 'id', hold, locale, tenant, terms, userId, ip } = request
  // A malformed pointer points to nothing (T49).
  const superseded = parseChallengeId(current) === undefined ? before : current
  const caller = { tenant, userId, ip, device }
  const order: HeldOrder = {
    caller,
    intent,
    routes,
    context: read.context,
    locale,
    terms,
    current: superseded,
    foundBy,
    kind: 'send',
    hold,
    appeal,
  }
  const same = before === undefined ? undefined : await answerAgain(engine, order)
  if (same !== undefined) return same
  const outcome = await issueAndDeliver(engine, order)
  const isOpen = intent.fallback && routes.length === 1 && (request.channel ?? 'auto') === 'auto' && request.channels === undefined
  return isOpen ? await fallBack(engine, order, outcome) : outcome
}

/** Sends another code of a pending challenge, to the same recipient. */
export async function resend(engine: Engine, request: ResendRequest): Promise<Sent | Refused> {
  const named = request.isKeyed === true ? undefined : engine.intents.get(request.intent ?? 'login')
  if (named === undefined && request.isKeyed !== true) return invalid('intent', 'unknown')
  const { appeal = NO_APPEAL, channels, current, hold, isKeyed, locale, ...caller } = request
  const found = await findPending(engine, named, caller, current)
  if (found === undefined || current === undefined) return refused('no_pending_challenge')
  const open = openAnswers(found, request.channel).map((answer) => ({
    ...answer,
    opened: unseal(engine.keys, current, answer.channel, answer.sealed),
  }))
  const first = open[0]?.opened
  const intent = named ?? intentFor(engine, found.intent, narrowed(first?.terms, channels))
  if (first === undefined || intent === undefined) return refused('no_pending_challenge')
  const own = intent.stepUp ? await ownAddress(intent, caller.userId) : undefined
  const routes: Route[] = []
  for (const { channel, opened, to } of open) {
    if (opened === undefined || (intent.stepUp && !isStillOwn(engine, intent, own, channel, opened.address))) {
      return refused('no_pending_challenge')
    }
    const route = chooseRoute(engine, intent, opened.address, to)
    if ('ok' in route) return route
    routes.push(route)
  }
  const { context, terms } = first
  // A challenge that is used up is never revived: one code may start anew, one of several must not leave the others behind.
  const kind = isSeveral(found) || found.attemptsLeft > 0 ? 'renew' : 'send'
  return await issueAndDeliver(engine, { caller, intent, routes, context, locale, terms, current, foundBy: 'id', kind, hold, appeal })
}

function narrowed(terms: Terms = {}, channels: readonly ChannelName[] | undefined): Terms {
  return { ...terms, channels: channels?.filter((name) => terms.channels?.includes(name) ?? true) ?? terms.channels }
}

/** What is still to be proved, the newest code of each channel; for one code, on whichever channel was asked for. */
function openAnswers(
  found: Found,
  asked: 'auto' | ChannelName | undefined,
): readonly (Found['answers'][number] & { readonly to: 'auto' | ChannelName })[] {
  const open = new Map(found.answers.filter((answer) => !answer.proved).map((answer) => [answer.channel, answer]))
  const answers = [...open.values()]
  if (!isSeveral(found)) return answers.map((answer) => ({ ...answer, to: asked ?? answer.channel }))
  return answers.filter(({ channel }) => asked === undefined || asked === channel).map((answer) => ({ ...answer, to: answer.channel }))
}

function isSeveral(found: Found): boolean {
  return new Set(found.answers.map((answer) => answer.channel)).size > 1
}

/** Where the request wants the code to go. */
function askedRoutes(engine: Engine, intent: Intent, { channel, channels, recipients, to }: SendRequest): readonly Route[] | Refused {
  if (channels === undefined && recipients === undefined) return chooseOne(engine, intent, to, channel)
  if (to !== undefined) return invalid('to', 'not_with_channels')
  if (channel !== undefined) return invalid('channel', 'not_with_channels')
  return chooseRoutes(engine, intent, channels, recipients)
}

/** For a step of a signed-in user: to the address of the user's record, whatever the request says (T18). */
async function ownRoutes(engine: Engine, intent: Intent, request: SendRequest): Promise<readonly Route[] | Refused> {
  const { channel, channels, recipients, to, userId } = request
  if (to !== undefined) return invalid('to', 'not_allowed')
  if (channels !== undefined) return invalid('channels', 'not_allowed')
  if (recipients !== undefined) return invalid('recipients', 'not_allowed')
  if (userId === '') return invalid('intent', 'login_required')
  const own = await ownAddress(intent, userId)
  // Databases say null where TypeScript says undefined.
  if (own === undefined || own === null) return invalid('intent', 'no_recipient')
  if (typeof own === 'string') return chooseOne(engine, intent, own, channel)
  return chooseRoutes(engine, intent, Object.keys(own), own)
}

function chooseOne(engine: Engine, intent: Intent, to: unknown, channel: 'auto' | ChannelName = 'auto'): readonly Route[] | Refused {
  // Nobody gets around a channel that has to be proved by not asking for it (D6).
  if (intent.mode === 'all' && intent.channels.length > 1) return invalid('channels', 'all_required')
  const route = chooseRoute(engine, intent, to, channel)
  return 'ok' in route ? route : [route]
}

/** The user's record may have changed since the first code: nothing more goes to the old address (T18). */
function isStillOwn(engine: Engine, intent: Intent, own: OwnAddress | null, channel: ChannelName, address: string): boolean {
  const now = typeof own === 'string' ? own : own?.[channel]
  const route = chooseRoute(engine, intent, now, typeof own === 'string' ? 'auto' : channel)
  return !('ok' in route) && route.recipient.address === address
}
