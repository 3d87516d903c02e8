import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { Check } from '../options.js'

/** Long enough for a clock that is off by minutes, short enough to be worth nothing later. */
const LIFETIME_SECONDS = 300

/** An RSA private key in PEM form. */
export const rsaPrivateKey: Check = {
  allowed: 'an RSA private key in PEM form',
  secret: true,
  accepts: (value) => typeof value === 'string' && rsaKey(value) !== undefined,
}

/** Reads a PEM key; `undefined` for anything but an RSA private key. */
export function rsaKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}

/** A token for one request to Vonage's Voice API: RS256 with `application_id`, `iat`, `exp` and `jti`. */
export function vonageJwt(applicationId: string, key: KeyObject, now: number): string {
  const iat = Math.floor(now / 1000)
  const claims = { application_id: applicationId, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() }
  const signed = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
