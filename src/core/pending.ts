import { CHANNEL_NAMES } from '../ports/message.js'
import { mask } from '../util/mask.js'
import { parseChallengeId } from './challenge-id.js'
import type { Engine } from './engine.js'
import { type Found, findPending } from './find-pending.js'
import type { Intent } from './intents.js'
import { referenceOf } from './reference.js'
import type { Caller } from './requests.js'
import type { Pending } from './results.js'
import { unseal } from './sealed.js'

/** What a caller has pending for an intent, masked and with its countdowns; changes nothing. */
export async function pending(
  engine: Engine,
  request: Caller & { readonly intent: string; readonly id: string | undefined },
): Promise<Pending | undefined> {
  const intent = engine.intents.get(request.intent)
  if (intent === undefined || request.id === undefined) return undefined
  const found = await findPending(engine, intent, request, request.id)
  return found === undefined ? undefined : describePending(engine, intent, found, request.id)
}

/** The same of a challenge that was found already. */
export function describePending(engine: Engine, intent: Intent, found: Found, id: string): Pending | undefined {
  const last = found.answers.at(-1)
  if (last === undefined) return undefined
  const opened = unseal(engine.keys, id, last.channel, last.sealed)
  if (opened === undefined) return undefined
  return {
    id,
    intent: intent.name,
    to: mask(opened.address),
    channel: last.channel,
    mode: found.mode,
    reference: referenceOf(id, found.expiresAt),
    waiting: CHANNEL_NAMES.filter((name) => found.answers.some((answer) => answer.channel === name && !answer.proved)),
    // A report tells that somebody is known (T31).
    channels: intent.recipients === 'known-only' ? {} : reported(found),
    codeLength: intent.codeLength,
    alphabet: intent.alphabet,
    attemptsLeft: found.attemptsLeft,
    expiresIn: Math.max(0, Math.ceil((found.expiresAt - found.now) / 1000)),
    expiresAt: found.expiresAt,
    resendIn: Math.max(0, Math.ceil((found.resendAt - found.now) / 1000)),
    ...(opened.terms === undefined && Object.keys(opened.context).length > 0 ? { context: opened.context } : {}),
  }
}

function reported({ answers }: Found): Pending['channels'] {
  // The last one of a channel is its newest.
  const newest = new Map(answers.map(({ channel, receipt }) => [channel, receipt]))
  return Object.fromEntries([...newest].filter(([, receipt]) => receipt !== undefined))
}

/** Forgets a pending challenge or a grant. Its counters stay. */
export async function cancel(engine: Engine, id: string | undefined): Promise<void> {
  if (id === undefined || parseChallengeId(id) === undefined) return
  await engine.store().cancel({ id: engine.keys.storedId(id) })
}
