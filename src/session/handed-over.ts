import type { Verified } from '../core/results.js'

/**
 * Proofs on their way from the router to the Passport strategy of the same request. Nothing else can put one here, and each is taken once, so that a
 * login always follows an atomic consume in that very request (T47).
 */
const proofs = new WeakMap<object, Verified>()

/** Leaves the proof for the strategy that runs next on this request. */
export function handOver(req: object, verified: Verified): void {
  proofs.set(req, verified)
}

/** Takes it. */
export function takeOver(req: object): Verified | undefined {
  const verified = proofs.get(req)
  proofs.delete(req)
  return verified
}
