import { performance } from 'node:perf_hooks'

/** Epoch milliseconds that never run backwards, whatever is done to the system's clock (T60). */
export const monotonicClock: { now(): number } = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
}
