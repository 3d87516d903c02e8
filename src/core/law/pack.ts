import type { BlockRecord, LabelRecord, RecipientRecord } from './records.js'

/**
 * Records at rest: JSON arrays by position, because field names would be half of a record, and a million records are pending at
 * the same time. `stores/redis-scripts.ts` uses the same order.
 */
export function packRecipient(record: RecipientRecord): string {
  const { dayFailures, knownFailures, knownForgetAt, knownPausedUntil } = record
  const hasKnown = knownFailures > 0 || knownForgetAt > 0 || knownPausedUntil > 0
  return JSON.stringify([
    record.failures,
    record.forgetAt,
    record.pausedUntil,
    record.sends.map(({ at, block, challenge, isKnown }) => (isKnown === true ? [at, block, challenge, 1] : [at, block, challenge])),
    record.challenges.map((one) => [
      one.tail,
      one.intent,
      one.user,
      one.context,
      one.mode,
      one.maxAttempts,
      one.attempts,
      one.expiresAt,
      one.answers.map(packAnswer),
      ...(one.failuresPerDay === undefined ? [] : [one.failuresPerDay]),
    ]),
    record.grants.map((grant) => [
      grant.tail,
      grant.intent,
      grant.user,
      grant.context,
      grant.verifiedAt,
      grant.expiresAt,
      grant.proved.map(({ channel, sealed }) => [channel, sealed]),
    ]),
    // Nothing of these for nearly everybody.
    ...(hasKnown || dayFailures.length > 0 ? [dayFailures] : []),
    ...(hasKnown ? [knownFailures, knownForgetAt, knownPausedUntil] : []),
  ])
}

function packAnswer({ channel, recipient, digest, expiresAt, sealed, proved, receipt, issuedAt }: Answer): readonly unknown[] {
  const packed: unknown[] = [channel, recipient, digest, expiresAt, sealed, proved]
  if (receipt !== undefined || issuedAt !== undefined) packed.push(receipt ?? null)
  if (issuedAt !== undefined) packed.push(issuedAt)
  return packed
}

/** Reverses {@link packRecipient}. */
export function unpackRecipient(packed: string): RecipientRecord {
  // Only `packRecipient` writes what is read here, so the shape is known.
  const [failures, forgetAt, pausedUntil, sends, challenges, grants, ...rare] = JSON.parse(packed) as PackedRecipient
  const [dayFailures = [], knownFailures = 0, knownForgetAt = 0, knownPausedUntil = 0] = rare
  return {
    failures,
    forgetAt,
    pausedUntil,
    dayFailures,
    knownFailures,
    knownForgetAt,
    knownPausedUntil,
    sends: sends.map(([at, block, challenge, isKnown]) =>
      isKnown === 1 ? { at, block, challenge, isKnown: true } : { at, block, challenge },
    ),
    challenges: challenges.map(([tail, intent, user, context, mode, maxAttempts, attempts, expiresAt, answers, failuresPerDay]) => ({
      tail,
      intent,
      user,
      context,
      mode,
      maxAttempts,
      attempts,
      expiresAt,
      answers: answers.map(([channel, recipient, digest, answerExpiresAt, sealed, proved, receipt, issuedAt]) => ({
        channel,
        recipient,
        digest,
        expiresAt: answerExpiresAt,
        sealed,
        proved,
        ...(receipt == null ? {} : { receipt }),
        ...(issuedAt === undefined ? {} : { issuedAt }),
      })),
      ...(failuresPerDay === undefined ? {} : { failuresPerDay }),
    })),
    grants: grants.map(([tail, intent, user, context, verifiedAt, expiresAt, proved]) => ({
      tail,
      intent,
      user,
      context,
      verifiedAt,
      expiresAt,
      proved: proved.map(([channel, sealed]) => ({ channel, sealed })),
    })),
  }
}

export function packBlock(record: BlockRecord): string {
  return JSON.stringify([record.sends.map((mark) => [mark.at, mark.recipient, mark.callingCode, mark.challenge]), record.failures])
}

/** Reverses {@link packBlock}. */
export function unpackBlock(packed: string): BlockRecord {
  const [sends, failures] = JSON.parse(packed) as PackedBlock
  return { sends: sends.map(([at, recipient, callingCode, challenge]) => ({ at, recipient, callingCode, challenge })), failures }
}

export function packLabel({ id, channel, expiresAt, sealed, status }: LabelRecord): string {
  return JSON.stringify([id, channel, expiresAt, sealed, ...(status === undefined ? [] : [status])])
}

/** Reverses {@link packLabel}. */
export function unpackLabel(packed: string): LabelRecord {
  const [id, channel, expiresAt, sealed, status] = JSON.parse(packed) as PackedLabel
  return { id, channel, expiresAt, sealed, status }
}

type Challenge = RecipientRecord['challenges'][number]
type Answer = Challenge['answers'][number]
type Grant = RecipientRecord['grants'][number]

type PackedRecipient = readonly [
  failures: number,
  forgetAt: number,
  pausedUntil: number,
  sends: readonly (readonly [at: number, block: string, challenge: string, isKnown?: 1])[],
  challenges: readonly (readonly [
    tail: string,
    intent: string,
    user: string,
    context: string,
    mode: Challenge['mode'],
    maxAttempts: number,
    attempts: number,
    expiresAt: number,
    answers: readonly (readonly [
      Answer['channel'],
      recipient: number,
      digest: string,
      expiresAt: number,
      sealed: string,
      proved: boolean,
      receipt?: Answer['receipt'] | null,
      issuedAt?: number,
    ])[],
    failuresPerDay?: number,
  ])[],
  grants: readonly (readonly [
    tail: string,
    intent: string,
    user: string,
    context: string,
    verifiedAt: number,
    expiresAt: number,
    proved: readonly (readonly [Grant['proved'][number]['channel'], sealed: string])[],
  ])[],
  dayFailures?: readonly number[],
  knownFailures?: number,
  knownForgetAt?: number,
  knownPausedUntil?: number,
]

type PackedBlock = readonly [
  sends: readonly (readonly [at: number, recipient: string, callingCode: string, challenge: string])[],
  failures: readonly number[],
]

type PackedLabel = readonly [id: string, channel: Answer['channel'], expiresAt: number, sealed: string, status?: LabelRecord['status']]
