import { describe, expect, it } from 'vitest'
import { parseChallengeId } from '../../src/core/challenge-id.js'

const KEY = 'recipient-key_16'
const TAIL = 'tail-of_twenty-two_chr'

describe('parseChallengeId', () => {
  it('takes one to four recipients and the random end', () => {
    for (let count = 1; count <= 4; count++) {
      expect(parseChallengeId(KEY.repeat(count) + TAIL)).toEqual({ recipients: new Array(count).fill(KEY), tail: TAIL })
    }
  })

  it.each([
    '',
    TAIL,
    KEY,
    KEY.repeat(5) + TAIL,
    `${KEY}${TAIL}x`,
    KEY + TAIL.slice(1),
    `${KEY}${TAIL.slice(1)} `,
    `${KEY}${TAIL.slice(1)}\n`,
    `${KEY}${TAIL.slice(1)}/`,
    `${KEY}${TAIL.slice(1)}\u0000`,
    `{otp}${KEY.slice(5)}${TAIL}`,
    'x'.repeat(1_000_000),
  ])('T49 %.40j is no id', (id) => {
    expect(parseChallengeId(id)).toBeUndefined()
  })

  it.each([undefined, null, 0, true, {}, [KEY + TAIL], { length: 38 }, Symbol('id')])('T49 what is no string is no id', (id) => {
    expect(parseChallengeId(id)).toBeUndefined()
  })
})
