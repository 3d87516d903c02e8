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

  it('T25 with `all`, is confirmed no longer than what was proved beside it is good', () => {
    const email = { ...KEPT, channel: 'email' as const, sealed: 'renewed' }
    const outcomes = [299_999, 300_000].map((age) => {
      const one = delegated({ mode: 'all', answers: [newAnswer('042042'), { ...email, sealed: 'first' }] })
      one.now += 100_000
      one.renew('', { answers: [newAnswer('111111'), email], resend: 'keep' })
      one.verify('042042')
      one.now = START + age
      expect(one.holder.challenges[0]?.answers.at(-1)).toMatchObject({ channel: 'email', expiresAt: START + 400_000 })
      return confirmed(one, { channel: 'email', sealed: 'renewed' }).outcome
    })
    expect(outcomes).toEqual(['verified', 'expired'])
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

  it.each([
    ['T14 another intent', { intent: 'transfer' }],
    ['T17 another user', { user: 'bob' }],
    ['T15 another context', { context: 'payee-b' }],
    ['T16 another message', { sealed: 'sealed-other' }],
    ['another channel', { channel: 'email' as const }],
  ])('%s confirms nothing and changes nothing', (_, fields) => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    const before = structuredClone(one.recipients)
    expect(confirmed(one, fields)).toEqual({ outcome: 'gone' })
    expect(one.recipients).toEqual(before)
  })

  it('T36 is no other that was compared here', () => {
    const one = delegated({ answers: [newAnswer('042042'), { ...KEPT, channel: 'email' }] })
    one.verify(WRONG, ASKING)
    expect(confirmed(one)).toEqual({ outcome: 'gone' })
  })

  it('T22 is confirmed in its own challenge, beside others of the recipient, also by its last attempt', () => {
    const one = world({ answers: [KEPT], limits: FREE, maxAttempts: 1 })
    one.issueAnother()
    one.issue()
    one.verify(WRONG, ASKING)
    expect(confirmed(one)).toMatchObject({ outcome: 'verified', attemptsLeft: 1 })
    expect(one.holder.challenges.map(({ tail }) => tail === one.parts.tail)).toEqual([false])
  })

  it('T01 costs an attempt where none is to be taken back', () => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    expect(confirmed(one, { takeBack: false })).toMatchObject({ outcome: 'verified', attemptsLeft: 4 })
    expect(one.block.failures).toEqual([START])
  })

  it('is confirmed where no address limits apply', () => {
    const one = delegated()
    one.verify(WRONG, ASKING)
    const request = { id: one.id, intent: 'login', user: '', context: '', origin: '', limits: FREE, channel: 'sms' as const }
    const all = { ...request, sealed: 'sealed-sms', grantSeconds: 0, takeBack: true }
    expect(confirm({ recipients: one.recipients, block: undefined }, all, one.parts, START).outcome).toBe('verified')
  })

  it('T36 is asked about only where its channel was guessed wrong and its code is fresh', () => {
    const later = { ...KEPT, channel: 'email' as const, sealed: 'sealed-email' }
    const asked = { answers: [{ ...KEPT, isAging: true }, newAnswer('042042', { channel: 'call' }), later] }
    const seen = (guesses: Parameters<World['verify']>[0], fields: Parameters<World['verify']>[1], waits = 0): unknown => {
      const one = delegated({ ...asked, mode: 'all' })
      one.now += waits
      return Reflect.get(one.verify(guesses, fields), 'delegated')
    }
    const [sms, email] = [
      { channel: 'sms', sealed: 'sealed-sms' },
      { channel: 'email', sealed: 'sealed-email' },
    ]
    const three = [guess(WRONG), guess(WRONG, 'call'), guess(WRONG, 'email')]
    expect(seen(three, ASKING)).toEqual([sms, email])
    expect(seen([guess(WRONG)], ASKING)).toEqual([sms])
    expect(seen([guess(WRONG, 'call')], ASKING)).toBeUndefined()
    expect(seen([guess('042042', 'call'), guess(WRONG, 'email')], ASKING)).toEqual([email])
    expect(seen(three, {})).toBeUndefined()
    expect(seen(three, { ...ASKING, maxAgeSeconds: 10 }, 9999)).toEqual([sms, email])
    expect(seen(three, { ...ASKING, maxAgeSeconds: 10 }, 10_000)).toEqual([email])
  })

  it('is attached to its own challenge and its own send, with a digest or for its vendor to compare', () => {
    const one = world({ answers: [KEPT], limits: FREE })
    one.issueAnother()
    const records = { recipients: one.recipients, block: one.block }
    const request = { id: one.id, channel: 'sms' as const, expiresAt: START + 300_000, sealed: 'with-ticket' }
    expect(attach(records, request, one.parts, START)).toBe(false)
    one.issue()
    expect(attach(records, { ...request, expiresAt: START + 299_999 }, one.parts, START)).toBe(false)
    expect(attach(records, request, one.parts, START)).toBe(true)
    expect(one.holder.challenges.map(({ answers }) => answers)).toMatchObject([
      [{ sealed: 'sealed-sms', digest: '' }],
      [{ sealed: 'with-ticket', digest: '' }],
    ])
    expect(attach(records, { ...request, digest: 'd' }, one.parts, START)).toBe(true)
    expect(one.verify([{ sms: ['d'] }]).outcome).toBe('verified')
  })
})
