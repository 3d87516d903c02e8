import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Speech } from '../ports/message.js'
import { jsonField } from './json-field.js'

const IV_BYTES = 12
const TAG_BYTES = 16
/** Far more than any code takes. */
const MAX_LENGTH = 8000

/**
 * Seals what a call will say after a key press, so that it can travel in a URL through access logs without showing the code, and
 * be read by {@link openSpeech} alone (AES-256-GCM, key derived from `secret` by HKDF). Nothing has to be kept until then.
 */
export function sealSpeech(speech: Speech, expiresAt: number, secret: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', sealKey(secret), iv)
  const sealed = Buffer.concat([cipher.update(JSON.stringify({ expiresAt, speech }), 'utf8'), cipher.final()])
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** Opens what {@link sealSpeech} sealed with the same secret; `undefined` where it was changed or the code has expired. */
export function openSpeech(sealed: string, secret: string, now: number): Speech | undefined {
  if (sealed.length > MAX_LENGTH) return undefined
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', sealKey(secret), bytes.subarray(0, IV_BYTES))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
    const opened: unknown = JSON.parse(text)
    const expiresAt = jsonField(opened, 'expiresAt')
    if (typeof expiresAt !== 'number' || expiresAt <= now) return undefined
    // Authenticated: only sealSpeech can have written it, from a Speech.
    return jsonField(opened, 'speech') as Speech
  } catch {
    return undefined
  }
}

function sealKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'express-otp sealed speech', 32))
}
