import { describe, expect, it } from 'vitest'
import { isPackedLabel, isPackedRecipient, isPackedTotal, isPackedValue } from '../../src/stores/packed-shape.js'

const ANSWER: readonly unknown[] = ['sms', 0, 'digest', 1, 'sealed', false]
const CHALLENGE: readonly unknown[] = ['tail', 'login', '', '', 'any', 5, 0, 1, []]
const RECIPIENT: readonly unknown[] = [0, 0, 0, [], [], []]

function isRecipient(...values: readonly unknown[]): boolean {
  return isPackedRecipient(JSON.stringify(values))
}

/** Whether a recipient with such an answer is one. */
function isAnswer(...more: readonly unknown[]): boolean {
  return isRecipient(0, 0, 0, [], [CHALLENGE.with(8, [[...ANSWER, ...more]])], [])
}

describe('the shape of a packed recipient', () => {
  it('T49 has each figure as a number', () => {
    expect(isRecipient(...RECIPIENT)).toBe(true)
    for (const index of [0, 1, 2]) {
      for (const figure of ['1', [1], null, true]) expect(isRecipient(...RECIPIENT.with(index, figure)), `${index} ${figure}`).toBe(false)
    }
    // Too large to be a number.
    expect(isPackedRecipient('[0,1e999,0,[],[],[]]')).toBe(false)
  })

  it('T49 has marks of three values, or of four where the last is 1', () => {
    const mark = [1, '', 'tailed']
    expect([mark, [...mark, 1]].map((one) => isRecipient(0, 0, 0, [one], [], []))).toEqual([true, true])
    expect(
      [
        [...mark, 2],
        [...mark, 1, 1],
        [1, ''],
      ].map((one) => isRecipient(0, 0, 0, [one], [], [])),
    ).toEqual([false, false, false])
  })

  it('T49 has answers with a report or none, and when they were issued', () => {
    expect([isAnswer(), isAnswer('sent'), isAnswer('delivered', 1), isAnswer('failed'), isAnswer(null, 1)]).toEqual(Array(5).fill(true))
    expect([isAnswer('lost'), isAnswer(1), isAnswer(null, null), isAnswer('sent', 1, 1)]).toEqual(Array(4).fill(false))
  })

  it('T49 has lists where lists stand', () => {
    for (const index of [3, 4, 5]) expect(isRecipient(...RECIPIENT.with(index, { length: 0 }))).toBe(false)
    expect(isRecipient(...RECIPIENT, [1], 1, 1, 1)).toBe(true)
    expect(isRecipient(...RECIPIENT, [1], 1, 1, 1, 1)).toBe(false)
    expect(isRecipient(...RECIPIENT, ['1'])).toBe(false)
  })
})

describe('the shapes beside it', () => {
  it('T49 are as long as they are written', () => {
    expect([isPackedValue('["",1]'), isPackedTotal('[-1,1]')]).toEqual([true, true])
    expect(['["",1,1]', '[""]', '{"0":"","1":1,"length":2}', 'null', 'no'].map(isPackedValue)).toEqual(Array(5).fill(false))
    expect(['[1,1,1]', '[1.5,1]', '["1",1]'].map(isPackedTotal)).toEqual([false, false, false])
    expect(['["id","sms",1,""]', '["id","sms",1,"","sent"]'].map(isPackedLabel)).toEqual([true, true])
    expect(['["id","sms",1,"","lost"]', '["id","sms",1,"",null]', '["id","sms","1",""]'].map(isPackedLabel)).toEqual([false, false, false])
  })
})
