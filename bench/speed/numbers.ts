/** The middle of some figures; of an even count the mean of the two in the middle. `NaN` for none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** The smallest figure that so many of all, from 0 to 1, do not exceed. `NaN` for none. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** A median with what it lies between. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The spread of some figures. */
export function spread(figures: readonly number[]): Spread {
  return { median: median(figures), min: Math.min(...figures), max: Math.max(...figures) }
}

/** Rounded to so many significant digits, so that a file tells what was measured and not noise. */
export function significant(figure: number, digits = 4): number {
  return Number(figure.toPrecision(digits))
}
