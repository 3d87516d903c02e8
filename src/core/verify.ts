import type { ChannelName } from '../ports/message.js'
import type { Guess, VerifyRequest as StoreRequest, VerifyDecision } from '../ports/store.js'
import { addressBlock } from '../util/address-block.js'
import { methodsOf } from './amr.js'
import { type ChallengeIdParts, parseChallengeId } from './challenge-id.js'
import { readCode, readGuess } from './code.js'
import { canonicalContext, readContext } from './context.js'
import { judgeByVendors } from './delegate.js'
import { deviceToken, isKnownDevice } from './device.js'
import type { Engine } from './engine.js'
import { type CodeBinding, codeDigests } from './guess.js'
import { intentFor } from './intent-for.js'
import type { Intent } from './intents.js'
import { ownerOf } from './owner.js'
import type { VerifyRequest } from './requests.js'
import { type FieldError, invalid, type Refused, refused, type Verified } from './results.js'
import { rateLimited } from './retry-after.js'
import { parseRecipient } from './route.js'
import { unseal } from './sealed.js'

/** Failures in a row that are worth an event (T07). */
const TELLING_FAILURES: readonly number[] = [10, 25, 50, 80, 100]

/** Checks a code: charged, compared and consumed in one atomic step of the store (D2). */
export async function verify(engine: Engine, request: VerifyRequest): Promise<Verified | Refused> {
  const intent = intentFor(engine, request.intent, request.terms)
  if (intent === undefined) return invalid('intent', 'unknown')
  const read = readContext(request.context, intent.context)
  if (!read.ok) return read
  const typed = readCodes(request, intent)
  if (!typed.ok) return typed
  const parts = parseChallengeId(request.id)
  if (request.id === undefined || parts === undefined) return refused('no_pending_challenge')

  const { id } = request
  const contextTag = engine.keys.bind(id, 'context', canonicalContext(read.context))
  const binding: CodeBinding = { id, tenant: request.tenant, intent: intent.name, contextTag }
  const isForRecipient = isMeant(engine, request, parts)
  const asked: StoreRequest = {
    id: engine.keys.storedId(id),
    intent: intent.name,
    user: engine.keys.bind(id, 'user', ownerOf(request)),
    context: contextTag,
    guesses: typed.codes.map(({ code, channels }) => (isForRecipient ? guessOf(engine, binding, code, channels) : noGuess(channels))),
    delegates: isForRecipient && intent.channels.some((name) => engine.channels.get(name)?.transport.delegate !== undefined),
    maxAgeSeconds: request.maxAgeSeconds,
    isKnownDevice: isKnownDevice(engine.keys, request.device, parts.recipients),
    origin: engine.keys.blockKey(request.tenant, addressBlock(request.ip)),
    grantSeconds: request.leaveGrant ? intent.grantSeconds : 0,
    recalls: request.terms === undefined,
    limits: engine.limits,
  }
  const about = { tenant: request.tenant, id: asked.id, recipient: parts.recipients[0] ?? '', intent: intent.name }
  const decision = await judge(engine, { id, typed: typed.codes, asked, about })
  tell(engine, decision, about)
  switch (decision.outcome) {
    case 'verified':
      return verified(engine, intent, request, id, decision)
    case 'wrong':
      return { ok: false, reason: 'invalid_code', attemptsLeft: decision.attemptsLeft }
    case 'exhausted':
      return { ok: false, reason: 'too_many_attempts', isCharged: decision.failures !== undefined }
    case 'expired':
      return refused('expired')
    case 'gone':
      return refused('no_pending_challenge')
    case 'limited':
      return rateLimited(decision)
    case 'unexpected_channel':
      return invalid(`codes.${decision.channel}`, 'not_pending')
  }
}

/** By the store, and where a vendor keeps the code, by the vendor. */
async function judge(
  engine: Engine,
  {
    id,
    typed,
    asked,
    about,
  }: { readonly id: string; readonly typed: readonly Typed[]; readonly asked: StoreRequest; readonly about: About },
): Promise<VerifyDecision> {
  const decision = await engine.store().verify(asked)
  if ((decision.outcome !== 'wrong' && decision.outcome !== 'exhausted') || decision.delegated === undefined) return decision
  try {
    return await judgeByVendors(engine, { id, typed, request: asked, decision })
  } catch (err) {
    // It was charged, and whoever counts failures must hear of it.
    tell(engine, decision, about)
    throw err
  }
}

type Typed = { readonly code: string; readonly channels: readonly ChannelName[] }

/** `code` may stand for any channel of the intent; each of `codes` stands for its own. */
function readCodes(request: VerifyRequest, intent: Intent): { readonly ok: true; readonly codes: readonly Typed[] } | Refused {
  if (request.codes === undefined) {
    const code = read(request.code, request, intent)
    return code === undefined
      ? invalid('code', malformed(request.code, intent))
      : { ok: true, codes: [{ code, channels: intent.channels }] }
  }
  if (request.code !== undefined) return invalid('codes', 'not_with_code')
  if (typeof request.codes !== 'object' || request.codes === null || Array.isArray(request.codes)) return invalid('codes', 'required')
  const codes: Typed[] = []
  const errors: FieldError[] = []
  for (const [name, value] of Object.entries(request.codes)) {
    const channel = intent.channels.find((known) => known === name)
    const code = read(value, request, intent)
    if (channel === undefined) errors.push({ field: 'codes', reason: 'unknown_channel' })
    else if (code === undefined) errors.push({ field: `codes.${channel}`, reason: malformed(value, intent) })
    else codes.push({ code, channels: [channel] })
  }
  if (errors.length > 0) return { ok: false, reason: 'invalid_request', errors }
  return codes.length === 0 ? invalid('codes', 'required') : { ok: true, codes }
}

function read(typed: unknown, { terms }: VerifyRequest, { alphabet, codeLength }: Intent): string | undefined {
  return terms === undefined ? readCode(typed, codeLength, alphabet) : readGuess(typed)
}

function malformed(value: unknown, intent: Intent): string {
  return value === undefined || value === ''
    ? 'required'
    : `must_be_${intent.codeLength}_${intent.alphabet === 'digits' ? 'digits' : 'characters'}`
}

/** False where the request names somebody else than the challenge does. */
function isMeant(engine: Engine, { tenant, to }: VerifyRequest, { recipients }: ChallengeIdParts): boolean {
  if (to === undefined) return true
  const named = typeof to === 'string' ? parseRecipient(engine, to) : undefined
  return named !== undefined && recipients.includes(engine.keys.recipientKey(tenant, named.countedAs))
}

/** A guess that is charged and matches nothing. */
function noGuess(channels: readonly ChannelName[]): Guess {
  return Object.fromEntries(channels.map((channel) => [channel, []]))
}

function guessOf(engine: Engine, binding: CodeBinding, code: string, channels: readonly ChannelName[]): Guess {
  return Object.fromEntries(channels.map((channel) => [channel, codeDigests(engine.keys, binding, channel, code)]))
}

function verified(
  engine: Engine,
  intent: Intent,
  request: VerifyRequest,
  id: string,
  decision: Extract<VerifyDecision, { outcome: 'verified' }>,
): Verified | Refused {
  const proved = decision.proved.flatMap(({ channel, sealed }) => {
    const opened = unseal(engine.keys, id, channel, sealed)
    return opened === undefined ? [] : [{ channel, to: opened.stored ?? opened.address, metadata: opened.terms?.metadata }]
  })
  const last = proved.at(-1)
  // The secret that sealed the address was taken away: nobody can say any more who was proved.
  if (last === undefined) return refused('no_pending_challenge')
  const { attemptsLeft, complete, grantExpiresAt, now, waiting } = decision
  if (complete)
    engine.guard.settle(
      engine.keys.storedId(id),
      decision.proved.map((one) => one.channel),
      now,
    )
  const { channel, metadata, to } = last
  return {
    ok: true,
    id,
    intent: intent.name,
    to,
    channel,
    complete,
    waiting,
    proved: proved.map((one) => ({ channel: one.channel, to: one.to })),
    amr: methodsOf(proved.map((one) => one.channel)),
    ...(intent.stepUp ? { userId: request.userId } : {}),
    attemptsLeft,
    verifiedAt: now,
    grantExpiresAt,
    ...(metadata === undefined ? {} : { metadata }),
    ...(complete ? { deviceToken: rememberDevice(engine, request, proved) } : {}),
  }
}

/** A token of the device for every recipient that it has proved (T09). */
function rememberDevice(
  engine: Engine,
  { device, tenant }: VerifyRequest,
  proved: readonly { readonly channel: ChannelName; readonly to: string }[],
): string {
  const recipientKeys = proved.flatMap(({ channel, to }) => {
    const parsed = engine.channels.get(channel)?.parse(to)
    return parsed === undefined || 'refused' in parsed ? [] : [engine.keys.recipientKey(tenant, parsed.countedAs)]
  })
  return deviceToken(engine.keys, engine.random, [...new Set(recipientKeys)], device)
}

type About = { readonly tenant: string; readonly id: string; readonly recipient: string; readonly intent: string }

function tell(engine: Engine, decision: VerifyDecision, about: About): void {
  switch (decision.outcome) {
    case 'verified':
      engine.emit('verified', { ...about, complete: decision.complete, channels: decision.proved.map(({ channel }) => channel) })
      return
    case 'unexpected_channel':
      return
    case 'limited':
      engine.emit('rejected', { ...about, outcome: 'limited', limit: decision.limit })
      return
    case 'wrong':
    case 'exhausted':
    case 'gone':
    case 'expired':
      engine.emit('rejected', { ...about, outcome: decision.outcome })
      if ('failures' in decision && decision.failures !== undefined && TELLING_FAILURES.includes(decision.failures)) {
        engine.emit('failures', { tenant: about.tenant, recipient: about.recipient, count: decision.failures })
      }
  }
}
