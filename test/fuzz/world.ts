import { parseChallengeId } from '../../src/core/challenge-id.js'
import { CHANNEL_NAMES, type ChannelName } from '../../src/ports/message.js'
import type { Receipt } from '../../src/ports/receipt.js'
import type { IssueRequest, Limited } from '../../src/ports/store.js'
import type { TestClock } from '../../src/testing/test-clock.js'
import type { History, Refusal } from './past.js'

const TEN_MINUTES = 600_000

/** One code that went out. */
export interface Code {
  readonly channel: ChannelName
  readonly recipient: number
  readonly sealed: string
  readonly bornAt: number
  readonly isAging: boolean
  digest: string
  endsAt: number
  sealedNow: string
  state: 'open' | 'proved' | 'void'
  receipt: Receipt['status'] | undefined
}

/** One challenge. */
export interface Question {
  readonly request: IssueRequest
  readonly codes: Code[]
  readonly budgets: (number | undefined)[]
  attempts: number
  endsAt: number
  state: 'asked' | 'over'
}

/** What a verified challenge left. */
export interface Proof {
  readonly request: IssueRequest
  readonly at: number
  readonly endsAt: number
  readonly proved: readonly { readonly channel: ChannelName; readonly sealed: string }[]
  isSpent: boolean
}

/** A delivered message. */
export interface Label {
  readonly id: string
  readonly channel: ChannelName
  readonly expiresAt: number
  readonly sealed: string
  status: Receipt['status'] | undefined
}

/** Everything that the model knows. */
export interface World {
  readonly clock: TestClock
  readonly history: History
  readonly questions: Map<string, Question>
  readonly proofs: Map<string, Proof>
  readonly labels: Map<string, Label>
}

export const recipientsOf = (id: string): readonly string[] => parseChallengeId(id)?.recipients ?? []
export const limited = ({ limit, until }: Refusal, now: number): Limited => ({ outcome: 'limited', limit, retryAfterMs: until - now })
export const open = ({ codes }: Question): Code[] => codes.filter(({ state }) => state === 'open')
export const proved = ({ codes }: Question): Code[] => codes.filter(({ state }) => state === 'proved')
export function waiting(question: Question): ChannelName[] {
  const done = new Set(proved(question).map(({ channel }) => channel))
  return CHANNEL_NAMES.filter((name) => !done.has(name) && open(question).some(({ channel }) => channel === name))
}
export const left = ({ attempts, request }: Question): number => Math.max(0, request.maxAttempts - attempts)
export const isLive = (question: Question, now: number): boolean =>
  question.state === 'asked' && now < question.endsAt && left(question) > 0
export const shown = (codes: readonly Code[]): { channel: ChannelName; sealed: string }[] =>
  codes.map(({ channel, sealedNow }) => ({ channel, sealed: sealedNow }))

/** The question under an id, while it is still told from one that never was. */
export function asked({ questions }: World, id: string, now: number): Question | undefined {
  const question = questions.get(id)
  return question?.state === 'asked' && now < question.endsAt + TEN_MINUTES ? question : undefined
}
