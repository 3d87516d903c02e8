import type { Limited } from '../ports/store.js'
import type { Refused } from './results.js'

/** Limits that are the caller's own; all others tell about a recipient. */
const OWN_LIMITS: readonly string[] = ['block_sends', 'block_recipients', 'block_calling_codes', 'block_failures']

/** A recipient's waiting time is told in steps of 30 s, so that nobody reads somebody else's traffic from it (T52). */
const RECIPIENT_STEP_SECONDS = 30

/** Whole seconds to wait, at least 1. */
export function retryAfterSeconds({ limit, retryAfterMs }: Limited): number {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  return OWN_LIMITS.includes(limit) ? seconds : Math.ceil(seconds / RECIPIENT_STEP_SECONDS) * RECIPIENT_STEP_SECONDS
}

/** What a caller learns of a limit: that there is one, and how long to wait. */
export function rateLimited(limited: Limited): Refused {
  return { ok: false, reason: 'rate_limited', retryAfter: retryAfterSeconds(limited) }
}
