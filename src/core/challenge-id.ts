/** Length of a recipient key: 96 bits, base64url. */
export const RECIPIENT_KEY_LENGTH = 16

/** Length of the random end of a challenge id: 128 bits, base64url. */
export const TAIL_LENGTH = 22

/** Length of the label of a delivered message: 96 bits, base64url. */
export const LABEL_LENGTH = 16

/** At most one recipient for each channel. */
const MAX_RECIPIENTS = 4

/**
 * A challenge id names its records: the keys of its recipients, then a random end. Whoever holds the id can be led to
 * the right shard, counters and challenge in one step, without an index.
 */
export interface ChallengeIdParts {
  readonly recipients: readonly string[]
  readonly tail: string
}

/** Takes an id apart; `undefined` for anything that is not one, whatever its type (T49). */
export function parseChallengeId(id: unknown): ChallengeIdParts | undefined {
  if (typeof id !== 'string' || id.length > RECIPIENT_KEY_LENGTH * MAX_RECIPIENTS + TAIL_LENGTH) return undefined
  const keys = id.length - TAIL_LENGTH
  if (keys < RECIPIENT_KEY_LENGTH || keys % RECIPIENT_KEY_LENGTH !== 0 || !/^[\w-]+$/.test(id)) return undefined
  const recipients: string[] = []
  for (let start = 0; start < keys; start += RECIPIENT_KEY_LENGTH) recipients.push(id.slice(start, start + RECIPIENT_KEY_LENGTH))
  return { recipients, tail: id.slice(keys) }
}
