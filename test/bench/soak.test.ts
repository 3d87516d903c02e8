import { describe, expect, it } from 'vitest'
import { linePanel } from '../../bench/drawing.js'
import type { LevelFigures } from '../../bench/scale/levels.js'
import { ratios } from '../../bench/scale/report.js'
import { course, type Sample, slope } from '../../bench/soak/verdict.js'

function sample(seconds: number, heapUsed: number, handles = 3): Sample {
  return { seconds, heapUsed, rss: 100, entries: 5, redisBytes: 0, redisKeys: 0, stoodStillMs: 0, resources: { Timeout: handles } }
}

const minutes = (count: number, heap: (minute: number) => number): Sample[] =>
  Array.from({ length: count }, (_, minute) => sample(minute * 60, heap(minute)))

describe('the verdict of a soak', () => {
  it('is not moved by a sample that stands out', () => {
    expect(
      slope([
        [0, 10],
        [1, 11],
        [2, 900],
        [3, 13],
        [4, 14],
      ]),
    ).toBeCloseTo(1)
  })

  it('calls a leak one, however slow, and a saw none', () => {
    const leak = course(
      minutes(30, (minute) => 1000 + 5 * minute),
      'heapUsed',
      0,
    )
    expect(leak).toMatchObject({ flat: false, perHour: 300 })
    const saw = course(
      minutes(30, (minute) => 1000 + 40 * (minute % 4)),
      'heapUsed',
      0,
    )
    expect(saw.flat).toBe(true)
  })

  it('does not look at the warm-up', () => {
    const settled = minutes(30, (minute) => Math.min(minute, 10) * 100)
    expect(course(settled, 'heapUsed', 0).flat).toBe(false)
    expect(course(settled, 'heapUsed', 600)).toMatchObject({ flat: true, median: 1000 })
  })

  it('counts handles of every kind', () => {
    expect(course([sample(0, 1, 2), sample(60, 1, 4)], 'handles', 0)).toMatchObject({ flat: false, perHour: 120 })
  })
})

describe('the figures of scale', () => {
  it('are ratios to the first level', () => {
    const cost = (micros: number) => ({ micros, serverMicros: 2 * micros, commands: 1, perSecond: 1 })
    const level = (micros: number): LevelFigures => ({
      ...{ pending: 1000, bytes: 400, keyBytes: {}, keys: [1], fillSeconds: 1, sweepMs: 0 },
      costs: { issue: cost(micros), wrong: cost(micros), resend: cost(micros), right: cost(2 * micros) },
    })
    expect(ratios([level(10), level(15)], 'micros')).toMatchObject([{ issue: 1 }, { issue: 1.5, right: 1.5 }])
  })

  it('are drawn over a logarithm, with a name for each line', () => {
    const line = { name: 'wrong', color: '#c0392b', points: [1000, 10_000, 100_000].map((x) => [x, 5] as const) }
    const drawn = linePanel('a title', [line], { top: 0, height: 50, unit: '', log: true })
    const [, first, second, third] = /points="([\d.]+),\S+ ([\d.]+),\S+ ([\d.]+),/.exec(drawn) ?? []
    expect(Number(second) - Number(first)).toBeCloseTo(Number(third) - Number(second), 0)
    expect(drawn).toContain('wrong 5')
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/)
  })
})
