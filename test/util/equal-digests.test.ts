import { describe, expect, it } from 'vitest'
import { equalDigests } from '../../src/util/equal-digests.js'

describe('equalDigests', () => {
  it('T63 is true for equal texts only, whichever character differs', () => {
    const digest = 'abcdefghijklmnopqrstuv'
    expect(equalDigests(digest, `${digest.slice(0, -1)}v`)).toBe(true)
    for (let at = 0; at < digest.length; at++) {
      expect(equalDigests(digest, `${digest.slice(0, at)}_${digest.slice(at + 1)}`)).toBe(false)
    }
  })

  it.each([
    ['', 'a'],
    ['a', ''],
    ['ab', 'a'],
  ])('T63 texts of unequal length, %j and %j, are unequal and never throw', (a, b) => {
    expect(equalDigests(a, b)).toBe(false)
  })
})
