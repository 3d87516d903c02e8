/**
 * Whose a challenge or grant is, as one text for {@link Keyring.bind}: for anybody else it does not exist, whatever id they name (T17, T67). `''` for nobody
 * at the doors of the application itself.
 */
export function ownerOf({ tenant, userId }: Caller): string {
  return tenant === '' ? userId : `${tenant}\n${userId}`
}

import type { Caller } from './requests.js'
