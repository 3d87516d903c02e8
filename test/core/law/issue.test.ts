import { describe, expect, it } from 'vitest'
import { issue } from '../../../src/core/law/issue.js'
import { FREE, guess, issueRequest, newAnswer, RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, world } from './world.js'

const MAIL = newAnswer('777777', { channel: 'email', recipient: 1 })

describe('issue', () => {
  it('T28 creates the challenge and reserves a place with the recipient and the address block, in one step', () => {
    const one = world()
    expect(one.issue()).toEqual({
      outcome: 'issued',
      now: START,
      expiresAt: START + 300_000,
      attemptsLeft: 5,
      resendAt: START + 30_000,
      block: { sendsLeft: 19, resetAt: START + 3_600_000 },
    })
    expect(one.holder.challenges).toMatchObject([{ tail: one.parts.tail, attempts: 0, expiresAt: START + 300_000 }])
    expect(one.holder.sends).toEqual([{ at: START, block: 'block-', challenge: one.parts.tail.slice(0, 6) }])
    expect(one.block.sends).toEqual([{ at: START, recipient: 'one---', callingCode: '1', challenge: one.parts.tail.slice(0, 6) }])
  })

  it('T30 marks the sends of a known device, as long as its own quota lasts', () => {
    const one = world({ limits: { ...FREE, knownDeviceSendsPerHour: 1 } })
    for (let count = 0; count < 2; count++) one.issueAnother({ isKnownDevice: true })
    one.issueAnother()
    expect(one.holder.sends.map(({ isKnown }) => isKnown)).toEqual([true, undefined, undefined])
  })

  it('T28 asks for no place with an address block where address limits do not apply', () => {
    const one = world()
    const decision = issue({ recipients: one.recipients, block: undefined }, issueRequest({ id: one.id }), one.parts, START)
    expect(decision).toMatchObject({ outcome: 'issued', resendAt: START + 30_000 })
    expect(decision).not.toHaveProperty('block')
  })

  it('T08 marks with each recipient the calling code of its own message', () => {
    const mail = newAnswer(RIGHT, { channel: 'email', recipient: 1, callingCode: '' })
    const abroad = newAnswer(RIGHT, { channel: 'call', recipient: 2, callingCode: '44' })
    const one = world({ answers: [newAnswer(RIGHT), mail, abroad] }, 4)
    one.issue()
    expect(one.block.sends.map(({ callingCode }) => callingCode)).toEqual(['1', '', '44', ''])
  })

  it('T27 says when the oldest send of the address block leaves its hour', () => {
    const one = world({ limits: FREE })
    one.issueAnother()
    one.now += 1000
    expect(one.issue()).toMatchObject({ block: { sendsLeft: 18, resetAt: START + 3_600_000 } })
  })

  it('T28 changes nothing when it refuses', () => {
    const one = world({}, 2)
    const [, second = one.holder] = one.recipients
    second.sends = [{ at: START, block: '', challenge: 'other' }]
    const before = structuredClone(one.recipients)
    expect(one.issue()).toEqual({ outcome: 'limited', limit: 'cooldown', retryAfterMs: 30_000 })
    expect(one.recipients).toEqual(before)
    expect(one.block.sends).toEqual([])
  })

  it('T11 refuses a fourth pending challenge of one intent and says when the first ends', () => {
    const one = world({ limits: FREE })
    for (let count = 0; count < 3; count++) {
      expect(one.issueAnother().outcome).toBe('issued')
      one.now += 10_000
    }
    expect(one.issue()).toEqual({ outcome: 'limited', limit: 'pending', retryAfterMs: 270_000 })
    expect(one.issueAnother({ intent: 'transfer' }).outcome).toBe('issued')
    expect(one.holder.challenges).toHaveLength(4)
  })

  it.each([
    ['expired', { expiresAt: START }],
    ['exhausted', { attempts: 5 }],
  ])('T11 does not count a challenge that is %s as pending', (_, fields) => {
    const one = world({ limits: FREE })
    for (let count = 0; count < 3; count++) one.issueAnother()
    Object.assign(one.holder.challenges[1] ?? {}, fields)
    expect(one.issue().outcome).toBe('issued')
  })

  it('T24 puts a challenge in the place of the one with its id, and forgets the grant of that id', () => {
    const one = world({ limits: { ...FREE, pendingPerRecipient: 1 } })
    one.issue()
    expect(one.issue().outcome).toBe('issued')
    expect(one.holder.challenges).toHaveLength(1)
    one.verify(RIGHT, { grantSeconds: 60 })
    one.issue()
    expect(one.holder).toMatchObject({ grants: [], challenges: [{ tail: one.parts.tail, attempts: 0 }] })
    one.issueAnother({ intent: 'transfer' })
    expect(one.holder.challenges).toHaveLength(2)
  })

  it('T24 leaves what stands under the id where it refuses', () => {
    const one = world()
    one.issue()
    one.verify(RIGHT, { grantSeconds: 60 })
    one.issueAnother()
    const before = structuredClone(one.recipients)
    expect(one.issue()).toMatchObject({ limit: 'cooldown' })
    expect(one.issue({ limits: { ...FREE, pendingPerRecipient: 1 } })).toMatchObject({ limit: 'pending' })
    expect(one.recipients).toEqual(before)
  })
})

describe('renew', () => {
  it('T03 keeps every failure, and counts as a send', () => {
    const one = world()
    one.issue()
    one.verify(WRONG)
    one.now += 30_000
    expect(one.renew('111111')).toMatchObject({ outcome: 'issued', attemptsLeft: 5, resendAt: START + 90_000 })
    expect(one.holder).toMatchObject({ failures: 1, sends: [{ at: START }, { at: START + 30_000 }] })
  })

  it('T24 replaces the code, or keeps the newest two under the one count', () => {
    const replaced = world({ limits: FREE })
    replaced.issue()
    replaced.verify(WRONG)
    replaced.renew('111111')
    expect(replaced.holder.challenges[0]).toMatchObject({ attempts: 0, answers: [newAnswer('111111')].map(({ digest }) => ({ digest })) })

    const kept = world({ limits: FREE })
    kept.issue()
    kept.verify(WRONG)
    kept.renew('111111', { resend: 'keep' })
    kept.renew('222222', { resend: 'keep' })
    const digests = ['111111', '222222'].map((code) => newAnswer(code).digest)
    expect(kept.holder.challenges[0]).toMatchObject({ attempts: 1, answers: digests.map((digest) => ({ digest })) })
  })

  it('T11 finds its own challenge beside others of the recipient, and nothing where there is none', () => {
    const one = world({ limits: FREE })
    expect(one.renew('111111')).toEqual({ outcome: 'gone' })
    one.issueAnother()
    one.issue()
    one.renew('111111')
    expect(one.holder.challenges.map(({ answers }) => answers.map(({ digest }) => digest))).toEqual([
      [newAnswer(RIGHT).digest],
      [newAnswer('111111').digest],
    ])
  })

  it('T24 with `all`, keeps the old code of the channel that is asked for, and each other code once', () => {
    const one = world({ mode: 'all', answers: [MAIL, newAnswer(RIGHT)], limits: FREE }, 2)
    one.issue()
    one.renew('', { answers: [newAnswer('888888', { channel: 'email', recipient: 1 })], resend: 'keep' })
    expect(one.holder.challenges[0]?.answers.map(({ digest }) => digest)).toEqual(
      [RIGHT, '777777', '888888'].map((code) => newAnswer(code).digest),
    )
  })

  it('T12 has the budget of failures of the weakest of its codes', () => {
    const budgetAfter = (first: number | undefined, second: number | undefined): number | undefined => {
      const one = world({ limits: FREE, failuresPerDay: first })
      one.issue()
      one.renew('111111', { failuresPerDay: second })
      return one.holder.challenges[0]?.failuresPerDay
    }
    expect([budgetAfter(5, 10), budgetAfter(10, 5), budgetAfter(5, undefined), budgetAfter(undefined, 7)]).toEqual([5, 5, 5, 7])
    expect(budgetAfter(undefined, undefined)).toBeUndefined()
  })

  it('T27 waits like any other send, and changes nothing until then', () => {
    const one = world()
    one.issue()
    one.now += 29_999
    expect(one.renew('111111')).toEqual({ outcome: 'limited', limit: 'cooldown', retryAfterMs: 1 })
    expect(one.verify(RIGHT).outcome).toBe('verified')
  })

  it('T25 gives the new code its own life, and leaves a kept one its end', () => {
    const one = world({ limits: FREE })
    one.issue()
    one.now += 100_000
    one.renew('111111', { resend: 'keep' })
    expect(one.holder.challenges[0]?.answers.map(({ expiresAt }) => expiresAt - START)).toEqual([300_000, 400_000])
    one.now = START + 300_000
    expect(one.verify(RIGHT)).toMatchObject({ outcome: 'wrong', failures: 2 })
    one.now = START + 399_999
    expect(one.verify('111111').outcome).toBe('verified')
  })

  it.each([
    ['another intent', { intent: 'transfer' }],
    ['another user', { user: 'bob' }],
    ['another context', { context: 'payee-b' }],
    ['another mode', { mode: 'all' as const }],
  ])('T14 T17 finds nothing for %s', (_, fields) => {
    const one = world({ limits: FREE })
    one.issue()
    expect(one.renew('111111', fields)).toEqual({ outcome: 'gone' })
    expect(one.verify(RIGHT).outcome).toBe('verified')
  })

  it('T01 does not revive a challenge that is exhausted or expired', () => {
    const exhausted = world({ limits: FREE })
    exhausted.issue()
    for (let count = 0; count < 5; count++) exhausted.verify(WRONG)
    expect(exhausted.renew('111111')).toEqual({ outcome: 'gone' })

    const expired = world({ limits: FREE })
    expired.issue()
    expired.now += 300_000
    expect(expired.renew('111111')).toEqual({ outcome: 'gone' })
  })

  it('T68 with `all`, a new code for one channel does not excuse from the others, whose count goes on', () => {
    const one = world({ mode: 'all', answers: [newAnswer(RIGHT), MAIL], limits: FREE }, 2)
    one.issue()
    one.verify(WRONG)
    expect(one.renew('', { answers: [newAnswer('888888', { channel: 'email', recipient: 1 })] })).toMatchObject({ attemptsLeft: 4 })
    expect(one.verify([guess('888888', 'email')])).toMatchObject({ outcome: 'verified', complete: false, waiting: ['sms'] })
    expect(one.verify(RIGHT)).toMatchObject({ outcome: 'verified', complete: true })
  })

  it('T68 with `any`, a new code for one channel replaces those of all', () => {
    const one = world({ answers: [newAnswer(RIGHT), MAIL], limits: FREE }, 2)
    one.issue()
    one.renew('', { answers: [newAnswer('888888', { channel: 'email', recipient: 1 })] })
    expect(one.verify(RIGHT)).toEqual({ outcome: 'unexpected_channel', channel: 'sms' })
    expect(one.verify([guess('888888', 'email')])).toMatchObject({ outcome: 'verified', complete: true })
  })

  it('T25 with `all`, does not stretch the life of what was proved', () => {
    const one = world({ mode: 'all', answers: [newAnswer(RIGHT), MAIL], limits: FREE }, 2)
    one.issue()
    one.verify(RIGHT)
    const answers = [newAnswer('888888', { channel: 'email', recipient: 1 })]
    one.now += 200_000
    expect(one.renew('', { answers })).toMatchObject({ outcome: 'issued', expiresAt: START + 300_000 })
    expect(one.holder.challenges[0]?.answers.map(({ expiresAt }) => expiresAt - START)).toEqual([300_000, 300_000])
    one.now = START + 299_999
    expect(one.renew('', { answers })).toMatchObject({ outcome: 'issued', expiresAt: START + 300_000 })
    one.now += 1
    expect(one.verify([guess('888888', 'email')])).toEqual({ outcome: 'expired' })
    expect(one.renew('', { answers })).toEqual({ outcome: 'gone' })
  })

  it('keeps what was proved already', () => {
    const one = world({ mode: 'all', answers: [newAnswer(RIGHT), MAIL], limits: FREE }, 2)
    one.issue()
    one.verify(RIGHT)
    one.renew('', { answers: [newAnswer('888888', { channel: 'email', recipient: 1 })] })
    expect(one.verify([guess('888888', 'email')])).toMatchObject({ complete: true, proved: [{ channel: 'sms' }, { channel: 'email' }] })
  })
})
