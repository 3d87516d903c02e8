import type { RandomSource } from '../ports/random-source.js'
import type { Keyring } from './keyring.js'

/** Recipients that one token speaks for, at most: a device of a family, not of a crowd. */
const MAX_RECIPIENTS = 5

/** A nonce of 64 bits, its signature of 128, base64url. */
const PART = /^([\w-]{11})([\w-]{22})$/

/**
 * A token by which a device is known again as one that has proved these recipients (OWASP, "device cookies"). It proves nothing else, and is never a factor of a login (T09). `known` is the
 * token that the device had, whose other recipients it keeps.
 */
export function deviceToken(keys: Keyring, random: RandomSource, recipientKeys: readonly string[], known?: string): string {
  // Whose the others are cannot be told from here, only that they look like parts: nothing else is handed on, so that the token stays as short as a door accepts.
  const kept = partsOf(known).filter((part) => PART.test(part) && !recipientKeys.some((key) => speaksFor(keys, key, part)))
  const fresh = recipientKeys.map((key) => {
    const nonce = Buffer.from(random.bytes(8)).toString('base64url')
    return nonce + keys.signDevice(key, nonce)
  })
  return [...fresh, ...kept].slice(0, MAX_RECIPIENTS).join('.')
}

/** True where a token speaks for every one of these recipients. */
export function isKnownDevice(keys: Keyring, token: string | undefined, recipientKeys: readonly string[]): boolean {
  const parts = partsOf(token)
  return recipientKeys.length > 0 && recipientKeys.every((key) => parts.some((part) => speaksFor(keys, key, part)))
}

function partsOf(token: string | undefined): readonly string[] {
  if (token === undefined || token === '' || token.length > 40 * MAX_RECIPIENTS) return []
  return token.split('.').slice(0, MAX_RECIPIENTS)
}

function speaksFor(keys: Keyring, recipientKey: string, part: string): boolean {
  const [, nonce, signature] = PART.exec(part) ?? []
  return nonce !== undefined && signature !== undefined && keys.isDeviceSigned(recipientKey, nonce, signature)
}
