import { fixedRandom } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'

function draw(seed?: number | readonly number[]): number[] {
  const random = fixedRandom(seed)
  return Array.from({ length: 6 }, () => random.integer(1_000_000))
}

describe('fixedRandom', () => {
  it('draws the same for the same seed, another for another', () => {
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw()).toEqual(draw(1))
    expect(new Set(draw(0)).size).toBe(6)
  })

  it('stays within the limit, up to the largest, and reaches all of it', () => {
    const random = fixedRandom(3)
    const small = new Set(Array.from({ length: 200 }, () => random.integer(10)))
    expect([...small].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const limit = 2 ** 48 - 1
    const large = Array.from({ length: 100 }, () => random.integer(limit))
    expect(large.every((value) => Number.isInteger(value) && value >= 0 && value < limit)).toBe(true)
    expect(Math.max(...large)).toBeGreaterThan(2 ** 47)
  })

  it('answers from a list, again from its beginning, each reduced to the limit', () => {
    expect(draw([42, 1_000_007])).toEqual([42, 7, 42, 7, 42, 7])
    expect(() => fixedRandom([])).toThrow('at least one')
  })

  it('gives as many bytes as asked for, other ones each time, list or not', () => {
    const random = fixedRandom([1])
    const [first, second] = [random.bytes(16), random.bytes(16)]
    expect([first.length, second.length]).toEqual([16, 16])
    expect(first).not.toEqual(second)
    expect(fixedRandom([1]).bytes(16)).toEqual(first)
  })
})
