import { median } from '../speed/numbers.js'
import type { Held } from './worker.js'

/** What was seen at one moment. */
export interface Sample extends Held {
  readonly seconds: number
  /** `used_memory` and keys of Redis; 0 in memory. */
  readonly redisBytes: number
  readonly redisKeys: number
}

/** What is drawn and judged. */
export type FigureName = 'rss' | 'heapUsed' | 'redisBytes' | 'handles' | 'kept'

/** The figures of a sample: `kept` are records, wherever they lie. */
export function figure(sample: Sample, name: FigureName): number {
  if (name === 'handles') return Object.values(sample.resources).reduce((sum, count) => sum + count, 0)
  return name === 'kept' ? sample.entries + sample.redisKeys : sample[name]
}

/** The middle slope of all pairs (Theil and Sen), per second: single samples do not move it. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], index) => points.slice(index + 1).map(([later, there]) => (there - y) / (later - x)))
  return slopes.length === 0 ? 0 : median(slopes)
}

/** How one figure went after the warm-up. */
export interface Course {
  readonly median: number
  readonly perHour: number
  /** What the slope adds in the time that was watched, as a share of the median. */
  readonly growth: number
  readonly flat: boolean
}

/** Growth within the time watched that is still called flat: what a collection more or less makes. */
const NOISE: Readonly<Record<FigureName, number>> = { rss: 0.1, heapUsed: 0.05, redisBytes: 0.05, handles: 0.05, kept: 0.1 }

/** Judges a figure from `from` on. */
export function course(samples: readonly Sample[], name: FigureName, from: number): Course {
  const points = samples.filter(({ seconds }) => seconds >= from).map((sample) => [sample.seconds, figure(sample, name)] as const)
  const perSecond = slope(points)
  const middle = median(points.map(([, y]) => y))
  const watched = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)
  const growth = middle === 0 ? 0 : (perSecond * watched) / middle
  return { median: middle, perHour: perSecond * 3600, growth, flat: growth <= NOISE[name] }
}
