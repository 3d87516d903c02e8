import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto'
import { equalDigests } from '../util/equal-digests.js'
import { type Hmac, hmacSha256 } from '../util/hmac.js'
import { nodeRandom } from '../util/node-random.js'
import { LABEL_LENGTH, RECIPIENT_KEY_LENGTH, TAIL_LENGTH } from './challenge-id.js'

/** Length of a digest: 128 bits of HMAC-SHA-256, base64url. RFC 2104 section 5 asks for at least half. */
const DIGEST_LENGTH = 22

/** Length of a tag that is only ever compared with one other. */
const TAG_LENGTH = 11

const GCM_TAG_BYTES = 16
/** Short, because a key seals no more than the few messages of one challenge. */
const NONCE_BYTES = 8

/** Everything that needs a secret. */
export interface Keyring {
  /** Digests of these fields under every live secret; the first one is the one to store (T62). */
  digests(fields: readonly string[]): readonly string[]
  /** Under which key the counters of an address stand, for one tenant. */
  recipientKey(tenant: string, countedAs: string): string
  /** Under which key the counters of an IP block stand, for one tenant. `''` stays `''`. */
  blockKey(tenant: string, block: string): string
  /**
   * A short hash of what one challenge is bound to: a user's id, a context, a browser. Its key is the challenge's id, which the store does not know, so
   * that it means nothing to whoever reads the store, and outlives every rotation of secrets. `''` stays `''`.
   */
  bind(id: string, kind: 'user' | 'context' | 'browser', value: string): string
  /** Under which label a delivered message is remembered: keyed, so that the store tells nobody which message it was. */
  label(transport: string, messageId: string): string
  /** The tail of a challenge id that is found by recipient and intent, not by a pointer: keyed, so that nobody else can name it. */
  scopedTail(tenant: string, recipients: string, intent: string): string
  /** Under which key the register keeps something. */
  registerKey(name: readonly string[]): string
  /** Vouches that a device has proved a recipient (T09). */
  signDevice(recipientKey: string, nonce: string): string
  /** True for such a signature under any live secret. */
  isDeviceSigned(recipientKey: string, nonce: string, signature: string): boolean
  /** The id under which the store knows a challenge: without the public one, nobody can open what the store holds. */
  storedId(id: string): string
  /** Encrypts an address for one challenge and channel (T65). */
  seal(id: string, channel: string, address: string): string
  /** Reverses {@link Keyring.seal}; `undefined` where no live secret opens it. */
  unseal(id: string, channel: string, sealed: string): string | undefined
  /** Signs a short text for a cookie. */
  sign(text: string): string
  /** True for a signature under any live secret. */
  isSigned(text: string, signature: string): boolean
}

interface Keys {
  readonly digest: Hmac
  readonly recipient: Hmac
  readonly block: Hmac
  readonly message: Hmac
  readonly register: Hmac
  readonly device: Hmac
  readonly seal: Hmac
  readonly cookie: Hmac
}

/**
 * Derives one key for each purpose from each secret (HKDF, RFC 5869). The first secret makes digests, seals and signatures, all of them
 * verify. The last one names recipients, so that no counter starts anew while a secret is rotated.
 */
export function keyring(secrets: readonly [string, ...string[]]): Keyring {
  const [first, ...others] = secrets.map(deriveKeys) as [Keys, ...Keys[]]
  const all = [first, ...others]
  const oldest = others.at(-1) ?? first
  return {
    digests: (fields) => {
      const text = lengthPrefixed(fields)
      return all.map((keys) => keys.digest.text(text).slice(0, DIGEST_LENGTH))
    },
    recipientKey: (tenant, countedAs) => oldest.recipient.text(lengthPrefixed([tenant, countedAs])).slice(0, RECIPIENT_KEY_LENGTH),
    blockKey: (tenant, block) => (block === '' ? '' : oldest.block.text(lengthPrefixed([tenant, block])).slice(0, TAG_LENGTH)),
    bind: (id, kind, value) => (value === '' ? '' : hash('sha256', lengthPrefixed([id, kind, value]), 'base64url').slice(0, TAG_LENGTH)),
    label: (transport, messageId) => oldest.message.text(lengthPrefixed([transport, messageId])).slice(0, LABEL_LENGTH),
    scopedTail: (tenant, recipients, intent) =>
      oldest.recipient.text(lengthPrefixed(['scope', tenant, recipients, intent])).slice(0, TAIL_LENGTH),
    registerKey: (name) => oldest.register.text(lengthPrefixed(name)).slice(0, LABEL_LENGTH),
    signDevice: (recipientKey, nonce) => first.device.text(lengthPrefixed([recipientKey, nonce])).slice(0, DIGEST_LENGTH),
    isDeviceSigned: (recipientKey, nonce, signature) =>
      all.filter((keys) => equalDigests(keys.device.text(lengthPrefixed([recipientKey, nonce])).slice(0, DIGEST_LENGTH), signature))
        .length > 0,
    storedId: (id) => id.slice(0, -TAIL_LENGTH) + hash('sha256', id, 'base64url').slice(0, TAIL_LENGTH),
    seal(id, channel, address) {
      const nonce = nodeRandom.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealingKey(first.seal, id, channel), nonce)
      const encrypted = cipher.update(address, 'utf8')
      // In this mode it only makes the tag.
      cipher.final()
      return Buffer.concat([nonce, encrypted, cipher.getAuthTag()]).toString('base64url')
    },
    unseal(id, channel, sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length <= NONCE_BYTES + GCM_TAG_BYTES) return undefined
      const nonce = bytes.subarray(0, NONCE_BYTES)
      for (const keys of all) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', sealingKey(keys.seal, id, channel), nonce, { authTagLength: GCM_TAG_BYTES })
          decipher.setAuthTag(bytes.subarray(-GCM_TAG_BYTES))
          const text = decipher.update(bytes.subarray(NONCE_BYTES, -GCM_TAG_BYTES))
          // In this mode it only checks the tag, and throws.
          decipher.final()
          return text.toString()
        } catch {
          // Sealed under another secret; the next one may open it.
        }
      }
      return undefined
    },
    sign: (text) => first.cookie.text(text).slice(0, DIGEST_LENGTH),
    isSigned: (text, signature) => all.filter((keys) => equalDigests(keys.cookie.text(text).slice(0, DIGEST_LENGTH), signature)).length > 0,
  }
}

/** A key of its own for each challenge and channel: no text sealed for one opens for another. */
function sealingKey(key: Hmac, id: string, channel: string): Buffer {
  return key.bytes(lengthPrefixed([id, channel]))
}

function deriveKeys(secret: string): Keys {
  const derive = (purpose: string): Hmac => hmacSha256(new Uint8Array(hkdfSync('sha256', secret, '', `express-otp/1/${purpose}`, 32)))
  return {
    digest: derive('digest'),
    recipient: derive('recipient'),
    block: derive('block'),
    message: derive('message'),
    register: derive('register'),
    device: derive('device'),
    seal: derive('seal'),
    cookie: derive('cookie'),
  }
}

/** No two lists of fields give the same text. */
function lengthPrefixed(fields: readonly string[]): string {
  let text = ''
  for (const field of fields) text += `${Buffer.byteLength(field)}:${field}`
  return text
}
