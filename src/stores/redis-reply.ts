import { CHANNEL_NAMES, type ChannelName } from '../ports/channel.js'
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

/** What a script answered, taken apart by position. Anything that has another shape than the script promises throws (T55). */
export interface Reply {
  text(index: number): string
  number(index: number): number
  flag(index: number): boolean
  /** An array inside the answer. */
  list(index: number): Reply
  /** `undefined` for false. */
  maybeList(index: number): Reply | undefined
  channel(index: number): ChannelName
  readonly length: number
  /** The array itself, to be handed to another script. */
  readonly values: readonly unknown[]
}

/** Reads the JSON of a reply. */
export function parseReply(json: unknown): Reply {
  // A client that is set to buffers hands them out even here, where its version knows no other way.
  const text = Buffer.isBuffer(json) ? json.toString() : json
  if (typeof text !== 'string') throw unexpected()
  return replyOf(JSON.parse(text))
}

function replyOf(value: unknown): Reply {
  const values = asArray(value)
  const at = <T>(index: number, is: (one: unknown) => one is T): T => {
    const one = values[index]
    if (!is(one)) throw unexpected()
    return one
  }
  return {
    values,
    length: values.length,
    text: (index) => at(index, isText),
    number: (index) => at(index, isNumber),
    flag: (index) => at(index, isFlag),
    list: (index) => replyOf(values[index]),
    maybeList: (index) => (values[index] === false ? undefined : replyOf(values[index])),
    channel(index) {
      const name = CHANNEL_NAMES[at(index, isNumber) - 1]
      if (name === undefined) throw unexpected()
      return name
    },
  }
}

/** Lua has one kind of table, so that an empty array arrives as `{}`. */
function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return []
  throw unexpected()
}

/** Reads what {@link ISSUE} and {@link RENEW} decided; `wait` is the longest cooldown that other servers told. */
export function readSend(reply: Reply, wait: number): RenewDecision {
  switch (reply.text(0)) {
    case 'issued':
      return {
        outcome: 'issued',
        now: reply.number(1),
        expiresAt: reply.number(2),
        attemptsLeft: reply.number(3),
        resendAt: Math.max(reply.number(4), reply.number(1) + wait),
      }
    case 'gone':
      return { outcome: 'gone' }
    default:
      return readLimited(reply)
  }
}

/** As {@link readSend}, for a challenge that cannot be gone. */
export function readIssue(reply: Reply, wait: number): IssueDecision {
  const decision = readSend(reply, wait)
  if (decision.outcome === 'gone') throw unexpected()
  return decision
}

/** Reads what {@link VERIFY} decided; `failures` is the most that any recipient has. */
export function readVerify(reply: Reply, failures: number): VerifyDecision {
  switch (reply.text(0)) {
    case 'verified':
      return {
        outcome: 'verified',
        now: reply.number(1),
        complete: reply.flag(2),
        proved: readProved(reply.list(3)),
        waiting: channels(reply.list(4)),
        attemptsLeft: reply.number(5),
        grantExpiresAt: reply.number(6),
      }
    case 'wrong':
      return { outcome: 'wrong', attemptsLeft: reply.number(1), failures, waiting: channels(reply.list(2)) }
    case 'exhausted':
      return { outcome: 'exhausted', failures }
    case 'unexpected_channel':
      return { outcome: 'unexpected_channel', channel: reply.channel(1) }
    case 'gone':
      return { outcome: 'gone' }
    case 'expired':
      return { outcome: 'expired' }
    default:
      return readLimited(reply)
  }
}

/** Reads what {@link FIND} found; `wait` as for {@link readSend}. */
export function readFind(reply: Reply, wait: number): FindDecision {
  switch (reply.text(0)) {
    case 'found':
      return {
        outcome: 'found',
        now: reply.number(1),
        intent: reply.text(2),
        user: reply.text(3),
        context: reply.text(4),
        mode: reply.flag(5) ? 'all' : 'any',
        expiresAt: reply.number(6),
        attemptsLeft: reply.number(7),
        resendAt: Math.max(reply.number(8), reply.number(1) + wait),
        answers: each(reply.list(9), (answer) => ({ channel: answer.channel(0), sealed: answer.text(1), proved: answer.flag(2) })),
      }
    case 'granted':
      return { outcome: 'granted', now: reply.number(1), intent: reply.text(2), user: reply.text(3), expiresAt: reply.number(4) }
    case 'gone':
      return { outcome: 'gone' }
    default:
      throw unexpected()
  }
}

/** Reads what {@link REDEEM} decided. */
export function readRedeem(reply: Reply): RedeemDecision {
  if (reply.text(0) === 'gone') return { outcome: 'gone' }
  if (reply.text(0) !== 'redeemed') throw unexpected()
  return { outcome: 'redeemed', now: reply.number(1), verifiedAt: reply.number(2), proved: readProved(reply.list(3)) }
}

function readLimited(reply: Reply): Limited {
  if (reply.text(0) !== 'limited') throw unexpected()
  // Our own script names the limit, in the words of the port.
  return { outcome: 'limited', limit: reply.text(1) as LimitName, retryAfterMs: reply.number(2) }
}

function readProved(list: Reply): Proved[] {
  return each(list, (one) => ({ channel: one.channel(0), sealed: one.text(1) }))
}

function channels(list: Reply): ChannelName[] {
  return list.values.map((_, index) => list.channel(index))
}

function each<T>(list: Reply, read: (one: Reply) => T): T[] {
  return list.values.map((_, index) => read(list.list(index)))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function unexpected(): Error {
  return new TypeError('unexpected reply')
}
