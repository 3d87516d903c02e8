import type { LabelRecord } from '../core/law/records.js'
import type { FoundAnswer, NoteDecision } from '../ports/label.js'
import { CHANNEL_NAMES, type ChannelName } from '../ports/message.js'
import type { Receipt } from '../ports/receipt.js'
import type {
  FindDecision,
  IssueDecision,
  Limited,
  LimitName,
  Proved,
  RedeemDecision,
  RenewDecision,
  VerifyDecision,
} from '../ports/store.js'

/** What a script answered: an array, or one inside it. Every value is checked where it is read (T55). */
export type Reply = readonly unknown[]

/** Reads the JSON of a reply. */
export function parseReply(json: unknown): Reply {
  // A client that is set to buffers hands them out even here, where its version knows no other way.
  const reply = Buffer.isBuffer(json) ? json.toString() : json
  if (typeof reply !== 'string') throw unexpected()
  return listOf(JSON.parse(reply))
}

/** An array inside a reply. Lua has one kind of table, so that an empty one arrives as `{}`. */
export function listAt(reply: Reply, index: number): Reply {
  return listOf(reply[index])
}

/** A number inside a reply. */
export function numberAt(reply: Reply, index: number): number {
  const value = reply[index]
  if (typeof value !== 'number') throw unexpected()
  return value
}

/** True for the answer of a script that refused. */
export function isLimited(reply: Reply): boolean {
  return reply[0] === 'limited'
}

/** A text inside a reply. */
export function textAt(reply: Reply, index: number): string {
  const value = reply[index]
  if (typeof value !== 'string') throw unexpected()
  return value
}

/** A truth value inside a reply. */
export function flagAt(reply: Reply, index: number): boolean {
  const value = reply[index]
  if (typeof value !== 'boolean') throw unexpected()
  return value
}

function channelAt(reply: Reply, index: number): ChannelName {
  const name = CHANNEL_NAMES[numberAt(reply, index) - 1]
  if (name === undefined) throw unexpected()
  return name
}

function statusAt(reply: Reply, index: number): Receipt['status'] {
  const status = textAt(reply, index)
  if (status !== 'sent' && status !== 'delivered' && status !== 'failed') throw unexpected()
  return status
}

function listOf(value: unknown): Reply {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return []
  throw unexpected()
}

/** Reads what {@link ISSUE} and {@link RENEW} decided. */
export function readSend(reply: Reply): RenewDecision {
  switch (textAt(reply, 0)) {
    case 'issued':
      return {
        outcome: 'issued',
        now: numberAt(reply, 1),
        expiresAt: numberAt(reply, 2),
        attemptsLeft: numberAt(reply, 3),
        resendAt: numberAt(reply, 4),
        ...(reply.length < 7 ? {} : { block: { sendsLeft: numberAt(reply, 5), resetAt: numberAt(reply, 6) } }),
      }
    case 'gone':
      return { outcome: 'gone' }
    default:
      return readLimited(reply)
  }
}

/** As {@link readSend}, for a challenge that cannot be gone. */
export function readIssue(reply: Reply): IssueDecision {
  const decision = readSend(reply)
  if (decision.outcome === 'gone') throw unexpected()
  return decision
}

/** Reads what {@link VERIFY} decided; `failures` is the most that any recipient has. */
export function readVerify(reply: Reply, failures: number): VerifyDecision {
  switch (textAt(reply, 0)) {
    case 'verified':
      return {
        outcome: 'verified',
        now: numberAt(reply, 1),
        complete: flagAt(reply, 2),
        proved: readProved(listAt(reply, 3)),
        waiting: channels(listAt(reply, 4)),
        attemptsLeft: numberAt(reply, 5),
        grantExpiresAt: numberAt(reply, 6),
      }
    case 'wrong':
      return {
        outcome: 'wrong',
        attemptsLeft: numberAt(reply, 1),
        failures,
        waiting: channels(listAt(reply, 2)),
        ...readDelegated(reply, 3),
      }
    case 'exhausted':
      return { outcome: 'exhausted', failures, ...readDelegated(reply, 1) }
    case 'used_up':
      return { outcome: 'exhausted' }
    case 'unexpected_channel':
      return { outcome: 'unexpected_channel', channel: channelAt(reply, 1) }
    case 'gone':
      return { outcome: 'gone' }
    case 'expired':
      return { outcome: 'expired' }
    default:
      return readLimited(reply)
  }
}

/** Reads what {@link FIND} found. */
export function readFind(reply: Reply): FindDecision {
  switch (textAt(reply, 0)) {
    case 'found':
      return {
        outcome: 'found',
        now: numberAt(reply, 1),
        intent: textAt(reply, 2),
        user: textAt(reply, 3),
        context: textAt(reply, 4),
        mode: flagAt(reply, 5) ? 'all' : 'any',
        expiresAt: numberAt(reply, 6),
        attemptsLeft: numberAt(reply, 7),
        resendAt: numberAt(reply, 8),
        answers: readAnswers(listAt(reply, 9)),
      }
    case 'granted':
    case 'verified':
      return {
        outcome: reply[0] === 'granted' ? 'granted' : 'verified',
        now: numberAt(reply, 1),
        intent: textAt(reply, 2),
        user: textAt(reply, 3),
        context: textAt(reply, 5),
        verifiedAt: numberAt(reply, 6),
        expiresAt: numberAt(reply, 4),
      }
    case 'gone':
      return { outcome: 'gone' }
    default:
      throw unexpected()
  }
}

/** Reads what {@link REDEEM} decided. */
export function readRedeem(reply: Reply): RedeemDecision {
  if (textAt(reply, 0) === 'gone') return { outcome: 'gone' }
  if (textAt(reply, 0) !== 'redeemed') throw unexpected()
  return { outcome: 'redeemed', now: numberAt(reply, 1), verifiedAt: numberAt(reply, 2), proved: readProved(listAt(reply, 3)) }
}

/** Reads what {@link NOTE} decided, and the label as it is now; none where it is gone. */
export function readNote(reply: Reply): { readonly decision: NoteDecision; readonly record: LabelRecord | undefined } {
  const outcome = textAt(reply, 0)
  if (outcome === 'gone') return { decision: { outcome }, record: undefined }
  if (outcome !== 'noted' && outcome !== 'known') throw unexpected()
  const [id, channel, sealed] = [textAt(reply, 1), channelAt(reply, 2), textAt(reply, 4)]
  const record = { id, channel, expiresAt: numberAt(reply, 3), sealed, status: statusAt(reply, 5) }
  return { decision: outcome === 'known' ? { outcome } : { outcome, channel, sealed }, record }
}

function readLimited(reply: Reply): Limited {
  if (!isLimited(reply)) throw unexpected()
  // Our own script names the limit, in the words of the port.
  return { outcome: 'limited', limit: textAt(reply, 1) as LimitName, retryAfterMs: numberAt(reply, 2) }
}

function readDelegated(reply: Reply, index: number): { readonly delegated?: readonly Proved[] } {
  return reply.length > index ? { delegated: readProved(listAt(reply, index)) } : {}
}

function readProved(list: Reply): Proved[] {
  return list.map((_, index) => {
    const one = listAt(list, index)
    return { channel: channelAt(one, 0), sealed: textAt(one, 1) }
  })
}

function readAnswers(list: Reply): FoundAnswer[] {
  return list.map((_, index) => {
    const answer = listAt(list, index)
    const found = { channel: channelAt(answer, 0), sealed: textAt(answer, 1), proved: flagAt(answer, 2) }
    return answer.length === 3 ? found : { ...found, receipt: statusAt(answer, 3) }
  })
}

function channels(list: Reply): ChannelName[] {
  return list.map((_, index) => channelAt(list, index))
}

function unexpected(): TypeError {
  return new TypeError('unexpected reply')
}
