import type { ApiRequest } from '../../core/service/dialect.js'

const BEARER = /^Bearer +([!-~]+)$/i
const SECRET = /^[!-~]+$/

/** Longer ones no key has. */
const MAX_HEADER_LENGTH = 600

/**
 * The secret that a request presents, as `Authorization: Bearer` or `X-API-Key`; `undefined` for none, for a malformed one, and for two that differ. Nothing else is looked at: no
 * query, no cookie, no body (T67).
 */
export function presentedSecret(headers: ApiRequest['headers']): string | undefined {
  const given = [secretIn(headers.authorization, BEARER, 1), secretIn(headers['x-api-key'], SECRET, 0)].filter((one) => one !== undefined)
  const [secret] = given
  return secret === '' || new Set(given).size > 1 ? undefined : secret
}

/** `''` for a malformed header. */
function secretIn(header: ApiRequest['headers'][string], shape: RegExp, group: 0 | 1): string | undefined {
  if (header === undefined) return undefined
  return typeof header === 'string' && header.length <= MAX_HEADER_LENGTH ? (shape.exec(header)?.[group] ?? '') : ''
}
