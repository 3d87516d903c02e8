import { randomBytes } from 'node:crypto'
import type { Refused, Sent, Verified } from '../../src/core/results.js'
import { type ApiKeyOptions, keyBook } from '../../src/core/service/api-key.js'
import type { Notebook, Service, ServicePending, ServiceSend, ServiceVerify } from '../../src/core/service/service.js'

/** What a test decides about a {@link fakeService}, and may change while it runs. */
export interface FakeAnswers {
  send: Sent | Refused
  resend: Sent | Refused
  verify: Verified | Refused
  status: ServicePending | Refused | undefined
  cancel: boolean | Refused
  /** Seconds to wait after a failed authentication. */
  retryAfter: number | undefined
  now: number
}

/** Every call of a use case, with the key's id. */
export interface FakeCall {
  readonly verb: 'send' | 'resend' | 'verify' | 'status' | 'cancel' | 'refuseKey'
  readonly key: string
  readonly request: unknown
}

export interface FakeService extends Service {
  readonly answers: FakeAnswers
  readonly calls: FakeCall[]
  /** Requests of all sends so far. */
  sends(): readonly ServiceSend[]
  verifies(): readonly ServiceVerify[]
}

export const SENT: Sent = {
  ok: true,
  id: 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBB',
  intent: '',
  to: '+1206\u2022\u2022\u20220123',
  channel: 'sms',
  mode: 'any',
  reference: 'KX',
  channels: { sms: { sent: true, id: 'vendor-1', parts: 1 } },
  codeLength: 6,
  alphabet: 'digits',
  attemptsLeft: 5,
  expiresIn: 600,
  expiresAt: 1_700_000_600_000,
  resendIn: 30,
}

export const VERIFIED: Verified = {
  ok: true,
  id: SENT.id,
  intent: '',
  to: '+12068800123',
  channel: 'sms',
  complete: true,
  waiting: [],
  amr: ['otp', 'sms'],
  proved: [{ channel: 'sms', to: '+12068800123' }],
  attemptsLeft: 4,
  verifiedAt: 1_700_000_010_000,
  grantExpiresAt: 0,
}

/** A service whose outcomes a test names; keys, notebooks and the reading of addresses are real enough. */
export function fakeService(keys: readonly ApiKeyOptions[], answers: Partial<FakeAnswers> = {}): FakeService {
  const calls: FakeCall[] = []
  const kept = new Map<string, unknown>()
  const counted = new Map<string, number>()
  const decided: FakeAnswers = {
    send: SENT,
    resend: SENT,
    verify: VERIFIED,
    status: undefined,
    cancel: true,
    retryAfter: undefined,
    now: 1_700_000_000_000,
    ...answers,
  }
  const noted =
    <V extends 'send' | 'resend' | 'verify' | 'status' | 'cancel'>(verb: V) =>
    async (key: { readonly id: string }, request: unknown): Promise<FakeAnswers[V]> => {
      calls.push({ verb, key: key.id, request })
      return decided[verb]
    }
  const requests = <T>(verb: FakeCall['verb']): readonly T[] => calls.filter((call) => call.verb === verb).map((call) => call.request as T)
  return {
    answers: decided,
    calls,
    sends: () => requests<ServiceSend>('send'),
    verifies: () => requests<ServiceVerify>('verify'),
    keys: keyBook('fakeService', keys),
    refuseKey: async (ip) => {
      calls.push({ verb: 'refuseKey', key: '', request: ip })
      return { retryAfter: decided.retryAfter }
    },
    send: noted('send'),
    resend: noted('resend'),
    verify: noted('verify'),
    status: noted('status'),
    cancel: noted('cancel'),
    recipient: (_key, to) => readRecipient(to),
    notebook: (key, dialect) => fakeNotebook(kept, counted, [key.tenant, dialect]),
    now: () => decided.now,
    randomHex: () => randomBytes(16).toString('hex'),
  }
}

/** Numbers of two countries and every mailbox. */
function readRecipient(to: unknown): ReturnType<Service['recipient']> {
  if (typeof to !== 'string') return undefined
  const number = to.replace(/[ ().-]/g, '')
  if (/^\+1[2-9][0-9]{9}$/.test(number)) return { address: number, callingCode: '1', country: 'US' }
  if (/^\+33[1-9][0-9]{8}$/.test(number)) return { address: number, callingCode: '33', country: 'FR' }
  return /^[\w.+-]+@[\w.-]+\.[a-z]+$/.test(to) ? { address: to, callingCode: undefined, country: undefined } : undefined
}

/** Remembers for ever: how long is for the tests of the real one. */
function fakeNotebook(kept: Map<string, unknown>, counted: Map<string, number>, owner: readonly string[]): Notebook {
  const keyOf = (name: readonly string[]): string => JSON.stringify([...owner, ...name])
  return {
    claim: async (name, value) => {
      const held = kept.get(keyOf(name))
      if (held === undefined) kept.set(keyOf(name), value)
      return held
    },
    keep: async (name, value) => {
      kept.set(keyOf(name), value)
    },
    look: async (name) => kept.get(keyOf(name)),
    drop: async (name) => {
      kept.delete(keyOf(name))
      counted.delete(keyOf(name))
    },
    count: async (name, limit, windowSeconds) => {
      const used = counted.get(keyOf(name)) ?? 0
      if (used >= limit) return { ok: false, used, retryAfter: windowSeconds, endsAt: 0 }
      counted.set(keyOf(name), used + 1)
      return { ok: true, used: used + 1, retryAfter: 0, endsAt: 0 }
    },
    giveBack: async (name) => {
      counted.set(keyOf(name), Math.max(0, (counted.get(keyOf(name)) ?? 0) - 1))
    },
    counted: async (name) => ({ used: counted.get(keyOf(name)) ?? 0, endsAt: 0 }),
  }
}
