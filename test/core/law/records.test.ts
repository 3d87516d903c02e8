import { describe, expect, it } from 'vitest'
import {
  type BlockRecord,
  blockExpiry,
  type Challenge,
  emptyBlock,
  emptyRecipient,
  type Grant,
  type RecipientRecord,
  recipientExpiry,
  tidy,
  tidyBlock,
  tidyRecipient,
} from '../../../src/core/law/records.js'
import { START } from './world.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function challenge(expiresAt: number): Challenge {
  return { tail: 't', intent: 'login', user: '', context: '', mode: 'any', maxAttempts: 5, attempts: 0, expiresAt, answers: [] }
}

function grant(expiresAt: number): Grant {
  return { tail: 't', intent: 'login', user: '', context: '', verifiedAt: START, expiresAt, proved: [] }
}

/** Each thing a record can hold, and for how long after `START` it matters. */
const HELD: readonly (readonly [string, Partial<RecipientRecord>, number])[] = [
  ['failures', { failures: 3, forgetAt: START + 30 * DAY }, 30 * DAY],
  ['failures of known devices', { knownFailures: 3, knownForgetAt: START + 30 * DAY }, 30 * DAY],
  ['a pause of known devices', { knownPausedUntil: START + 30_000 }, 30_000],
  ['a failure of the day', { dayFailures: [START] }, DAY],
  ['a pause', { pausedUntil: START + 30_000 }, 30_000],
  ['a send', { sends: [{ at: START, block: '', challenge: 't' }] }, DAY],
  ['a challenge, ten minutes longer than itself', { challenges: [challenge(START + 5 * MINUTE)] }, 15 * MINUTE],
  ['a grant', { grants: [grant(START + 5 * MINUTE)] }, 5 * MINUTE],
]

describe('the record of a recipient', () => {
  it.each(HELD)('T56 keeps %s until it no longer matters', (_, held, life) => {
    const record = { ...emptyRecipient(), ...structuredClone(held) }
    tidyRecipient(record, START + life - 1)
    expect(record).toEqual({ ...emptyRecipient(), ...held })
    expect(recipientExpiry(record)).toBe(START + life)
    tidyRecipient(record, START + life)
    expect(record).toEqual(emptyRecipient())
    expect(recipientExpiry(record)).toBe(0)
  })

  it('T56 lives as long as the longest-lived thing in it', () => {
    const everything: RecipientRecord = Object.assign(emptyRecipient(), ...HELD.map(([, held]) => held))
    expect(recipientExpiry(everything)).toBe(START + 30 * DAY)
    tidyRecipient(everything, START + DAY)
    expect(everything).toEqual({
      ...emptyRecipient(),
      failures: 3,
      forgetAt: START + 30 * DAY,
      knownFailures: 3,
      knownForgetAt: START + 30 * DAY,
    })
  })
})

describe('the record of an address block', () => {
  it.each<[string, Partial<BlockRecord>]>([
    ['a send', { sends: [{ at: START, recipient: 'one---', callingCode: '1', challenge: 'tailed' }] }],
    ['a failure', { failures: [START] }],
  ])('T56 keeps %s for an hour', (_, held) => {
    const record = { ...emptyBlock(), ...held }
    tidyBlock(record, START + HOUR - 1)
    expect(record).toEqual({ ...emptyBlock(), ...held })
    expect(blockExpiry(record)).toBe(START + HOUR)
    tidyBlock(record, START + HOUR)
    expect(record).toEqual(emptyBlock())
    expect(blockExpiry(record)).toBe(0)
  })
})

describe('the records of a decision', () => {
  it('T56 are all tidied, with an address block or without', () => {
    const recipients = [
      { ...emptyRecipient(), pausedUntil: START },
      { ...emptyRecipient(), dayFailures: [START - DAY] },
    ] as const
    const block = { ...emptyBlock(), failures: [START - HOUR] }
    tidy({ recipients, block }, START)
    expect({ recipients, block }).toEqual({ recipients: [emptyRecipient(), emptyRecipient()], block: emptyBlock() })
    expect(() => tidy({ recipients, block: undefined }, START)).not.toThrow()
  })
})
