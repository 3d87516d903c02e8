import { type ChallengeIdParts, LABEL_LENGTH, parseChallengeId, RECIPIENT_KEY_LENGTH } from '../core/challenge-id.js'
import { type Device, MARK_LENGTH } from '../core/law/limits.js'
import type { LabelRecord } from '../core/law/records.js'
import type { LabelRequest } from '../ports/label.js'
import { CHANNEL_NAMES, type ChannelName } from '../ports/message.js'
import type { AttachRequest, ConfirmRequest, IssueRequest, Limits, RedeemRequest, VerifyRequest, WithdrawRequest } from '../ports/store.js'
import { unavailable } from './redis-deadline.js'
import type { Placement } from './redis-keys.js'
import { LIMIT_ORDER } from './redis-lua-limits.js'
import type { Reply } from './redis-reply.js'

/** Values in the order in which a script takes them apart. */
export type Arguments = readonly unknown[]

/** Takes an id apart, or throws `ERR_OTP_STORE`. */
export function partsOf(id: string): ChallengeIdParts {
  const parts = parseChallengeId(id)
  if (parts === undefined) throw unavailable('redisStore was asked about a malformed challenge id.')
  return parts
}

/** Throws `ERR_OTP_STORE` for what is not a recipient key. */
export function checkRecipientKey(key: string): void {
  if (key.length !== RECIPIENT_KEY_LENGTH) throw unavailable('redisStore was asked about a malformed recipient key.')
}

/** Throws `ERR_OTP_STORE` for what is not a label. */
export function checkLabel(label: string): void {
  if (label.length !== LABEL_LENGTH) throw unavailable('redisStore was asked about a malformed label.')
}

/** Arguments of `ISSUE`, and of `RENEW` but for its last. */
export function sendArguments(request: IssueRequest, id: ChallengeIdParts, place: Placement, elsewhere: Reply | false): Arguments {
  return [
    id.tail,
    markOf(id.tail),
    request.intent,
    request.user,
    request.context,
    request.mode === 'all',
    request.maxAttempts,
    request.ttlSeconds * 1000,
    // Where an age is judged, the script puts the server's instant in the place of the last `true`.
    request.answers.map(({ channel, recipient, digest, sealed, isAging }) => [
      ...[numberOf(channel), recipient, digest, 0, sealed, false],
      ...(isAging ? [false, true] : []),
    ]),
    markOf(request.origin),
    id.recipients.map(markOf),
    codesOf(request),
    place.recipientsHere,
    elsewhere,
    isKnown(request),
    request.failuresPerDay ?? false,
  ]
}

/** Recipient and calling code of each answer. */
export function codesOf(request: IssueRequest): Arguments {
  return request.answers.map((answer) => [answer.recipient, answer.callingCode])
}

/** Arguments of `VERIFY`. */
export function verifyArguments(request: VerifyRequest, id: ChallengeIdParts, place: Placement, elsewhere: readonly Reply[]): Arguments {
  return [
    id.tail,
    markOf(id.tail),
    request.intent,
    request.user,
    request.context,
    request.guesses.map((guess) => CHANNEL_NAMES.map((name) => guess[name] ?? false)),
    request.grantSeconds * 1000,
    id.recipients.map(markOf),
    place.recipientsHere,
    elsewhere,
    place.away,
    request.maxAgeSeconds === undefined ? false : request.maxAgeSeconds * 1000,
    isKnown(request),
    request.delegates ?? false,
    request.recalls ?? false,
  ]
}

/** Arguments of `CONFIRM`. */
export function confirmArguments(request: ConfirmRequest, id: ChallengeIdParts, place: Placement): Arguments {
  return [
    id.tail,
    markOf(id.tail),
    request.intent,
    request.user,
    request.context,
    numberOf(request.channel),
    request.sealed,
    request.grantSeconds * 1000,
    request.takeBack,
    id.recipients.map(markOf),
    place.recipientsHere,
    place.away,
    isKnown(request),
    request.recalls ?? false,
  ]
}

/** Arguments of `ATTACH`. */
export function attachArguments({ channel, digest = '', expiresAt, sealed }: AttachRequest, id: ChallengeIdParts): Arguments {
  return [id.tail, numberOf(channel), expiresAt, sealed, digest]
}

/** Whether the device that asks has proved the recipients before. */
export function isKnown({ isKnownDevice = false }: Device): boolean {
  return isKnownDevice
}

/** Arguments of `WITHDRAW`. */
export function withdrawArguments({ issued, giveBack }: WithdrawRequest, id: ChallengeIdParts): Arguments {
  return [id.tail, markOf(id.tail), issued.now, issued.expiresAt, giveBack]
}

/** Arguments of `REDEEM`. */
export function redeemArguments(request: RedeemRequest, id: ChallengeIdParts): Arguments {
  return [id.tail, request.intent, request.user, request.context, request.maxAgeSeconds * 1000, request.once]
}

/** Arguments of `LABEL`. */
export function labelArguments({ id, channel, expiresAt, sealed }: LabelRequest): Arguments {
  return [id, numberOf(channel), expiresAt, sealed]
}

/** Arguments of `SHOW`. */
export function showArguments({ channel, expiresAt, status }: LabelRecord, id: ChallengeIdParts): Arguments {
  return [id.tail, numberOf(channel), expiresAt, status]
}

/** Channels are numbers in scripts. */
function numberOf(channel: ChannelName): number {
  return CHANNEL_NAMES.indexOf(channel) + 1
}

/**
 * Limits as the scripts read them. The same few objects come with every request, so each is written down once: whoever changes one in
 * place is not heard.
 */
export function limitsOf(limits: Limits): string {
  const known = written.get(limits)
  if (known !== undefined) return known
  const json = JSON.stringify(LIMIT_ORDER.map((name) => limits[name]))
  written.set(limits, json)
  return json
}

const written = new WeakMap<Limits, string>()

/** The beginning of a key, as marks carry it. */
export function markOf(key: string): string {
  return key.slice(0, MARK_LENGTH)
}
