/** Seeded chance of one actor, so that no actor's choices depend on what another one does. */
export interface Chance {
  /** A number in `[0, 1)`. */
  next(): number
  /** True with this probability. */
  once(probability: number): boolean
  /** A whole number in `[0, limit)`. */
  below(limit: number): number
  /** A number in `[low, high)`. */
  between(low: number, high: number): number
  /** Seconds until the next of events that come at random, this far apart on average. */
  gap(mean: number): number
  /** Log-normal: half of all are below the median. */
  skewed(median: number, spread: number): number
  /** So many digits, at most 9. */
  digits(count: number): string
}

/** Mulberry32 (T. Ettinger): 32 bits of state, enough to look like chance. */
export function chance(seed: number): Chance {
  let state = seed | 0
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    once: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    gap: (mean) => -Math.log(1 - next()) * mean,
    // Box and Muller.
    skewed: (median, spread) => median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    digits: (count) => String(below(10 ** count)).padStart(count, '0'),
  }
}
