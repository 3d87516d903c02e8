import { timingSafeEqual } from 'node:crypto'

/** Compares two ASCII digests in time that depends on their length alone (T63). Digests of unequal length are unequal. */
export function equalDigests(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  return timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))
}
