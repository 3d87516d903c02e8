import type { ChannelName } from '../ports/channel.js'
import { parseChallengeId } from './challenge-id.js'
import { readContext } from './context.js'
import type { Caller, Engine } from './engine.js'
import { findPending } from './find-pending.js'
import type { Intent } from './intents.js'
import { type Hold, issueAndDeliver } from './issue-and-deliver.js'
import { invalid, type Refused, refused, type Sent } from './results.js'
import { chooseRoute } from './route.js'
import { unseal } from './sealed.js'

/** A request for a code. */
export interface SendRequest extends Caller {
  /** What the person typed; not allowed for intents that are `stepUp`. */
  readonly to?: unknown
  /** @default 'auto' */
  readonly channel?: 'auto' | ChannelName | undefined
  /** @default 'login' */
  readonly intent?: string | undefined
  /** BCP 47 tag. */
  readonly locale?: string | undefined
  /** What is being approved, for intents that are bound to it. */
  readonly context?: unknown
  /** Id of the challenge that this caller has pending for the intent, if any; this send supersedes it (T13). */
  readonly current?: string | undefined
  readonly hold: Hold
}

/** A request for another code of a pending challenge. */
export interface ResendRequest extends Caller {
  readonly intent?: string | undefined
  /** Another channel than the first time. @default the same */
  readonly channel?: 'auto' | ChannelName | undefined
  readonly locale?: string | undefined
  readonly current: string | undefined
  readonly hold: Hold
}

/** Sends a code: limits and challenge in one atomic step, then the caller's pointer, then the message. */
export async function send(engine: Engine, request: SendRequest): Promise<Sent | Refused> {
  const intent = engine.intents.get(request.intent ?? 'login')
  if (intent === undefined) return invalid('intent', 'unknown')
  const read = readContext(request.context, intent.context)
  if (!read.ok) return read
  const asked = await addressFor(intent, request)
  if (!asked.ok) return asked
  const route = chooseRoute(engine, intent, asked.to, request.channel ?? 'auto')
  if ('ok' in route) return route
  const { current, hold, locale, ...caller } = request
  // A malformed pointer points to nothing (T49).
  const superseded = parseChallengeId(current) === undefined ? undefined : current
  return await issueAndDeliver(engine, { caller, intent, ...route, context: read.context, locale, current: superseded, hold })
}

/** Sends another code of a pending challenge, to the same recipient. */
export async function resend(engine: Engine, request: ResendRequest): Promise<Sent | Refused> {
  const intent = engine.intents.get(request.intent ?? 'login')
  if (intent === undefined) return invalid('intent', 'unknown')
  const { current, hold, locale, ...caller } = request
  const found = await findPending(engine, intent, caller, current)
  if (found === undefined || current === undefined) return refused('no_pending_challenge')
  const last = found.answers.at(-1)
  const sealed = last === undefined ? undefined : unseal(engine.keys, current, last.channel, last.sealed)
  if (last === undefined || sealed === undefined) return refused('no_pending_challenge')
  const route = chooseRoute(engine, intent, sealed.address, request.channel ?? last.channel)
  if ('ok' in route) return route
  return await issueAndDeliver(engine, { caller, intent, ...route, context: sealed.context, locale, current, hold })
}

/** A step of a signed-in user goes to the address of the user's record, whatever the request says (T18). */
async function addressFor(intent: Intent, request: SendRequest): Promise<{ readonly ok: true; readonly to: unknown } | Refused> {
  if (!intent.stepUp) return { ok: true, to: request.to }
  if (request.to !== undefined) return invalid('to', 'not_allowed')
  if (request.userId === '') return invalid('intent', 'login_required')
  const to = await intent.recipient?.({ intent: intent.name, userId: request.userId })
  return to === undefined ? invalid('intent', 'no_recipient') : { ok: true, to }
}
