import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { DEFAULT_LIMITS } from '../../core/law/default-limits.js'
import type { ChannelName } from '../../ports/message.js'
import type {
  FindDecision,
  Guess,
  Issued,
  IssueRequest,
  Limits,
  NewAnswer,
  RedeemDecision,
  RedeemRequest,
  RenewDecision,
  RenewRequest,
  Store,
  VerifyDecision,
  VerifyRequest,
} from '../../ports/store.js'
import type { TestClock } from '../test-clock.js'

/** One promise of the port, as a test. */
export interface Case {
  readonly title: string
  /** True where the clock is moved. */
  readonly waits?: true
  readonly run: (bench: Bench) => Promise<void>
}

/** No limit on sending and none on the failures of a day, where a test is about something else. */
export const FREE: Limits = {
  ...DEFAULT_LIMITS,
  cooldownSeconds: [0],
  recipientSendsPerHour: 1000,
  recipientSendsPerDay: 1000,
  recipientSendsPerDayInAll: 1000,
  recipientSendsPerHourFromOneBlock: 1000,
  knownDeviceSendsPerHour: 1000,
  recipientFailuresPerDay: 1000,
}

export const RIGHT = '042042'
export const WRONG = '999999'

/** What a challenge is asked for with; everything has a default, the recipient a fresh one each time. */
export type Asked = Partial<IssueRequest> & {
  readonly recipients?: readonly string[] | undefined
  readonly code?: string | undefined
  readonly channel?: ChannelName | undefined
}

/** A challenge that was issued, and what can be done with it. */
export interface Pending {
  readonly id: string
  readonly issued: Issued
  /** Sends one guess for `sms`, or for the channels given. */
  verify(code: string | Guess | readonly Guess[], fields?: Partial<VerifyRequest>, store?: Store): Promise<VerifyDecision>
  /** That many wrong guesses, one after the other; the last decision. */
  fail(times: number, fields?: Partial<VerifyRequest>): Promise<VerifyDecision>
  renew(code: string, fields?: Partial<RenewRequest>, store?: Store): Promise<RenewDecision>
  redeem(fields?: Partial<RedeemRequest>, store?: Store): Promise<RedeemDecision>
  find(store?: Store): Promise<FindDecision>
}

/** The store under test, seen through both of its views, with its clock. */
export interface Bench {
  readonly clock: TestClock
  readonly store: Store
  readonly another: Store
  /** Asks for a challenge that must be issued. */
  send(asked?: Asked): Promise<Pending>
  /** Calls both views in turn, all at the same time, over connections that are open already. */
  race<T>(callers: number, call: (store: Store, index: number) => Promise<T>): Promise<T[]>
  /** How many failures a recipient stands at, found out by one more. */
  failuresOf(recipient: string): Promise<number>
}

export function bench(clock: TestClock, store: Store, another: Store): Bench {
  async function send(asked: Asked = {}): Promise<Pending> {
    const request = issueRequest(asked)
    const issued = await store.issue(request)
    assert.equal(issued.outcome, 'issued')
    return pending(store, request, issued)
  }
  return {
    clock,
    store,
    another,
    send,
    async race(callers, call) {
      const views = [store, another]
      await Promise.all(views.flatMap((view) => range(16).map(() => view.find({ id: newId([newKey()]), limits: DEFAULT_LIMITS }))))
      return await Promise.all(range(callers).map((index) => call(views[index % 2] ?? store, index)))
    },
    async failuresOf(recipient) {
      const probe = await send({ recipients: [recipient], intent: newKey(), limits: { ...FREE, failuresBeforePause: 1000 } })
      const decision = await probe.fail(1)
      assert.equal(decision.outcome, 'wrong')
      return decision.failures - 1
    },
  }
}

/** A request for a challenge: one SMS with the code {@link RIGHT}, unless asked otherwise. */
export function issueRequest(asked: Asked = {}): IssueRequest {
  const { recipients = [newKey()], code = RIGHT, channel = 'sms', ...fields } = asked
  return {
    id: newId(recipients),
    intent: 'login',
    user: '',
    context: '',
    mode: 'any',
    maxAttempts: 5,
    ttlSeconds: 300,
    answers: [newAnswer(code, { channel })],
    origin: '',
    limits: DEFAULT_LIMITS,
    ...fields,
  }
}

/** One code of a request. */
export function newAnswer(code: string, fields: Partial<NewAnswer> = {}): NewAnswer {
  const channel = fields.channel ?? 'sms'
  return {
    channel,
    recipient: 0,
    digest: digest(code),
    sealed: `sealed-${channel}`,
    callingCode: channel === 'email' ? '' : '1',
    ...fields,
  }
}

/** A typed code for one channel, as its digest under the one live secret. */
export function guess(code: string, channel: ChannelName = 'sms'): Guess {
  return { [channel]: [digest(code)] }
}

/** Stands for a keyed digest: the same length, another for each code. */
export function digest(code: string): string {
  return createHash('sha256').update(code).digest('base64url').slice(0, 22)
}

/** A recipient key that no other test uses. */
export function newKey(): string {
  return randomBytes(12).toString('base64url')
}

/** Key of an address block that no other test uses. */
export function newOrigin(): string {
  return randomBytes(9).toString('base64url').slice(0, 11)
}

export function newId(recipients: readonly string[]): string {
  return recipients.join('') + randomBytes(17).toString('base64url').slice(0, 22)
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** How often each outcome occurred; a refusal is named by its limit. */
export function tally(decisions: readonly { readonly outcome: string; readonly limit?: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome, limit } of decisions) counts[limit ?? outcome] = (counts[limit ?? outcome] ?? 0) + 1
  return counts
}

function pending(store: Store, request: IssueRequest, issued: Issued): Pending {
  const { id, intent, user, context, limits } = request
  const verify: Pending['verify'] = (code, fields = {}, view = store) => {
    const guesses = typeof code === 'string' ? [guess(code)] : [code].flat()
    return view.verify({ id, intent, user, context, guesses, origin: '', grantSeconds: 0, limits, ...fields })
  }
  return {
    id,
    issued,
    verify,
    async fail(times, fields) {
      let decision = await verify(WRONG, fields)
      for (let count = 1; count < times; count++) decision = await verify(WRONG, fields)
      return decision
    },
    renew: (code, fields = {}, view = store) => view.renew({ ...request, answers: [newAnswer(code)], resend: 'replace', ...fields }),
    redeem: (fields = {}, view = store) => view.redeem({ id, intent, user, context, maxAgeSeconds: 300, once: true, ...fields }),
    find: (view = store) => view.find({ id, limits }),
  }
}
