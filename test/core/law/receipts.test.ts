import { describe, expect, it } from 'vitest'
import { label, labelExpiry, note, show } from '../../../src/core/law/receipts.js'
import type { LabelRecord } from '../../../src/core/law/records.js'
import type { Receipt } from '../../../src/ports/receipt.js'
import { FREE, newAnswer, RIGHT } from '../../../src/testing/contract/bench.js'
import { START, type World, world } from './world.js'

const HOUR = 3_600_000
const END = START + 300_000

function labelled(one: World, fields: Partial<LabelRecord> = {}): LabelRecord {
  return { ...label({ label: 'label', id: one.id, channel: 'sms', expiresAt: END, sealed: 'whom' }), ...fields }
}

function shown(one: World): (Receipt['status'] | undefined)[] {
  return one.holder.challenges.flatMap(({ answers }) => answers.map(({ receipt }) => receipt))
}

describe('a label', () => {
  it('T65 keeps what a report needs, and not the label itself, for an hour after the code', () => {
    const one = world()
    expect(labelled(one)).toEqual({ id: one.id, channel: 'sms', expiresAt: END, sealed: 'whom' })
    expect(labelExpiry(labelled(one))).toBe(END + HOUR)
  })

  it('is gone from the very millisecond of its end, and where it never was', () => {
    const record = labelled(world())
    const gone = { decision: { outcome: 'gone' }, record: undefined }
    expect(note(record, { label: 'label', status: 'sent' }, END + HOUR - 1).decision.outcome).toBe('noted')
    expect(note(record, { label: 'label', status: 'sent' }, END + HOUR)).toEqual(gone)
    expect(note(undefined, { label: 'label', status: 'sent' }, START)).toEqual(gone)
  })

  it.each<[Receipt['status'] | undefined, Receipt['status'], boolean]>([
    [undefined, 'sent', true],
    [undefined, 'failed', true],
    ['sent', 'sent', false],
    ['sent', 'delivered', true],
    ['sent', 'failed', true],
    ['delivered', 'sent', false],
    ['delivered', 'failed', false],
    ['failed', 'delivered', false],
  ])('after %s hears of %s, which is news: %s', (status, next, isNews) => {
    const record = labelled(world(), status === undefined ? {} : { status })
    expect(note(record, { label: 'label', status: next }, START)).toEqual(
      isNews
        ? { decision: { outcome: 'noted', channel: 'sms', sealed: 'whom' }, record: { ...record, status: next } }
        : { decision: { outcome: 'known' }, record },
    )
  })
})

describe('what is shown of a report', () => {
  it('stands at the code of that channel and that end, of that challenge', () => {
    const one = world({ limits: FREE, answers: [newAnswer(RIGHT), newAnswer(RIGHT, { channel: 'call' })] })
    one.issueAnother()
    one.issue()
    one.now += 1000
    one.renew('', { answers: [newAnswer('111111'), newAnswer('222222', { channel: 'call' })], resend: 'keep' })
    const at = (fields: Partial<LabelRecord>): typeof one.holder.challenges => {
      show(one, labelled(one, { status: 'sent', ...fields }), one.parts)
      return one.holder.challenges
    }
    expect(at({ expiresAt: END + 1 }).flatMap(({ answers }) => answers.map(({ receipt }) => receipt))).toEqual(Array(6).fill(undefined))
    at({})
    expect(shown(one)).toEqual([undefined, undefined, 'sent', undefined, undefined, undefined])
    at({ channel: 'call', expiresAt: END + 1000, status: 'delivered' })
    expect(shown(one)).toEqual([undefined, undefined, 'sent', undefined, undefined, 'delivered'])
    at({ channel: 'call', expiresAt: END + 1000, status: 'sent' })
    expect(shown(one)).toEqual([undefined, undefined, 'sent', undefined, undefined, 'delivered'])
    at({ status: 'failed' })
    expect(shown(one)[2]).toBe('failed')
  })

  it('is nothing before a report came, nor where the challenge is gone', () => {
    const one = world()
    show(one, labelled(one, { status: 'sent' }), one.parts)
    expect(one.holder.challenges).toEqual([])
    one.issue()
    show(one, labelled(one), one.parts)
    expect(shown(one)).toEqual([undefined])
    expect(one.holder.challenges[0]?.answers[0]).not.toHaveProperty('receipt')
  })
})
