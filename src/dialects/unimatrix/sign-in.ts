import type { ApiKey } from '../../core/service/api-key.js'
import type { Service } from '../../core/service/service.js'
import type { FailureName } from './answers.js'
import type { UnimatrixQuery } from './query.js'
import { checkSignature } from './signature.js'

/** A nonce is remembered for as long as its timestamp may be in time, twice ten minutes, and a minute more for clocks that differ. */
export const NONCE_SECONDS: number = 21 * 60

const SIGNATURE_PARAMETERS = ['algorithm', 'timestamp', 'nonce', 'signature'] as const

/** Who calls, or Unimatrix's name for why nobody does. */
export type SignedIn = { readonly ok: true; readonly key: ApiKey } | { readonly ok: false; readonly failure: FailureName }

/**
 * Finds the key that a query names and checks that the caller holds it. Whether it may go unsigned is the key's to say, never the request's
 * (T69); a signature that is there is checked all the same, where there is a secret to check it with. With `nonces: 'once'` a signed
 * request counts once.
 */
export async function signIn({ values, repeated }: UnimatrixQuery, service: Service, nonces: 'once' | 'any'): Promise<SignedIn> {
  const id = values.get('accessKeyId') ?? ''
  if (id === '') return { ok: false, failure: 'MissingAccessKeyId' }
  const key = service.keys.byId(id)
  if (key === undefined) return { ok: false, failure: 'InvalidAccessKeyId' }
  // Two readers of one query must not see two different requests.
  if (repeated.size > 0) return { ok: false, failure: 'InvalidSignature' }
  const isSigned = SIGNATURE_PARAMETERS.some((name) => values.has(name)) && key.secrets.length > 0
  if (!isSigned) return key.rights.has('unsigned') ? { ok: true, key } : { ok: false, failure: 'InvalidSignature' }
  const checked = checkSignature(values, key.secrets, service.now())
  if (!checked.ok) return checked
  const isFresh = nonces === 'any' || (await isFirst(service, key, checked.nonce))
  return isFresh ? { ok: true, key } : { ok: false, failure: 'InvalidSignature' }
}

/** Asked only after the signature was right, so that nobody else can use a nonce up. `nonce` is what was signed, not what the query spells. */
async function isFirst(service: Service, key: ApiKey, nonce: string): Promise<boolean> {
  return (await service.notebook(key, 'unimatrix').claim(['nonce', key.id, nonce], true, NONCE_SECONDS)) === undefined
}
