import { hash } from 'node:crypto'
import { mask } from '../util/mask.js'
import { canonicalContext } from './context.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import { findPending } from './find-pending.js'
import { referenceOf } from './reference.js'
import type { SendRequest } from './requests.js'
import type { Refused, Sent } from './results.js'
import { secondsUntil } from './sent.js'

/** Milliseconds within which the same question of the same browser is one question: a double click, or a page that mounts twice. */
const REPEAT_MS = 1000

interface Asked {
  readonly at: number
  readonly outcome: Promise<Sent | Refused>
  isSettled: boolean
}

/** What was asked in this process in the last second, by whom. Of every engine its own, so that no test and no tenant meets another's. */
const asked = new WeakMap<Engine, Map<string, Asked>>()

/**
 * Lets the second of two identical sends of one browser know the challenge of the first, which it may not have seen yet: while the first is under way it waits for
 * it, and shares its refusal. `run` is given that challenge's id, if any. Only what shows the browser counts: the first visit of a browser without any cookie cannot be told
 * from another browser's.
 */
export function askOnce(
  engine: Engine,
  request: Pick<SendRequest, 'browser' | 'channel' | 'channels' | 'context' | 'intent' | 'locale' | 'recipients' | 'to' | 'userId'>,
  run: (before: string | undefined) => Promise<Sent | Refused>,
): Promise<Sent | Refused> {
  const { browser, channel, channels, context, intent, locale, recipients, to, userId } = request
  const key = browser === undefined ? undefined : keyOf([browser, userId, intent, to, channel, channels, recipients, context, locale])
  return key === undefined ? run(undefined) : shareOutcome(engine, key, run)
}

async function shareOutcome(
  engine: Engine,
  key: string,
  run: (before: string | undefined) => Promise<Sent | Refused>,
): Promise<Sent | Refused> {
  const now = engine.clock.now()
  const recent = asked.get(engine) ?? new Map<string, Asked>()
  asked.set(engine, recent)
  // Kept in the order in which they came.
  for (const [key, { at }] of recent) {
    if (now - at <= REPEAT_MS) break
    recent.delete(key)
  }
  const first = recent.get(key)
  if (first !== undefined) {
    const wasUnderWay = !first.isSettled
    const outcome = await first.outcome.catch(() => undefined)
    if (outcome?.ok === false && wasUnderWay) return outcome
    if (outcome?.ok === true) return await run(outcome.id)
  }
  const entry: Asked = { at: now, outcome: run(undefined), isSettled: false }
  recent.delete(key)
  recent.set(key, entry)
  try {
    return await entry.outcome
  } finally {
    entry.isSettled = true
  }
}

/** Not the question as it is: there is an address in it. `undefined` for values so deep that they can be read but not written (T42). */
function keyOf(question: readonly unknown[]): string | undefined {
  try {
    return hash('sha256', JSON.stringify(question), 'base64url')
  } catch {
    return undefined
  }
}

/**
 * The answer of the send before, where the pending challenge was asked for by that within the last second, by the store's clock, for the same channels; changes
 * nothing, and sends nothing.
 */
export async function repeated(
  engine: Engine,
  { caller, context, intent, routes }: Pick<Order, 'caller' | 'context' | 'intent' | 'routes'>,
  id: string,
): Promise<Sent | undefined> {
  const found = await findPending(engine, intent, caller, id)
  const [first] = routes
  if (found === undefined || first === undefined) return undefined
  // Each send ends the challenge a whole life later; where a proof shortens it, nothing is repeated any more.
  const age = intent.ttlSeconds * 1000 - (found.expiresAt - found.now)
  const open = new Set(found.answers.filter((answer) => !answer.proved).map((answer) => answer.channel))
  const isSame =
    // Whoever has guessed already asks for a new code.
    found.attemptsLeft === intent.maxAttempts &&
    found.context === engine.keys.bind(id, 'context', canonicalContext(context)) &&
    open.size === routes.length &&
    routes.every(({ channel }) => open.has(channel.name))
  if (age > REPEAT_MS || !isSame) return undefined
  const { attemptsLeft, expiresAt, now, resendAt } = found
  return {
    ok: true,
    id,
    intent: intent.name,
    to: mask(first.recipient.address),
    channel: first.channel.name,
    mode: intent.mode,
    reference: referenceOf(id, expiresAt),
    channels: Object.fromEntries(routes.map(({ channel }) => [channel.name, { sent: true, parts: 1 }])),
    codeLength: intent.codeLength,
    alphabet: intent.alphabet,
    attemptsLeft,
    expiresIn: secondsUntil(expiresAt, { now }),
    expiresAt,
    resendIn: secondsUntil(resendAt, { now }),
  }
}
