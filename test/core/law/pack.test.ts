import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packBlock, packLabel, packRecipient, unpackBlock, unpackLabel, unpackRecipient } from '../../../src/core/law/pack.js'
import { CHANNEL_NAMES } from '../../../src/ports/message.js'
import { isPackedBlock, isPackedLabel, isPackedRecipient } from '../../../src/stores/packed-shape.js'
import { RIGHT, WRONG } from '../../../src/testing/contract/bench.js'
import { START, world } from './world.js'

const instant = fc.nat(2 ** 41)
const channel = fc.constantFrom(...CHANNEL_NAMES)
const text = fc.string({ unit: 'binary' })
const bound = { tail: text, intent: text, user: text, context: text }
const status = fc.constantFrom('sent' as const, 'delivered' as const, 'failed' as const)
const answer = fc.record(
  {
    channel,
    recipient: fc.nat(3),
    digest: text,
    expiresAt: instant,
    sealed: text,
    proved: fc.boolean(),
    receipt: status,
    issuedAt: instant,
  },
  { requiredKeys: ['channel', 'recipient', 'digest', 'expiresAt', 'sealed', 'proved'] },
)
const label = fc.record({ id: text, channel, expiresAt: instant, sealed: text, status: fc.option(status, { nil: undefined }) })
const challenge = fc.record(
  {
    ...bound,
    mode: fc.constantFrom('any' as const, 'all' as const),
    maxAttempts: fc.nat(100),
    attempts: fc.nat(100),
    expiresAt: instant,
    answers: fc.array(answer),
    failuresPerDay: fc.nat(50),
  },
  { requiredKeys: ['tail', 'intent', 'user', 'context', 'mode', 'maxAttempts', 'attempts', 'expiresAt', 'answers'] },
)
const grant = fc.record({ ...bound, verifiedAt: instant, expiresAt: instant, proved: fc.array(fc.record({ channel, sealed: text })) })
const recipient = fc.record({
  failures: fc.nat(),
  forgetAt: instant,
  pausedUntil: instant,
  dayFailures: fc.oneof(fc.constant([]), fc.array(instant)),
  knownFailures: fc.oneof(fc.constant(0), fc.nat()),
  knownForgetAt: fc.oneof(fc.constant(0), instant),
  knownPausedUntil: fc.oneof(fc.constant(0), instant),
  sends: fc.array(
    fc.record(
      { at: instant, block: text, challenge: text, isKnown: fc.constant(true as const) },
      { requiredKeys: ['at', 'block', 'challenge'] },
    ),
  ),
  challenges: fc.array(challenge),
  grants: fc.array(grant),
})
const blockMark = fc.record({ at: instant, recipient: text, callingCode: text, challenge: text })
const block = fc.record({ sends: fc.array(blockMark), failures: fc.array(instant) })

describe('packing', () => {
  it('loses nothing of any record, and is known by its shape', () => {
    fc.assert(
      fc.property(recipient, block, label, (one, other, third) => {
        expect(unpackRecipient(packRecipient(one))).toEqual(one)
        expect(unpackBlock(packBlock(other))).toEqual(other)
        expect([isPackedRecipient(packRecipient(one)), isPackedBlock(packBlock(other))]).toEqual([true, true])
        expect(unpackLabel(packLabel(third))).toEqual(third)
        expect([isPackedLabel(packLabel(third)), isPackedLabel(packBlock(other)), isPackedRecipient(packLabel(third))]).toEqual([
          true,
          false,
          false,
        ])
        expect([isPackedRecipient(packBlock(other)), isPackedBlock(packRecipient(one))]).toEqual([false, false])
      }),
      { numRuns: 50 },
    )
  })

  it('reads records that were written before there were budgets and known devices', () => {
    const old = [1, 2, 0, [[3, 'block-', 'mark--']], [['t', 'login', '', '', 'any', 5, 1, 9, [['sms', 0, 'd', 9, 's', false]]]], []]
    expect(isPackedRecipient(JSON.stringify(old))).toBe(true)
    const record = unpackRecipient(JSON.stringify(old))
    expect(record).toMatchObject({ dayFailures: [], knownFailures: 0, knownForgetAt: 0, knownPausedUntil: 0 })
    expect(JSON.parse(packRecipient(record))).toEqual(old)
  })

  it('writes no field name', () => {
    const one = world({ origin: 'block-a' })
    one.issue()
    one.verify(WRONG)
    const { tail } = one.parts
    const [{ digest } = { digest: '' }] = one.holder.challenges[0]?.answers ?? []
    const expiresAt = START + 300_000
    expect(JSON.parse(packRecipient(one.holder))).toEqual([
      1,
      START + 2_592_000_000,
      0,
      [[START, 'block-', tail.slice(0, 6)]],
      [[tail, 'login', '', '', 'any', 5, 1, expiresAt, [['sms', 0, digest, expiresAt, 'sealed-sms', false]]]],
      [],
      [START],
    ])
    expect(packBlock(one.block)).toBe(`[[[${START},"one---","1","${tail.slice(0, 6)}"]],[${START}]]`)
    one.verify(RIGHT, { grantSeconds: 60 })
    expect(JSON.parse(packRecipient(one.holder))[5]).toEqual([[tail, 'login', '', '', START, START + 60_000, [['sms', 'sealed-sms']]]])
  })
})
