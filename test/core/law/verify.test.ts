import { describe, expect, it } from 'vitest'
import type { RecipientRecord } from '../../../src/core/law/records.js'
import { digest, FREE, guess, newAnswer, RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, world } from './world.js'

const MAIL_CODE = '777777'
const MAIL = newAnswer(MAIL_CODE, { channel: 'email', recipient: 1 })
const BOTH = { mode: 'all' as const, answers: [newAnswer(RIGHT), MAIL], limits: FREE }

describe('verify', () => {
  it('T01 charges a wrong guess to the challenge, the recipient and the address block', () => {
    const one = world()
    one.issue()
    expect(one.verify(WRONG)).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['sms'] })
    expect(one.holder).toMatchObject({ failures: 1, forgetAt: START + 30 * 86_400_000, challenges: [{ attempts: 1 }] })
    expect(one.block.failures).toEqual([START])
  })

  it('T01 says exhausted from the last attempt on, to right and wrong alike, and charges no more', () => {
    const one = world()
    one.issue()
    const outcomes = [WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, RIGHT].map((code) => one.verify(code).outcome)
    expect(outcomes).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'exhausted', 'exhausted', 'exhausted'])
    expect(one.holder.failures).toBe(5)
  })

  it('T02 a right guess is compared within the limit or not at all, and costs no attempt', () => {
    for (let wrongBefore = 0; wrongBefore < 8; wrongBefore++) {
      const one = world()
      one.issue()
      for (let count = 0; count < wrongBefore; count++) one.verify(WRONG)
      const decision = one.verify(RIGHT)
      expect(decision).toMatchObject(wrongBefore < 5 ? { outcome: 'verified', attemptsLeft: 5 - wrongBefore } : { outcome: 'exhausted' })
    }
  })

  it('T10 refuses before it looks at the code: paused, exhausted, expired, or from a block that failed too often', () => {
    const states: ((one: ReturnType<typeof world>) => void)[] = [
      (one) => Object.assign(one.holder, { failures: 10, forgetAt: START + 1, pausedUntil: START + 1 }),
      (one) => Object.assign(one.holder, { failures: 100, forgetAt: START + 1 }),
      (one) => Object.assign(one.holder.challenges[0] ?? {}, { attempts: 5 }),
      (one) => {
        one.now += 300_000
      },
      (one) => {
        one.block.failures = Array.from({ length: 30 }, () => START)
      },
    ]
    for (const enter of states) {
      const one = world()
      one.issue()
      enter(one)
      const before = structuredClone(one.recipients)
      expect(one.verify(RIGHT)).toEqual(one.verify(WRONG))
      expect(one.verify(RIGHT).outcome).not.toBe('verified')
      expect(one.recipients).toEqual(before)
    }
  })

  it.each([
    ['T14 another intent', { intent: 'transfer' }],
    ['T17 another user', { user: 'bob' }],
  ])('%s finds nothing and charges nothing', (_, fields) => {
    const one = world()
    one.issue()
    expect(one.verify(WRONG, fields)).toEqual({ outcome: 'gone' })
    expect(one.holder).toMatchObject({ failures: 0, challenges: [{ attempts: 0 }] })
  })

  it('T15 another context makes the right code wrong, charges it and ends the challenge', () => {
    const one = world({ context: 'payee-a' })
    one.issue()
    expect(one.verify(RIGHT, { context: 'payee-b' })).toEqual({ outcome: 'wrong', attemptsLeft: 0, failures: 1, waiting: ['sms'] })
    expect(one.verify(RIGHT)).toEqual({ outcome: 'exhausted' })
  })

  it('T21 T22 removes the challenge with its success and leaves a grant only where one is asked for', () => {
    const one = world({ user: 'ada', context: 'payee-a', intent: 'transfer' })
    one.issue()
    const decision = one.verify(RIGHT, { grantSeconds: 60 })
    const proved = [{ channel: 'sms', sealed: 'sealed-sms' }]
    const rest = { complete: true, proved, waiting: [], attemptsLeft: 5, grantExpiresAt: START + 60_000 }
    expect(decision).toEqual({ outcome: 'verified', now: START, ...rest })
    expect(one.holder.challenges).toEqual([])
    const grant = {
      tail: one.parts.tail,
      intent: 'transfer',
      user: 'ada',
      context: 'payee-a',
      verifiedAt: START,
      expiresAt: START + 60_000,
      proved,
    }
    expect(one.holder.grants).toEqual([grant])
    expect(one.verify(RIGHT)).toEqual({ outcome: 'gone' })

    const other = world()
    other.issue()
    expect(other.verify(RIGHT)).toMatchObject({ outcome: 'verified', grantExpiresAt: 0 })
    expect(other.holder.grants).toEqual([])
  })

  it('T25 is too late from the very millisecond of expiry', () => {
    const one = world()
    one.issue()
    one.now = START + 299_999
    expect(one.verify(WRONG).outcome).toBe('wrong')
    one.now += 1
    expect(one.verify(RIGHT)).toEqual({ outcome: 'expired' })
    expect(one.holder.failures).toBe(1)
  })

  it('T25 judges the age of a code from the instant at which it was made, where it was made so', () => {
    const one = world({ answers: [newAnswer(RIGHT, { isAging: true })], limits: FREE })
    one.issue()
    expect(one.holder.challenges[0]?.answers).toMatchObject([{ issuedAt: START }])
    one.now += 10_000
    expect(one.verify(RIGHT, { maxAgeSeconds: 10 })).toMatchObject({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    one.now -= 1
    expect(one.verify(RIGHT, { maxAgeSeconds: 10 }).outcome).toBe('verified')
    const other = world()
    other.issue()
    other.now += 10_000
    expect(other.holder.challenges[0]?.answers[0]).not.toHaveProperty('issuedAt')
    expect(other.verify(RIGHT, { maxAgeSeconds: 10 }).outcome).toBe('verified')
  })

  it('T07 a success sets the failures to 0 and ends what they began', () => {
    const one = world()
    one.issue()
    for (let count = 0; count < 4; count++) one.verify(WRONG)
    one.verify(RIGHT)
    expect(one.holder).toMatchObject({ failures: 0, forgetAt: 0, pausedUntil: 0 })
  })

  it('T07 counts from 0 once the failures before are forgotten', () => {
    const one = world({ limits: { ...FREE, failureMemorySeconds: 100 } })
    one.issue()
    one.verify(WRONG)
    one.now += 100_000
    expect(one.verify(WRONG)).toMatchObject({ outcome: 'wrong', attemptsLeft: 3, failures: 1 })
  })

  it('T29 a success gives the places of its challenge back, and no others', () => {
    const one = world({ limits: FREE })
    one.issue()
    one.renew('111111')
    const other = { at: START, block: '', challenge: 'other-' }
    one.holder.sends = [...one.holder.sends, other]
    const elsewhere = { at: START, recipient: 'one---', callingCode: '1', challenge: 'other-' }
    one.block.sends = [...one.block.sends, elsewhere]
    expect(one.verify('111111').outcome).toBe('verified')
    const used = { at: START, block: 'block-', challenge: '' }
    expect(one.holder.sends).toEqual([used, used, other])
    expect(one.block.sends).toEqual([elsewhere])
  })

  it('T26 leaves at most 20 grants with one recipient; the oldest goes', () => {
    const one = world({ limits: FREE })
    for (let count = 0; count < 21; count++) {
      one.now += 1000
      // Each of an id of its own.
      one.holder.grants = one.holder.grants.map((grant) => ({ ...grant, tail: 'another' }))
      one.issue()
      expect(one.verify(RIGHT, { grantSeconds: 300 }).outcome).toBe('verified')
    }
    expect(one.holder.grants.map(({ verifiedAt }) => verifiedAt)).toEqual(
      Array.from({ length: 20 }, (_, index) => START + 1000 * (index + 2)),
    )
  })

  it('T62 a guess under several secrets is right if one of them is, and unequal lengths are unequal', () => {
    const one = world()
    one.issue()
    expect(one.verify([{ sms: [digest(RIGHT).slice(0, -1), '', `${digest(RIGHT)}x`] }]).outcome).toBe('wrong')
    expect(one.verify([{ sms: [digest(WRONG), digest(RIGHT)] }]).outcome).toBe('verified')
  })

  it('T36 an empty stored digest equals nothing', () => {
    const one = world(BOTH, 2)
    one.issue()
    one.verify(RIGHT)
    expect(one.holder.challenges[0]?.answers[0]).toMatchObject({ digest: '', proved: true })
    expect(one.verify([{ sms: [''] }])).toEqual({ outcome: 'unexpected_channel', channel: 'sms' })
    expect(one.verify([{ email: [''] }]).outcome).toBe('wrong')
  })

  it('a guess for a channel that is not waited for is told apart and costs nothing', () => {
    const one = world()
    one.issue()
    expect(one.verify([guess(RIGHT), guess(RIGHT, 'email')])).toEqual({ outcome: 'unexpected_channel', channel: 'email' })
    expect(one.holder.challenges[0]?.attempts).toBe(0)
  })
})

describe('verify, over several channels', () => {
  it('T68 charges a wrong field to its own recipient and keeps the right one', () => {
    const one = world(BOTH, 2)
    one.issue()
    const decision = one.verify([guess(RIGHT), guess(WRONG, 'email')])
    expect(decision).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1, waiting: ['email'] })
    expect(one.recipients.map(({ failures }) => failures)).toEqual([0, 1])
    expect(one.verify([guess(MAIL_CODE, 'email')])).toMatchObject({ complete: true, proved: [{ channel: 'sms' }, { channel: 'email' }] })
  })

  it('T25 ends with the first code that was proved, also where the challenge was renewed before that', () => {
    const one = world(BOTH, 2)
    one.issue()
    one.now += 100_000
    one.renew('', { answers: [newAnswer('888888', { channel: 'email', recipient: 1 })] })
    one.now += 100_000
    expect(one.verify(RIGHT)).toMatchObject({ complete: false })
    expect(one.holder.challenges[0]).toMatchObject({ expiresAt: START + 300_000 })
    one.now = START + 300_000
    expect(one.verify([guess('888888', 'email')])).toEqual({ outcome: 'expired' })
  })

  it('T68 a code that may stand for either channel is charged to both when it is wrong', () => {
    const one = world({ ...BOTH, mode: 'any' }, 2)
    one.issue()
    one.verify([{ sms: [digest(WRONG)], email: [digest(WRONG)] }])
    expect(one.recipients.map(({ failures }) => failures)).toEqual([1, 1])
    expect(one.holder.challenges[0]?.attempts).toBe(1)
  })

  it('T05 charges a recipient once for each of its codes that was compared, and the challenge once', () => {
    const answers = [newAnswer(RIGHT), newAnswer('777777', { channel: 'call' })]
    const one = world({ answers, limits: FREE })
    one.issue()
    const ambiguous = { sms: [digest(WRONG)], call: [digest(WRONG)] }
    expect(one.verify([ambiguous])).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 2, waiting: ['sms', 'call'] })
    expect(one.verify(WRONG)).toMatchObject({ attemptsLeft: 3, failures: 3 })
    one.renew('', { answers: [newAnswer('111111')], resend: 'keep' })
    expect(one.verify([ambiguous, ambiguous])).toMatchObject({ attemptsLeft: 2, failures: 7 })
    expect(one.block.failures).toHaveLength(3)
  })

  it('gives back the place of the recipient that was proved, and clears its failures only', () => {
    const one = world({ ...BOTH, mode: 'any' }, 2)
    one.issue()
    one.verify([{ sms: [digest(WRONG)], email: [digest(WRONG)] }])
    one.verify([{ sms: [digest(MAIL_CODE)], email: [digest(MAIL_CODE)] }])
    const [phone, mailbox] = one.recipients as readonly RecipientRecord[]
    const mark = one.parts.tail.slice(0, 6)
    expect([phone?.failures, phone?.sends]).toMatchObject([1, [{ challenge: mark }]])
    expect([mailbox?.failures, mailbox?.sends]).toMatchObject([0, [{ challenge: '' }]])
  })

  it('T21 with `keep`, the other code of a channel goes with the one that was right', () => {
    const one = world(BOTH, 2)
    one.issue()
    const answers = [newAnswer('111111'), newAnswer('222222', { channel: 'email', recipient: 1 })]
    one.renew('', { answers, resend: 'keep' })
    expect(one.verify('111111')).toMatchObject({ outcome: 'verified', complete: false })
    expect(one.verify(RIGHT)).toEqual({ outcome: 'unexpected_channel', channel: 'sms' })
    expect(one.verify([guess(MAIL_CODE, 'email')])).toMatchObject({ complete: true, proved: [{ channel: 'email' }, { channel: 'sms' }] })
  })
})
