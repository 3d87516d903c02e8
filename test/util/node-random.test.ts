import { describe, expect, it } from 'vitest'
import { nodeRandom } from '../../src/util/node-random.js'

describe('nodeRandom', () => {
  it('T12 hands out no byte twice, over the end of what was drawn at once', () => {
    const drawn = Array.from({ length: 2000 }, () => nodeRandom.bytes(16).toString('hex'))
    expect(new Set(drawn).size).toBe(2000)
    expect(drawn.every((bytes) => bytes.length === 32)).toBe(true)
    // A sixteenth byte that is always zero would still make them all differ.
    for (let at = 0; at < 32; at += 2) expect(new Set(drawn.map((bytes) => bytes.slice(at, at + 2))).size).toBeGreaterThan(200)
  })

  it('keeps what it handed out as it was', () => {
    const first = nodeRandom.bytes(16)
    const before = first.toString('hex')
    for (let count = 0; count < 1000; count++) nodeRandom.bytes(16)
    expect(first.toString('hex')).toBe(before)
  })

  it('gives as many bytes as are asked for', () => {
    for (const count of [0, 1, 12, 4095, 4096, 4097, 10_000]) expect(nodeRandom.bytes(count)).toHaveLength(count)
  })
})
