import { describe, expect, it } from 'vitest'
import { attach, confirm } from '../../../src/core/law/delegated.js'
import type { ConfirmRequest, VerifyDecision } from '../../../src/ports/store.js'
import { FREE, guess, newAnswer, WRONG } from '../../../src/testing/contract/bench.js'
import { START, type World, world } from './world.js'

const KEPT = newAnswer('', { digest: '' })
const ASKING = { delegates: true }

function delegated(fields: Parameters<typeof world>[0] = {}): World {
  const one = world({ answers: [KEPT], limits: FREE, ...fields })
  one.issue()
  return one
}

function confirmed(one: World, fields: Partial<ConfirmRequest> = {}): VerifyDecision {
  const bound = { id: one.id, intent: 'login', user: '', context: '', origin: '', limits: FREE }
  const request = { ...bound, channel: 'sms' as const, sealed: 'sealed-sms', grantSeconds: 60, takeBack: true, ...fields }
  return confirm({ recipients: one.recipients, block: one.block }, request, one.parts, one.now)
}

describe('a code that a vendor keeps', () => {
  it('T36 is equal to no digest, not even to an empty one', () => {
    const one = delegated()
    expect(one.verify([{ sms: ['', 'x'] }], ASKING)).toMatchObject({ outcome: 'wrong', delegated: [{ channel: 'sms' }] })
    expect(one.holder.failures).toBe(1)
  })

  it('T22 is proved by a confirmation, once, which leaves what a right guess leaves', () => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    expect(confirmed(one)).toMatchObject({ outcome: 'verified', complete: true, attemptsLeft: 5, grantExpiresAt: START + 60_000 })
    expect(one.holder).toMatchObject({
      failures: 0,
      dayFailures: [],
      challenges: [],
      grants: [{ tail: one.parts.tail }],
      sends: [{ challenge: '' }],
    })
    expect(one.block).toEqual({ sends: [], failures: [] })
    expect(confirmed(one)).toEqual({ outcome: 'gone' })
  })

  it('T07 is proved in the pause that its own guess began, and leaves the failures of others to the day and to the block', () => {
    const one = delegated({ limits: { ...FREE, failuresBeforePause: 2 } })
    one.verify(WRONG, ASKING)
    one.now += 1
    one.verify(WRONG, ASKING)
    expect(one.verify(WRONG, ASKING)).toMatchObject({ limit: 'paused' })
    expect(confirmed(one)).toMatchObject({ outcome: 'verified', attemptsLeft: 4 })
    expect(one.holder).toMatchObject({ failures: 0, pausedUntil: 0, dayFailures: [START] })
    expect(one.block.failures).toEqual([START])
  })

  it('T07 T09 gives no failure of the day or the block back that a known device did not cost', () => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    one.verify(WRONG, { ...ASKING, isKnownDevice: true })
    confirmed(one, { isKnownDevice: true })
    expect(one.holder).toMatchObject({ failures: 0, knownFailures: 0, dayFailures: [START] })
    expect(one.block.failures).toEqual([START])
  })

  it('T07 gives nothing of the day back where the row is empty already', () => {
    const one = delegated({ mode: 'all', answers: [KEPT, { ...KEPT, channel: 'email' }] })
    one.verify([guess(WRONG)], ASKING)
    one.holder.failures = 0
    confirmed(one)
    expect(one.holder.dayFailures).toEqual([START])
  })

  it('T15 is beyond confirming once the challenge was revoked', () => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    expect(one.verify(WRONG, { ...ASKING, context: 'payee-b' })).toEqual({
      outcome: 'wrong',
      attemptsLeft: 0,
      failures: 2,
      waiting: ['sms'],
    })
    expect(confirmed(one)).toEqual({ outcome: 'gone' })
  })

  it('T25 is confirmed until the millisecond before it expires, a kept one too', () => {
    const one = delegated()
    one.now += 1000
    one.renew('', { answers: [{ ...KEPT, sealed: 'renewed' }], resend: 'keep' })
    one.now = START + 300_000
    expect(confirmed(one)).toEqual({ outcome: 'expired' })
    expect(confirmed(one, { sealed: 'renewed' }).outcome).toBe('verified')
    const other = delegated()
    other.now += 300_000
    expect(confirmed(other)).toEqual({ outcome: 'expired' })
  })

  it('keeps with the newest one what its vendor gave', () => {
    const one = delegated()
    one.renew('', { answers: [KEPT], resend: 'keep' })
    const records = { recipients: one.recipients, block: one.block }
    const request = { id: one.id, channel: 'sms' as const, expiresAt: START + 300_000, sealed: 'with-ticket' }
    expect(attach(records, request, one.parts, START)).toBe(true)
    expect(one.holder.challenges[0]?.answers.map(({ sealed }) => sealed)).toEqual(['sealed-sms', 'with-ticket'])
    expect(attach(records, request, one.parts, START + 300_000)).toBe(false)
    expect(attach(records, { ...request, channel: 'call' }, one.parts, START)).toBe(false)
  })
})
