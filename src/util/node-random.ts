import { randomBytes, randomInt } from 'node:crypto'

/** Chance from the operating system's generator. */
export const nodeRandom: { integer(limit: number): number; bytes(count: number): Uint8Array } = {
  integer: (limit) => randomInt(limit),
  bytes: (count) => randomBytes(count),
}
