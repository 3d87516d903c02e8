import { describe, expect, it } from 'vitest'
import { rateLimited, retryAfterSeconds } from '../../src/core/retry-after.js'
import type { LimitName } from '../../src/ports/store.js'

const OF_RECIPIENTS: readonly LimitName[] = [
  'cooldown',
  'recipient_hour',
  'recipient_day',
  'recipient_block',
  'pending',
  'paused',
  'disabled',
  'recipient_failures_day',
]
const OWN: readonly LimitName[] = ['block_sends', 'block_recipients', 'block_calling_codes', 'block_failures']

function seconds(limit: LimitName, retryAfterMs: number): number {
  return retryAfterSeconds({ outcome: 'limited', limit, retryAfterMs })
}

describe('retryAfterSeconds', () => {
  it.each(OF_RECIPIENTS)('T52 rounds the wait for a recipient up to 30 s: %s', (limit) => {
    expect([1, 29_999, 30_000, 30_001, 3_600_000].map((ms) => seconds(limit, ms))).toEqual([30, 30, 30, 60, 3600])
  })

  it.each(OWN)('T52 tells the own wait in whole seconds, at least 1: %s', (limit) => {
    expect([1, 1000, 1001, 59_999].map((ms) => seconds(limit, ms))).toEqual([1, 1, 2, 60])
  })

  it('T52 says how long, and not which limit', () => {
    expect(rateLimited({ outcome: 'limited', limit: 'paused', retryAfterMs: 1 })).toEqual({
      ok: false,
      reason: 'rate_limited',
      retryAfter: 30,
    })
  })
})
