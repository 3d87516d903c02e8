import { createHmac, hash, randomBytes } from 'node:crypto'
import { type Check, checkOptions, integer, list, oneOf, optionError, record, required, text } from '../../options.js'
import { CHANNEL_NAMES, type ChannelName } from '../../ports/message.js'
import { equalDigests } from '../../util/equal-digests.js'

/** What a key may be allowed, beyond what everybody is. */
export const RIGHTS = ['send', 'verify', 'customCode', 'weakCodes', 'sandbox', 'unsigned'] as const

/** One of `RIGHTS`. */
export type Right = (typeof RIGHTS)[number]

/** A key of the service door, as the application configures it. */
export interface ApiKeyOptions {
  /** Names the key, in events and where a vendor's clients send it: 1 to 64 printable ASCII characters, blanks not at the ends. Of an `unsigned` key it is all there is to know: keep it as a secret. */
  readonly id: string
  /**
   * The secret, at least 16 characters, of at least 128 random bits; two while one takes the other's place. Needed in the clear only to check signatures: everybody
   * else gives `hash`.
   */
  readonly secret?: string | readonly string[] | undefined
  /** SHA-256 of the secret, 64 lower-case hex digits; two while one takes the other's place. */
  readonly hash?: string | readonly string[] | undefined
  /** The account's e-mail address, which Octopush's clients send beside the secret. */
  readonly login?: string | undefined
  /**
   * Whose challenges, counters, balance and idempotent answers it shares. `''` is the tenant of the session and Passport doors. @default ''
   */
  readonly tenant?: string | undefined
  /**
   * `send`, `verify`; `customCode` (names the code itself); `weakCodes` (codes under 6 digits, other alphabets, a life of up to 24 h); `sandbox` (a key for tests: codes may be answered
   * instead of delivered, everything it does happens in a tenant of its own, T66); `unsigned` (Unimatrix's simple mode, T69). A key with none of them may do nothing. @default ['send', 'verify']
   */
  readonly rights?: readonly Right[] | undefined
  /** Channels that it may use. @default every configured one */
  readonly channels?: readonly ChannelName[] | undefined
  /** Sends in an hour for which the caller stated no end user's address, 1 to 10 000 000. @default 10000 */
  readonly sendsPerHour?: number | undefined
  /** Failed guesses in an hour for which the caller stated no end user's address, 1 to 10 000 000. @default 2000 */
  readonly failuresPerHour?: number | undefined
}

/** A key with every option decided. */
export interface ApiKey {
  readonly id: string
  /** Whose world it lives in; that of a key for tests is a world apart. */
  readonly tenant: string
  readonly login: string | undefined
  readonly rights: ReadonlySet<Right>
  readonly channels: readonly ChannelName[]
  readonly sendsPerHour: number
  readonly failuresPerHour: number
  /** Secrets for checking signatures; none where only hashes are configured. */
  readonly secrets: readonly string[]
}

/** Finds keys in time that tells nothing about secrets (T67). */
export interface KeyBook {
  bySecret(secret: string): ApiKey | undefined
  /** By the account's name, compared without case, and secret. */
  byLogin(login: string, secret: string): ApiKey | undefined
  /** By its public name alone: whoever calls checks a signature, or that the key is `unsigned`. */
  byId(id: string): ApiKey | undefined
}

/** Sandboxed challenges and counters are those of another tenant, whose name no configured one can have. */
const TEST_WORLD = '\u0000test'

const sha256 = (secret: string): string => hash('sha256', secret, 'hex')
const idText = text(1, 64, /^[!-~](?:[ -~]*[!-~])?$/, '1 to 64 printable ASCII characters, with blanks inside only')
const secretText = text(16, 512, /^[!-~]+$/, 'a secret of at least 16 printable ASCII characters (128 random bits), or two')
const hashText = text(64, 64, /^[0-9a-f]+$/, 'the SHA-256 of the secret, 64 lower-case hex digits, or two')

const KEY = {
  id: required({ ...idText, secret: true }),
  secret: { ...secretText, secret: true, accepts: oneOrTwo(secretText.accepts) },
  hash: { ...hashText, secret: true, accepts: oneOrTwo(hashText.accepts) },
  login: text(1, 254, /^[^\p{Cc}\s]+$/u, 'a login without blanks'),
  tenant: text(0, 64, /^[^\p{Cc}]*$/u, 'a name of at most 64 characters'),
  rights: list(oneOf(...RIGHTS), 0, RIGHTS.length),
  channels: list(oneOf(...CHANNEL_NAMES), 1, CHANNEL_NAMES.length),
  sendsPerHour: integer(1, 10_000_000),
  failuresPerHour: integer(1, 10_000_000),
} as const

/** Keys hold secrets: where one is no object, an error must not show the others. */
export const KEY_RECORD: Check = { ...record, opaque: true }

/** Checks all keys and makes them findable. Throws `ERR_OTP_OPTION` that names the key, never its secret. */
export function keyBook(owner: string, options: readonly ApiKeyOptions[]): KeyBook {
  checkOptions(owner, { keys: options }, { keys: required(list(KEY_RECORD, 1, 10_000)) })
  // Compared are keyed hashes under a key that lives as long as this process: nobody can aim at one.
  const compareKey = randomBytes(32)
  const comparable = (digest: string): string => createHmac('sha256', compareKey).update(digest).digest('base64')
  const entries = options.map((key, index) => {
    const digests = digestsOf(`${owner} keys[${index}]`, key)
    return { key: completeKey(key), digests: digests.map(comparable) }
  })
  const byId = new Map(entries.map(({ key }) => [key.id, key]))
  if (byId.size !== entries.length) throw optionError(owner, 'option "keys" has one id twice; give one key two secrets while they change')
  const all = entries.flatMap(({ digests }) => digests)
  if (new Set(all).size !== all.length) throw optionError(owner, 'option "keys" has one secret twice')

  function matching(secret: string, isMeant: (key: ApiKey) => boolean): ApiKey | undefined {
    const presented = comparable(sha256(secret))
    let found: ApiKey | undefined
    // To the end in any case, so that time does not tell which one it was.
    for (const { key, digests } of entries) {
      for (const digest of digests) if (equalDigests(digest, presented) && isMeant(key)) found = key
    }
    return found
  }
  return {
    bySecret: (secret) => matching(secret, () => true),
    byLogin: (login, secret) => matching(secret, (key) => key.login?.toLowerCase() === login.toLowerCase()),
    byId: (id) => byId.get(id),
  }
}

function digestsOf(owner: string, options: ApiKeyOptions): readonly string[] {
  checkOptions(owner, options, KEY)
  const digests = [...listed(options.secret).map(sha256), ...listed(options.hash)]
  if (digests.length === 0) throw optionError(owner, 'option "secret" or "hash" is missing')
  if (digests.length > 2) throw optionError(owner, 'at most two secrets of one key may live at once')
  return digests
}

function completeKey(options: ApiKeyOptions): ApiKey {
  const rights = new Set<Right>(options.rights ?? ['send', 'verify'])
  const tenant = options.tenant ?? ''
  return {
    id: options.id,
    tenant: rights.has('sandbox') ? tenant + TEST_WORLD : tenant,
    login: options.login,
    rights,
    channels: options.channels ?? CHANNEL_NAMES,
    sendsPerHour: options.sendsPerHour ?? 10_000,
    failuresPerHour: options.failuresPerHour ?? 2000,
    secrets: listed(options.secret),
  }
}

function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

function oneOrTwo(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => accepts(value) || (Array.isArray(value) && (value.length === 1 || value.length === 2) && value.every(accepts))
}
