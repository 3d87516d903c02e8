import type { Refused, Verified } from '../../core/results.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { failure } from './answers.js'
import type { Call } from './call.js'
import { tellContact } from './contact.js'
import { fitted, readOtps } from './guess.js'
import { refusal } from './refusal.js'
import { type Session, type SessionChannel, sessionsOf, tokenOf } from './session.js'
import { verdict } from './verdict.js'

type Codes = ReadonlyMap<SessionChannel, string>

/** `POST /api/v1/otp/verify`: one, several or all codes of a session. */
export async function verify(call: Call): Promise<ApiAnswer> {
  const { fields, notebook, windows } = call
  const token = tokenOf(fields)
  if (token === undefined) return failure('missingToken')
  const otps = readOtps(fields.get('otps'))
  if ('status' in otps) return otps
  const sessions = sessionsOf(notebook)
  const found = token === null ? undefined : await sessions.find(token)
  if (token === null || found === undefined) return failure('invalidSession')
  if (found.isVerified) return failure('alreadyVerified')
  const { session } = found
  windows.about(Object.values(session.recipients))
  const codes = fitted(otps, session)
  if ('status' in codes) return codes

  const { outcome, compared } = await compare(call, session, codes)
  if (outcome === undefined) return failure('channelVerified')
  if (outcome.ok) return await right(call, token, session, codes, compared, outcome)
  switch (outcome.reason) {
    case 'invalid_code':
      return await wrong(call, session, codes, compared, outcome.attemptsLeft ?? 0)
    case 'too_many_attempts':
      // The guess that used up the last attempt was a wrong one, and is told as such.
      return (await sessions.lock(token)) ? await wrong(call, session, codes, compared, 0) : failure('locked', { attempts_remaining: 0 })
    case 'no_pending_challenge':
      return failure((await isProved(call, token, session)) ? 'alreadyVerified' : 'expired')
    case 'expired':
      return failure('expired')
    case 'invalid_request':
      return failure('missingCodes', { field: 'otps' })
    case 'rate_limited':
    case 'delivery_failed':
    case 'forbidden':
    case 'otp_required':
    case 'insufficient_balance':
      return refusal(outcome)
  }
}

/**
 * True where a challenge is gone because its code was used, also by a call beside this one that has not noted it yet: before its time nothing else ends one but a
 * resend, which notes that, and the last attempt.
 */
async function isProved({ notebook, service }: Call, token: string, { expiresAt }: Session): Promise<boolean> {
  const sessions = sessionsOf(notebook)
  if (service.now() < expiresAt) return !(await sessions.isLocked(token))
  return await sessions.isVerified(token)
}

/**
 * Asks about the codes of channels that are not proved yet. A client that asks for all of them again after one was right gets an answer about the others: what was proved
 * stays so, and its code, used once, is not compared again (T21). `undefined` where nothing is left to compare.
 */
async function compare(
  { key, service }: Call,
  { id }: Session,
  codes: Codes,
): Promise<{ readonly outcome: Verified | Refused | undefined; readonly compared: Codes }> {
  let compared = codes
  while (compared.size > 0) {
    const outcome = await service.verify(key, { id, codes: Object.fromEntries(compared) })
    const proved = [...compared.keys()].find((channel) => isProvedAlready(outcome, channel))
    if (proved === undefined) return { outcome, compared }
    compared = new Map([...compared].filter(([channel]) => channel !== proved))
  }
  return { outcome: undefined, compared }
}

function isProvedAlready(outcome: Verified | Refused, channel: SessionChannel): boolean {
  if (outcome.ok || outcome.reason !== 'invalid_request') return false
  return outcome.errors?.some(({ field, reason }) => field === `codes.${channel}` && reason === 'not_pending') ?? false
}

async function right(call: Call, token: string, session: Session, codes: Codes, compared: Codes, outcome: Verified): Promise<ApiAnswer> {
  const sessions = sessionsOf(call.notebook)
  if (outcome.complete && !(await sessions.complete(token))) return failure('alreadyVerified')
  const { attemptsLeft, complete, proved } = outcome
  const first = session.channels.flatMap((channel) => proved.filter((one) => compared.has(channel) && one.channel === channel))[0]
  if (call.onContact !== undefined && session.addContact && first !== undefined && (await sessions.tell(token))) {
    // Not waited for: what an application does with its contacts holds nobody's login up.
    void tellContact(
      call.onContact,
      call.key,
      { channel: session.channels.find((name) => name === first.channel) ?? 'email', to: first.to },
      session,
    )
  }
  const results = resultsOf(codes, (channel) => proved.some((one) => one.channel === channel))
  return verdict(session, { results, isComplete: complete, attemptsLeft })
}

/** Of several codes one may have been right: its channel is not waited for any more. */
async function wrong(call: Call, session: Session, codes: Codes, compared: Codes, attemptsLeft: number): Promise<ApiAnswer> {
  const pending = compared.size > 1 ? await call.service.status(call.key, session.id) : undefined
  const waiting = pending === undefined || 'reason' in pending ? undefined : pending.waiting
  const results = resultsOf(codes, (channel) => !compared.has(channel) || (waiting !== undefined && !waiting.includes(channel)))
  return verdict(session, { results, isComplete: false, attemptsLeft })
}

function resultsOf(codes: Codes, isRight: (channel: SessionChannel) => boolean): ReadonlyMap<SessionChannel, boolean> {
  return new Map([...codes.keys()].map((channel) => [channel, isRight(channel)]))
}
