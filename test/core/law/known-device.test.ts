import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/core/law/default-limits.js'
import { clearFailures, failuresOf, guessRefusal, isKnownSend, recordFailure, resendAt, sendRefusal } from '../../../src/core/law/limits.js'
import { emptyRecipient, type RecipientRecord, type SendMark } from '../../../src/core/law/records.js'
import type { Limited, Limits } from '../../../src/ports/store.js'
import { FREE, issueRequest, newKey, range } from '../../../src/testing/contract/bench.js'
import { START } from './world.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function sent(at: number, block = ''): SendMark {
  return { at, block, challenge: 'tailed' }
}

function withSends(...sends: readonly SendMark[]): RecipientRecord {
  return { ...emptyRecipient(), sends }
}

describe('a known device', () => {
  const KNOWN = { isKnownDevice: true }

  it('T09 fails in a row of its own, which pauses from the same number on, and uses up no budget of a day', () => {
    const record = emptyRecipient()
    for (const _ of range(11)) recordFailure(record, DEFAULT_LIMITS, START, KNOWN)
    expect(record).toEqual({
      ...emptyRecipient(),
      knownFailures: 11,
      knownForgetAt: START + 30 * DAY,
      knownPausedUntil: START + 60_000,
    })
    expect(failuresOf({ ...record, failures: 3, forgetAt: START + 1 }, START)).toBe(14)
    expect(failuresOf(record, START + 30 * DAY)).toBe(0)
    clearFailures(record)
    expect(record).toEqual(emptyRecipient())
  })

  it('T30 is tried as an unknown one where its quota is used up, its own pause aside', () => {
    const request = issueRequest({ limits: { ...DEFAULT_LIMITS, cooldownSeconds: [0] }, ...KNOWN })
    const known = { ...sent(START - 5), isKnown: true as const }
    const used = withSends(known, known, known)
    expect([isKnownSend(withSends(known, known, { ...known, challenge: '' }), request, START), isKnownSend(used, request, START)]).toEqual([
      true,
      false,
    ])
    const keys = [newKey()]
    const refused = (record: RecipientRecord): string | undefined =>
      sendRefusal({ recipients: [record], block: undefined }, request, keys, START)?.limit
    expect(refused(used)).toBeUndefined()
    expect(refused({ ...used, pausedUntil: START + 1 })).toBe('paused')
    expect(refused({ ...used, knownPausedUntil: START + 1 })).toBe('paused')
    expect(refused({ ...withSends(known), pausedUntil: START + 1 })).toBeUndefined()
  })

  it('T30 has its own quota back when the hour of its sends is over', () => {
    const request = issueRequest({ limits: { ...FREE, knownDeviceSendsPerHour: 1 }, ...KNOWN })
    const record = withSends({ ...sent(START - HOUR - 1), isKnown: true })
    expect(isKnownSend(record, request, START)).toBe(true)
  })

  it('T30 waits for the cooldown of its own sends, and counts where all sends of a day are', () => {
    const keys = [newKey()]
    const refused = (limits: Limits, ...sends: SendMark[]): Limited | undefined =>
      sendRefusal({ recipients: [withSends(...sends)], block: undefined }, issueRequest({ limits, ...KNOWN }), keys, START)
    const known = { ...sent(START - 10_000), isKnown: true as const }
    expect(refused(DEFAULT_LIMITS, known)).toEqual({ outcome: 'limited', limit: 'cooldown', retryAfterMs: 20_000 })
    expect(refused(DEFAULT_LIMITS, sent(START - 10_000))).toBeUndefined()
    expect(refused({ ...FREE, recipientSendsPerDayInAll: 1 }, sent(START))?.limit).toBe('recipient_day_in_all')
  })

  it('T30 takes no place of others', () => {
    const known = { ...sent(START - 10_000), isKnown: true as const }
    const request = issueRequest({ limits: { ...DEFAULT_LIMITS, recipientSendsPerHour: 1, recipientSendsPerDay: 1 } })
    expect(sendRefusal({ recipients: [withSends(known, known)], block: undefined }, request, [newKey()], START)).toBeUndefined()
  })

  it('T52 is told of the cooldown that holds for who asked last', () => {
    const own = { at: START - 5000, block: '', challenge: 'own---' }
    const record = withSends(own, { ...own, isKnown: true }, own)
    expect(resendAt(record, DEFAULT_LIMITS, START, 'own---')).toBe(START + 55_000)
  })

  it('T07 is forgotten by the very millisecond, like others', () => {
    const record = { ...emptyRecipient(), failures: 20, forgetAt: START, knownFailures: 20, knownForgetAt: START }
    expect(failuresOf(record, START)).toBe(0)
    expect(failuresOf(record, START - 1)).toBe(40)
    expect(guessRefusal({ recipients: [record], block: undefined }, DEFAULT_LIMITS, START, KNOWN)).toBeUndefined()
  })

  it('T52 is told of the cooldown that holds for it', () => {
    const own = { at: START - 5000, block: '', challenge: 'own---' }
    const record = withSends(own, { ...own, isKnown: true })
    expect(resendAt(record, DEFAULT_LIMITS, START, 'own---')).toBe(START + 25_000)
  })
})
