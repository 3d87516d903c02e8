import { describe, expect, it } from 'vitest'
import { nodeRandom } from '../../src/util/node-random.js'

describe('nodeRandom', () => {
  it('T12 draws every value below the limit, the highest and the lowest too, and never the limit', () => {
    const drawn = new Set(Array.from({ length: 2000 }, () => nodeRandom.integer(10)))
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('takes every limit that a code of ten digits needs', () => {
    expect(nodeRandom.integer(10 ** 10)).toBeLessThan(10 ** 10)
  })

  it('gives as many bytes as asked for, others each time', () => {
    const [one, two] = [nodeRandom.bytes(16), nodeRandom.bytes(16)]
    expect(one).toHaveLength(16)
    expect(Buffer.from(one).equals(two)).toBe(false)
  })
})
