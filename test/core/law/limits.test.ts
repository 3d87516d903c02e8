import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/core/law/default-limits.js'
import { clearFailures, guessRefusal, recordFailure, resendAt, sendRefusal } from '../../../src/core/law/limits.js'
import { type BlockRecord, emptyBlock, emptyRecipient, type RecipientRecord, type SendMark } from '../../../src/core/law/records.js'
import type { Limited, Limits } from '../../../src/ports/store.js'
import { FREE, issueRequest, newAnswer, newKey, range } from '../../../src/testing/contract/bench.js'
import { START } from './world.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function sent(at: number, block = ''): SendMark {
  return { at, block, challenge: 'tailed' }
}

function withSends(...sends: readonly SendMark[]): RecipientRecord {
  return { ...emptyRecipient(), sends }
}

function refuse(
  record: RecipientRecord,
  limits: Limits,
  now: number = START,
  { origin = '', block = undefined as BlockRecord | undefined } = {},
): Limited | undefined {
  const recipients = [newKey()]
  return sendRefusal({ recipients: [record], block }, issueRequest({ recipients, limits, origin }), recipients, now)
}

describe('the default limits', () => {
  it('are those of the threat catalogue', () => {
    expect(DEFAULT_LIMITS).toEqual({
      cooldownSeconds: [30, 60, 120],
      recipientSendsPerHour: 5,
      recipientSendsPerDay: 10,
      recipientSendsPerDayInAll: 50,
      recipientSendsPerHourFromOneBlock: 3,
      knownDeviceSendsPerHour: 3,
      pendingPerRecipient: 3,
      failuresBeforePause: 10,
      pauseSeconds: 30,
      maxPauseSeconds: 3600,
      failuresBeforeDisabled: 80,
      knownDeviceFailuresBeforeDisabled: 20,
      recipientFailuresPerDay: 20,
      failureMemorySeconds: 2_592_000,
      blockSendsPerHour: 20,
      blockRecipientsPerHour: 10,
      blockCallingCodesPerHour: 3,
      blockFailuresPerHour: 30,
    })
  })
})

describe('pauses', () => {
  it('T07 begin with the tenth failure and double: 30 s, 60 s ... an hour', () => {
    const record = emptyRecipient()
    const seconds = range(20).map(() => {
      recordFailure(record, DEFAULT_LIMITS, START)
      return Math.max(record.pausedUntil - START, 0) / 1000
    })
    expect(seconds).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600])
    expect(record).toMatchObject({ failures: 20, forgetAt: START + 30 * DAY })
  })

  it('T07 are forgotten so long after the last failure, not after the first', () => {
    const record = emptyRecipient()
    recordFailure(record, DEFAULT_LIMITS, START)
    recordFailure(record, DEFAULT_LIMITS, START + DAY)
    expect(record.forgetAt).toBe(START + 31 * DAY)
  })

  it('T07 stay exact numbers however many failures there were', () => {
    const record = { ...emptyRecipient(), failures: 5000 }
    recordFailure(record, { ...DEFAULT_LIMITS, maxPauseSeconds: 86_400 }, START)
    expect(record.pausedUntil).toBe(START + DAY)
  })

  it('T07 refuse guesses and sends until the very millisecond they end', () => {
    const record = { ...emptyRecipient(), failures: 10, forgetAt: START + DAY, pausedUntil: START + 30_000 }
    const paused = { outcome: 'limited', limit: 'paused', retryAfterMs: 1 }
    const now = START + 29_999
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, now)).toEqual(paused)
    expect(refuse(record, DEFAULT_LIMITS, now)).toEqual(paused)
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, now + 1)).toBeUndefined()
    expect(refuse(record, DEFAULT_LIMITS, now + 1)).toBeUndefined()
  })

  it('T07 of any recipient of a challenge hold it up', () => {
    const paused = { ...emptyRecipient(), failures: 10, forgetAt: START + DAY, pausedUntil: START + 30_000 }
    expect(guessRefusal({ recipients: [emptyRecipient(), paused], block: undefined }, DEFAULT_LIMITS, START)).toMatchObject({
      limit: 'paused',
    })
  })
})

describe('a disabled recipient', () => {
  it('T07 is one at which unknown devices failed 80 times in a row, and known ones 20 times, and is told to wait as long as in the longest pause', () => {
    const record = { ...emptyRecipient(), failures: 79, forgetAt: START + DAY, knownFailures: 19, knownForgetAt: START + DAY }
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START)).toBeUndefined()
    record.failures = 80
    const disabled = { outcome: 'limited', limit: 'disabled', retryAfterMs: HOUR }
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START)).toEqual(disabled)
    expect(refuse(record, FREE)).toEqual(disabled)
    const known = (): Limited | undefined =>
      guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START, { isKnownDevice: true })
    expect(known()).toBeUndefined()
    record.knownFailures = 20
    expect(known()).toEqual(disabled)
  })

  it('T07 is free again when its failures are forgotten', () => {
    const record = { ...emptyRecipient(), failures: 100, forgetAt: START }
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START)).toBeUndefined()
  })
})

describe('the failures of a day', () => {
  it('T07 are remembered up to the highest budget, and cleared by no success', () => {
    const record = emptyRecipient()
    for (const index of range(60)) recordFailure(record, FREE, START + index)
    expect(record.dayFailures).toEqual(range(50).map((index) => START + 10 + index))
    clearFailures(record)
    expect(record).toMatchObject({ failures: 0, dayFailures: { length: 50 } })
  })

  it('T07 refuse from the twentieth on, after a pause and a disabling are asked for, until the oldest leaves', () => {
    const record = { ...emptyRecipient(), dayFailures: range(20).map((index) => START - 20 + index) }
    const refused = { outcome: 'limited', limit: 'recipient_failures_day', retryAfterMs: DAY - 20 }
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START)).toEqual(refused)
    expect(refuse(record, DEFAULT_LIMITS)).toEqual(refused)
    expect(refuse(record, DEFAULT_LIMITS, START + DAY - 20)).toBeUndefined()
    expect(refuse({ ...record, pausedUntil: START + 1 }, DEFAULT_LIMITS)?.limit).toBe('paused')
  })

  it('T12 have a smaller budget where a challenge says so, never a greater one', () => {
    const records = { recipients: [{ ...emptyRecipient(), dayFailures: [START - 2, START - 1] }] as const, block: undefined }
    const refused = (failuresPerDay: number, recipientFailuresPerDay: number): boolean =>
      guessRefusal(records, { ...DEFAULT_LIMITS, recipientFailuresPerDay }, START, { failuresPerDay }) !== undefined
    expect([refused(2, 20), refused(3, 20), refused(20, 2), refused(20, 20)]).toEqual([true, false, true, false])
  })
})

describe('sends to one recipient', () => {
  it('T27 wait 30 s after the first within the hour, 60 s after the second, then 120 s', () => {
    const at = (count: number): SendMark[] => range(count).map((index) => sent(START - 1000 * (count - index)))
    expect([1, 2, 3, 4].map((count) => resendAt(withSends(...at(count)), DEFAULT_LIMITS, START) - START)).toEqual([
      29_000, 59_000, 119_000, 119_000,
    ])
    expect(refuse(withSends(...at(2)), DEFAULT_LIMITS)).toEqual({ outcome: 'limited', limit: 'cooldown', retryAfterMs: 59_000 })
    expect(refuse(withSends(sent(START - 30_000)), DEFAULT_LIMITS)).toBeUndefined()
  })

  it('T52 tell a challenge of its own sends only', () => {
    const own = { ...sent(START - 10_000), challenge: 'own---' }
    const record = withSends(own, sent(START - 5000), sent(START - 1000), { ...sent(START), challenge: '' })
    expect(resendAt(record, DEFAULT_LIMITS, START, 'own---')).toBe(START + 20_000)
    expect(resendAt(record, DEFAULT_LIMITS, START, 'other-')).toBe(START)
    expect(resendAt(record, DEFAULT_LIMITS, START)).toBe(START + 119_000)
  })

  it('T27 begin anew with the shortest wait after an hour', () => {
    const old = range(4).map((index) => sent(START - HOUR - index))
    expect(resendAt(withSends(...old, sent(START)), DEFAULT_LIMITS, START)).toBe(START + 30_000)
  })

  it.each([
    ['an hour', HOUR, 'recipient_hour', { ...FREE, recipientSendsPerHour: 2 }],
    ['a day', DAY, 'recipient_day', { ...FREE, recipientSendsPerDay: 2 }],
  ])('T27 are limited in any %s, until the oldest that counts has left it', (_, window, limit, limits) => {
    const record = withSends(sent(START - window), sent(START - window + 5), sent(START - window + 9))
    expect(refuse(record, limits)).toEqual({ outcome: 'limited', limit, retryAfterMs: 5 })
    expect(refuse(record, limits, START + 5)).toBeUndefined()
  })

  it('T29 T35 count in all where their codes were used, and nowhere else', () => {
    const used = { ...sent(START - 5, 'block-'), challenge: '' }
    const record = withSends(used, used, used)
    const tight = { ...DEFAULT_LIMITS, recipientSendsPerHour: 1, recipientSendsPerDay: 1, recipientSendsPerHourFromOneBlock: 1 }
    expect(refuse(record, tight, START, { origin: 'block-a' })).toBeUndefined()
    const limits = { ...tight, recipientSendsPerDayInAll: 3 }
    expect(refuse(record, limits)).toEqual({ outcome: 'limited', limit: 'recipient_day_in_all', retryAfterMs: DAY - 5 })
    expect(refuse(record, limits, START + DAY - 5)).toBeUndefined()
  })

  it('T30 are limited for one address block, known by the beginning of its key', () => {
    const limits = { ...FREE, recipientSendsPerHourFromOneBlock: 2 }
    const record = withSends(sent(START - 10, 'block-'), sent(START - 5, 'block-'), sent(START, ''))
    expect(refuse(record, limits, START, { origin: 'block-a' })).toEqual({
      outcome: 'limited',
      limit: 'recipient_block',
      retryAfterMs: HOUR - 10,
    })
    expect(refuse(record, limits, START, { origin: 'other-a' })).toBeUndefined()
    expect(refuse(withSends(sent(START), sent(START)), limits)).toBeUndefined()
  })

  it('T27 are told the first limit that refuses: a pause before a cooldown before a quota', () => {
    const record = { ...withSends(sent(START), sent(START)), failures: 10, forgetAt: START + DAY, pausedUntil: START + 5 }
    const limits = { ...DEFAULT_LIMITS, recipientSendsPerHour: 1 }
    expect(refuse(record, limits)?.limit).toBe('paused')
    expect(refuse(record, limits, START + 5)?.limit).toBe('cooldown')
    expect(refuse(record, limits, START + 60_000)?.limit).toBe('recipient_hour')
  })
})

describe('an address block', () => {
  const mark = (fields: object = {}): BlockRecord['sends'][number] => ({
    at: START - 10,
    recipient: newKey().slice(0, 6),
    callingCode: '1',
    challenge: 'tailed',
    ...fields,
  })

  it.each([
    ['sends', { ...FREE, blockSendsPerHour: 3 }, 'block_sends', range(3).map(() => mark({ recipient: 'same--' }))],
    ['recipients', { ...FREE, blockRecipientsPerHour: 3 }, 'block_recipients', range(3).map(() => mark())],
    [
      'calling codes',
      { ...FREE, blockCallingCodesPerHour: 2 },
      'block_calling_codes',
      [mark({ callingCode: '44' }), mark({ callingCode: '49' })],
    ],
  ])('T08 has so many %s an hour', (_, limits, limit, sends) => {
    const block = { ...emptyBlock(), sends }
    expect(refuse(emptyRecipient(), limits, START, { block })).toEqual({ outcome: 'limited', limit, retryAfterMs: HOUR - 10 })
    expect(refuse(emptyRecipient(), limits, START + HOUR - 10, { block })).toBeUndefined()
    expect(refuse(emptyRecipient(), limits, START, { block: { ...block, sends: sends.slice(1) } })).toBeUndefined()
  })

  it('T08 needs a free place for each recipient of a request', () => {
    const recipients = [newKey(), newKey(), newKey()]
    const refuseAll = (blockSendsPerHour: number): Limited | undefined => {
      const block = { ...emptyBlock(), sends: [mark({ at: START - 20 }), mark()] }
      const request = issueRequest({ recipients, limits: { ...FREE, blockSendsPerHour } })
      return sendRefusal({ recipients: [emptyRecipient()], block }, request, recipients, START)
    }
    expect(refuseAll(5)).toBeUndefined()
    expect(refuseAll(4)).toEqual({ outcome: 'limited', limit: 'block_sends', retryAfterMs: HOUR - 20 })
    expect(refuseAll(3)).toEqual({ outcome: 'limited', limit: 'block_sends', retryAfterMs: HOUR - 10 })
    expect(refuseAll(2)).toEqual({ outcome: 'limited', limit: 'block_sends', retryAfterMs: HOUR })
  })

  it('T08 is counted over the last hour only', () => {
    const sends = [mark({ at: START - HOUR, recipient: 'other-', callingCode: '44' })]
    const limits = { ...FREE, blockSendsPerHour: 1, blockRecipientsPerHour: 1, blockCallingCodesPerHour: 1 }
    expect(refuse(emptyRecipient(), limits, START, { block: { ...emptyBlock(), sends } })).toBeUndefined()
    expect(refuse(emptyRecipient(), limits, START - 1, { block: { ...emptyBlock(), sends } })).toMatchObject({ retryAfterMs: 1 })
    const two = { ...emptyBlock(), sends: [...sends, mark({ at: START - 10, recipient: 'other-' })] }
    const refused = { outcome: 'limited', limit: 'block_recipients', retryAfterMs: HOUR - 10 }
    expect(refuse(emptyRecipient(), { ...limits, blockSendsPerHour: 9 }, START, { block: two })).toEqual(refused)
  })

  it('T08 may go on with recipients and calling codes that it has reached before', () => {
    const recipients = [newKey()]
    const sends = [mark({ recipient: recipients[0]?.slice(0, 6), callingCode: '44' })]
    const limits = { ...FREE, blockRecipientsPerHour: 1, blockCallingCodesPerHour: 1 }
    const records = { recipients: [emptyRecipient()] as const, block: { ...emptyBlock(), sends } }
    const request = issueRequest({ recipients, limits, answers: [newAnswer('1', { callingCode: '44' })] })
    expect(sendRefusal(records, request, recipients, START)).toBeUndefined()
    sends.push(mark({ recipient: sends[0]?.recipient, callingCode: '' }))
    expect(sendRefusal(records, request, recipients, START)).toBeUndefined()
    const mail = issueRequest({ recipients, limits, answers: [newAnswer('1', { channel: 'email' })] })
    expect(sendRefusal(records, mail, recipients, START)).toBeUndefined()
  })

  it('T08 has 30 failures an hour, for guesses and sends', () => {
    const block = { ...emptyBlock(), failures: range(30).map((index) => START - 30 + index) }
    const refused = { outcome: 'limited', limit: 'block_failures', retryAfterMs: HOUR - 30 }
    const records = { recipients: [emptyRecipient()] as const, block }
    expect(guessRefusal(records, DEFAULT_LIMITS, START)).toEqual(refused)
    expect(refuse(emptyRecipient(), DEFAULT_LIMITS, START, { block })).toEqual(refused)
    expect(guessRefusal({ ...records, block: { ...block, failures: block.failures.slice(1) } }, DEFAULT_LIMITS, START)).toBeUndefined()
  })
})
