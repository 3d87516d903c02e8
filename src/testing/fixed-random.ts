import assert from 'node:assert/strict'
import type { RandomSource } from '../ports/random-source.js'

/**
 * Chance that is the same in every run, for tests only. A number is a seed. A list gives `integer` its answers: each reduced to the limit
 * asked for, the first again after the last, so that `fixedRandom([123456])` makes every six-digit code `123456`. Bytes differ from call to
 * call in either case, because ids are made of them.
 */
export function fixedRandom(seed: number | readonly number[] = 1): RandomSource {
  const list = typeof seed === 'number' ? [] : seed
  assert.ok(typeof seed === 'number' || list.length > 0, 'a list of integers needs at least one')
  const next = xorshift(typeof seed === 'number' ? seed : 1)
  let drawn = 0
  return {
    integer(limit) {
      const listed = list[drawn++ % Math.max(list.length, 1)]
      // 53 random bits, as many as a number holds.
      return listed === undefined ? Math.floor(((next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53) * limit) : listed % limit
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => next() >>> 24),
  }
}

/** Marsaglia's xorshift with a period of 2^32 - 1: enough to look like chance, and nothing that a secret may rest on. */
function xorshift(seed: number): () => number {
  let state = seed >>> 0 || 1
  // Small seeds have few bits set; the first few numbers would show it.
  for (let round = 0; round < 16; round++) step()
  function step(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  return step
}
