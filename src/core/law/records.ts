import type { ChannelName } from '../../ports/message.js'
import type { Receipt } from '../../ports/receipt.js'

/** One message that went out, or was about to. */
export interface SendMark {
  readonly at: number
  /** Beginning of the key of the IP block that asked, `''` for none. */
  readonly block: string
  /** Beginning of the challenge's tail, so that the place can be given back; `''` once it was, because the code was used. */
  readonly challenge: string
  /** Only where it used the quota of a known device. */
  readonly isKnown?: true | undefined
}

/** One message that an IP block asked for. */
export interface BlockMark {
  readonly at: number
  /** Beginning of the recipient's key. */
  readonly recipient: string
  readonly callingCode: string
  /** Beginning of the challenge's tail. */
  readonly challenge: string
}

/** One live code. */
export interface Answer {
  readonly channel: ChannelName
  /** Index into the recipients of the challenge. */
  readonly recipient: number
  readonly digest: string
  readonly expiresAt: number
  readonly sealed: string
  readonly proved: boolean
  /** Absent until a vendor reports, so that nobody else pays for it. */
  readonly receipt?: Receipt['status'] | undefined
  /** Only where the code's age is judged when it is verified. */
  readonly issuedAt?: number | undefined
}

/** One pending question. */
export interface Challenge {
  readonly tail: string
  readonly intent: string
  readonly user: string
  readonly context: string
  readonly mode: 'any' | 'all'
  readonly maxAttempts: number
  attempts: number
  expiresAt: number
  answers: readonly Answer[]
  /** Only where its codes have a smaller budget of failures than others. */
  failuresPerDay?: number | undefined
}

/** What a verified challenge left for one later step; with nothing `proved` it is good for none, and only remembers that the challenge was verified. */
export interface Grant {
  readonly tail: string
  readonly intent: string
  readonly user: string
  readonly context: string
  readonly verifiedAt: number
  readonly expiresAt: number
  readonly proved: readonly { readonly channel: ChannelName; readonly sealed: string }[]
}

/**
 * Everything known of one recipient: its counters and what is pending for it, in one record. A lost counter is therefore a
 * lost code too, never a code with fresh guesses (T56).
 */
export interface RecipientRecord {
  /** Consecutive failures of unknown devices, over all challenges, channels, intents, sessions and doors (T03 to T05). */
  failures: number
  /** When they are forgotten. */
  forgetAt: number
  pausedUntil: number
  /** When unknown devices failed in the last day, oldest first; no success clears it. */
  dayFailures: readonly number[]
  /** As `failures`, of devices that proved this recipient before: nobody else can use up their share (T09). */
  knownFailures: number
  knownForgetAt: number
  knownPausedUntil: number
  sends: readonly SendMark[]
  challenges: Challenge[]
  grants: readonly Grant[]
}

/** Everything known of one IP block. */
export interface BlockRecord {
  sends: readonly BlockMark[]
  failures: readonly number[]
}

/** A delivered message whose vendor may report on it. */
export interface LabelRecord {
  readonly id: string
  readonly channel: ChannelName
  readonly expiresAt: number
  readonly sealed: string
  readonly status?: Receipt['status'] | undefined
}

/** What one decision looks at. The law changes these values in place; whoever calls it owns them and keeps them. */
export interface Records {
  /** In the order of the challenge's id. The first one holds the challenge. */
  readonly recipients: readonly [RecipientRecord, ...RecipientRecord[]]
  /** Absent where address limits do not apply. */
  readonly block: BlockRecord | undefined
}

/** How long an expired challenge is still told apart from one that never was. */
export const EXPIRED_SHOWN_MS = 600_000
/** Live grants of one recipient; the oldest goes, so that nobody's record grows with every login. */
export const MAX_GRANTS = 20
/** Failures of one day that are remembered: the highest budget. */
export const MAX_DAY_FAILURES = 50
/** The shorter window of the limits. */
export const HOUR_MS = 3_600_000
/** The longer window of the limits. */
export const DAY_MS: number = 24 * HOUR_MS

export function emptyRecipient(): RecipientRecord {
  const failures = { failures: 0, forgetAt: 0, pausedUntil: 0, dayFailures: [], knownFailures: 0, knownForgetAt: 0, knownPausedUntil: 0 }
  return { ...failures, sends: [], challenges: [], grants: [] }
}

export function emptyBlock(): BlockRecord {
  return { sends: [], failures: [] }
}

/** Drops what no longer matters. */
export function tidyRecipient(record: RecipientRecord, now: number): void {
  if (now >= record.forgetAt) {
    record.failures = 0
    record.forgetAt = 0
  }
  if (now >= record.pausedUntil) record.pausedUntil = 0
  if (now >= record.knownForgetAt) {
    record.knownFailures = 0
    record.knownForgetAt = 0
  }
  if (now >= record.knownPausedUntil) record.knownPausedUntil = 0
  record.dayFailures = record.dayFailures.filter((at) => at > now - DAY_MS)
  record.sends = record.sends.filter((mark) => mark.at > now - DAY_MS)
  record.challenges = record.challenges.filter((challenge) => now < challenge.expiresAt + EXPIRED_SHOWN_MS)
  record.grants = record.grants.filter((grant) => now < grant.expiresAt)
}

/** Drops what no longer matters. */
export function tidyBlock(record: BlockRecord, now: number): void {
  record.sends = record.sends.filter((mark) => mark.at > now - HOUR_MS)
  record.failures = record.failures.filter((at) => at > now - HOUR_MS)
}

/** Drops what no longer matters from all records of a decision, so that it does not hang on when they were written last. */
export function tidy(records: Records, now: number): void {
  for (const record of records.recipients) tidyRecipient(record, now)
  if (records.block !== undefined) tidyBlock(records.block, now)
}

/** From when on a tidied record is worth nothing and may be dropped; 0 for an empty one. */
export function recipientExpiry(record: RecipientRecord): number {
  let expiry = Math.max(record.forgetAt, record.pausedUntil, record.knownForgetAt, record.knownPausedUntil)
  for (const at of record.dayFailures) expiry = Math.max(expiry, at + DAY_MS)
  for (const { at } of record.sends) expiry = Math.max(expiry, at + DAY_MS)
  for (const { expiresAt } of record.challenges) expiry = Math.max(expiry, expiresAt + EXPIRED_SHOWN_MS)
  for (const { expiresAt } of record.grants) expiry = Math.max(expiry, expiresAt)
  return expiry
}

/** From when on a tidied record is worth nothing and may be dropped; 0 for an empty one. */
export function blockExpiry(record: BlockRecord): number {
  let expiry = 0
  for (const { at } of record.sends) expiry = Math.max(expiry, at + HOUR_MS)
  for (const at of record.failures) expiry = Math.max(expiry, at + HOUR_MS)
  return expiry
}
