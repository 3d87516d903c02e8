import { createHmac, randomBytes } from 'node:crypto'

/** A Unimatrix access key; the secret only where the key is set to HMAC. */
export interface UnimatrixKey {
  readonly accessKeyId: string
  readonly accessKeySecret?: string | undefined
}

/**
 * The query of one request: action and key, and where there is a secret, the HMAC-SHA256 over the sorted parameters in base64, with
 * the time in milliseconds. The body is not signed: Unimatrix has no way to.
 */
export function unimatrixQuery(
  action: string,
  key: UnimatrixKey,
  now: number = Date.now(),
  nonce: string = randomBytes(16).toString('hex'),
): URLSearchParams {
  const query = new URLSearchParams({ action, accessKeyId: key.accessKeyId })
  if (key.accessKeySecret === undefined) return query
  query.set('algorithm', 'hmac-sha256')
  query.set('timestamp', String(now))
  query.set('nonce', nonce)
  query.sort()
  // All values are letters, digits, `-`, `.` and `_`: encoded or not, the string to sign is the same.
  query.set('signature', createHmac('sha256', key.accessKeySecret).update(query.toString()).digest('base64'))
  return query
}
