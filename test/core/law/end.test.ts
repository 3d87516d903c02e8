import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/core/law/default-limits.js'
import { cancel, find, redeem, release, withdraw } from '../../../src/core/law/end.js'
import type { Issued, RedeemDecision, RedeemRequest, RenewDecision } from '../../../src/ports/store.js'
import { FREE, newAnswer, RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, type World, world } from './world.js'

const GONE = { outcome: 'gone' }

function records({ recipients, block }: World): Pick<World, 'recipients' | 'block'> {
  return { recipients, block }
}

function issuedOf(decision: RenewDecision): Issued {
  if (decision.outcome !== 'issued') throw new Error(decision.outcome)
  return decision
}

function granted(): World {
  const one = world({ intent: 'transfer', user: 'ada', context: 'payee-a' })
  one.issue()
  one.verify(RIGHT, { grantSeconds: 300 })
  return one
}

function spend(one: World, fields: Partial<RedeemRequest> = {}): RedeemDecision {
  const request = { id: one.id, intent: 'transfer', user: 'ada', context: 'payee-a', maxAgeSeconds: 300, once: true, ...fields }
  return redeem(records(one), request, one.parts, one.now)
}

describe('find', () => {
  it('tells what is pending, the grant first, and changes nothing', () => {
    const one = world({ user: 'ada', answers: [newAnswer(RIGHT), newAnswer(RIGHT, { channel: 'call' })] })
    one.issue()
    one.verify(WRONG)
    const before = structuredClone(one.recipients)
    const answers = [
      { channel: 'sms', sealed: 'sealed-sms', proved: false },
      { channel: 'call', sealed: 'sealed-call', proved: false },
    ]
    const state = { expiresAt: START + 300_000, attemptsLeft: 4, resendAt: START + 30_000, answers }
    const request = { id: one.id, limits: DEFAULT_LIMITS }
    const found = { outcome: 'found', now: START, intent: 'login', user: 'ada', context: '', mode: 'any', ...state }
    expect(find(records(one), request, one.parts, START)).toEqual(found)
    expect(one.recipients).toEqual(before)

    const other = granted()
    const grant = {
      outcome: 'granted',
      now: START,
      intent: 'transfer',
      user: 'ada',
      context: 'payee-a',
      verifiedAt: START,
      expiresAt: START + 300_000,
    }
    expect(find(records(other), request, other.parts, START)).toEqual(grant)
  })

  it('T52 tells when to send again from what this challenge was sent, not from what others were', () => {
    const one = world({}, 2)
    one.issue()
    for (const record of one.recipients) record.sends = [...record.sends, { at: START + 5000, block: '', challenge: 'other-' }]
    const request = { id: one.id, limits: DEFAULT_LIMITS }
    expect(find(records(one), request, one.parts, START + 6000)).toMatchObject({ resendAt: START + 30_000 })
    one.now += 65_000
    expect(one.renew('111111')).toMatchObject({ resendAt: START + 125_000 })
  })

  it('T25 T26 finds neither from the very millisecond it expires', () => {
    const [one, other] = [world(), granted()]
    one.issue()
    for (const { recipients, block, parts, id } of [one, other]) {
      const look = (now: number): string => find({ recipients, block }, { id, limits: DEFAULT_LIMITS }, parts, now).outcome
      expect([look(START + 299_999), look(START + 300_000)]).toEqual([expect.stringMatching('found|granted'), 'gone'])
    }
  })
})

describe('withdraw', () => {
  it('T35 kills the challenge and gives back the place of that very message, and nothing of the address block', () => {
    const one = world({}, 2)
    one.issue()
    one.now += 30_000
    const issued = issuedOf(one.renew('111111'))
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    expect(one.holder.challenges).toEqual([])
    expect(one.recipients.map(({ sends }) => sends.map(({ at }) => at))).toEqual([[START], [START]])
    expect(one.block.sends).toHaveLength(4)
  })

  it("T35 of an earlier message leaves the challenge that was renewed since, and gives back that message's place only", () => {
    const one = world({}, 2)
    const issued = issuedOf(one.issue())
    one.now += 30_000
    one.renew('111111')
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    withdraw(records(one), { id: one.id, issued, giveBack: true }, one.parts)
    expect(one.recipients.map(({ sends }) => sends.map(({ at }) => at))).toEqual([[START + 30_000], [START + 30_000]])
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it('T35 of an earlier message leaves a renewed challenge also where both end at the same instant', () => {
    const one = world({ limits: FREE })
    const issued = issuedOf(one.issue())
    one.now += 30_000
    one.renew('111111', { ttlSeconds: 270 })
    expect(one.holder.challenges[0]?.expiresAt).toBe(issued.expiresAt)
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it('T35 leaves the grant of a code that was typed before its message counted as lost', () => {
    const one = world()
    const issued = issuedOf(one.issue())
    one.verify(RIGHT, { grantSeconds: 300 })
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    expect(one.holder.grants).toHaveLength(1)
  })

  it('T35 gives nothing back where it is told not to, nor to another challenge', () => {
    const one = world()
    const issued = issuedOf(one.issue())
    withdraw(records(one), { id: one.id, issued, giveBack: false }, one.parts)
    withdraw(records(one), { id: one.id, issued, giveBack: true }, { ...one.parts, tail: 'another'.padEnd(22, '-') })
    expect(one.holder).toMatchObject({ challenges: [], sends: [{ at: START }] })
  })
})

describe('cancel', () => {
  it('T03 forgets the challenge, and nothing that was counted', () => {
    const one = world()
    one.issue()
    one.verify(WRONG)
    cancel(records(one), one.parts)
    expect(one.holder).toMatchObject({ challenges: [], failures: 1, sends: [{ at: START }] })
  })

  it('T26 forgets the grant', () => {
    const one = granted()
    cancel(records(one), one.parts)
    expect(spend(one)).toEqual(GONE)
  })
})

describe('redeem', () => {
  it('T26 spends a grant once, or leaves it where it is told to', () => {
    const one = granted()
    const redeemed = { outcome: 'redeemed', now: START, verifiedAt: START, proved: [{ channel: 'sms', sealed: 'sealed-sms' }] }
    expect(spend(one, { once: false })).toEqual(redeemed)
    expect(spend(one)).toEqual(redeemed)
    expect(spend(one)).toEqual(GONE)
  })

  it.each([
    ['another intent', { intent: 'login' }],
    ['another user', { user: 'bob' }],
    ['nobody', { user: '' }],
    ['another context', { context: '' }],
  ])('T26 finds no grant for %s, and leaves it', (_, fields) => {
    const one = granted()
    expect(spend(one, fields)).toEqual(GONE)
    expect(spend(one).outcome).toBe('redeemed')
  })

  it('T26 finds no grant that is too old, by its own life or by what is asked', () => {
    const one = granted()
    one.now = START + 59_999
    expect(spend(one, { maxAgeSeconds: 60, once: false }).outcome).toBe('redeemed')
    one.now += 1
    expect(spend(one, { maxAgeSeconds: 60 })).toEqual(GONE)
    one.now = START + 299_999
    expect(spend(one, { maxAgeSeconds: 299 })).toEqual(GONE)
    expect(spend(one, { maxAgeSeconds: 300, once: false }).outcome).toBe('redeemed')
    one.now += 1
    expect(spend(one, { maxAgeSeconds: 1000 })).toEqual(GONE)
  })
})

describe('release', () => {
  it('T09 sets the failures to 0 and ends the pause', () => {
    const one = world({ maxAttempts: 10 })
    one.issue()
    for (let count = 0; count < 10; count++) one.verify(WRONG)
    release(one.holder)
    expect(one.holder).toMatchObject({ failures: 0, forgetAt: 0, pausedUntil: 0 })
  })

  it('T30 frees the places of sends, which stay counted', () => {
    const one = world({})
    one.issue()
    release(one.holder)
    expect(one.holder.sends.map(({ challenge }) => challenge)).toEqual([''])
  })
})
