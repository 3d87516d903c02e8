import { randomFillSync, randomInt } from 'node:crypto'

/** Bytes that are drawn at once: a call of the generator costs ten times what copying costs. */
const POOL_BYTES = 4096

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Chance from the operating system's generator. */
export const nodeRandom: { integer(limit: number): number; bytes(count: number): Buffer } = {
  integer: (limit) => randomInt(limit),
  bytes(count) {
    if (count > POOL_BYTES) return randomFillSync(Buffer.alloc(count))
    if (used + count > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    const bytes = Buffer.from(pool.subarray(used, used + count))
    // Nobody who reads this process's memory later finds here what was handed out.
    pool.fill(0, used, used + count)
    used += count
    return bytes
  },
}
