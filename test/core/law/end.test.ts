import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/core/law/default-limits.js'
import { cancel, find, redeem, release } from '../../../src/core/law/end.js'
import type { RedeemDecision, RedeemRequest } from '../../../src/ports/store.js'
import { FREE, newAnswer, RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, type World, world } from './world.js'

const GONE = { outcome: 'gone' }

function records({ recipients, block }: World): Pick<World, 'recipients' | 'block'> {
  return { recipients, block }
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

  it('T26 tells a verified challenge from a grant, each in its own place', () => {
    const one = world({ limits: FREE })
    one.issueAnother()
    one.issue()
    one.verify(RIGHT, { recalls: true })
    const request = { id: one.id, limits: DEFAULT_LIMITS }
    const remembered = { outcome: 'verified', now: START, intent: 'login', user: '', context: '', verifiedAt: START }
    expect(find(records(one), request, one.parts, START)).toEqual({ ...remembered, expiresAt: START + 300_000 })
    expect(
      redeem(records(one), { ...request, intent: 'login', user: '', context: '', maxAgeSeconds: 300, once: true }, one.parts, START),
    ).toEqual(GONE)
    const other = { ...one.parts, tail: 'another'.padEnd(22, '-') }
    expect(find(records(one), request, other, START)).toEqual(GONE)
  })

  it('shows what was reported of a message, where something was', () => {
    const one = world({ answers: [newAnswer(RIGHT), newAnswer(RIGHT, { channel: 'call' })] })
    one.issue()
    for (const challenge of one.holder.challenges) {
      challenge.answers = challenge.answers.map((answer) => (answer.channel === 'sms' ? { ...answer, receipt: 'delivered' } : answer))
    }
    const found = find(records(one), { id: one.id, limits: DEFAULT_LIMITS }, one.parts, START)
    expect(Reflect.get(found, 'answers')).toStrictEqual([
      { channel: 'sms', sealed: 'sealed-sms', proved: false, receipt: 'delivered' },
      { channel: 'call', sealed: 'sealed-call', proved: false },
    ])
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

describe('cancel', () => {
  it('T03 forgets the challenge, and nothing that was counted', () => {
    const one = world()
    one.issue()
    one.verify(WRONG)
    cancel(records(one), one.parts)
    expect(one.holder).toMatchObject({ challenges: [], failures: 1, sends: [{ at: START }] })
  })

  it('T11 leaves other challenges of the recipient, and their grants', () => {
    const one = world({ limits: FREE })
    one.issueAnother()
    one.issue()
    cancel(records(one), one.parts)
    expect(one.holder.challenges.map(({ tail }) => tail === one.parts.tail)).toEqual([false])
    const other = granted()
    cancel(records(other), { ...other.parts, tail: 'another'.padEnd(22, '-') })
    expect(spend(other).outcome).toBe('redeemed')
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

  it('T26 spends its own grant and leaves those of other challenges', () => {
    const one = granted()
    const [grant] = one.holder.grants
    if (grant === undefined) throw new Error('no grant')
    const other = { ...grant, tail: 'another'.padEnd(22, '-'), verifiedAt: START - 1000 }
    one.holder.grants = [other, grant]
    expect(spend(one)).toMatchObject({ outcome: 'redeemed', verifiedAt: START })
    expect(one.holder.grants).toEqual([other])
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
    expect(one.holder.dayFailures).toEqual([])
  })

  it('T30 frees the places of sends, which stay counted', () => {
    const one = world({})
    one.issue()
    release(one.holder)
    expect(one.holder.sends.map(({ challenge }) => challenge)).toEqual([''])
  })
})
