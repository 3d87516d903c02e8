import type { Attributes } from '@opentelemetry/api'
import { type HistogramMetricData, MetricReader } from '@opentelemetry/sdk-metrics'

/** What one time series holds at one instant: a sum, or counts by upper bound in seconds. */
interface Sample {
  readonly attributes: Attributes
  readonly count: number
  readonly bounds: readonly number[]
  readonly buckets: readonly number[]
}

type Scrape = ReadonlyMap<string, ReadonlyMap<string, Sample>>

/** Everything that was exported, again and again, as Prometheus would hold it. */
export interface Scrapes {
  readonly reader: MetricReader
  take(): Promise<void>
  /** What came to a metric between two scrapes, by the value of one attribute. */
  increase(name: string, by: string, where?: (attributes: Attributes) => boolean): ReadonlyMap<string, readonly number[]>
  /** The second below which this part of all values lay that came between two scrapes, as `histogram_quantile` of Prometheus has it; 0 where none came. */
  quantile(name: string, part: number): readonly number[]
}

class PulledReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** Begins with an empty memory; give `reader` to a `MeterProvider`. */
export function scrapes(): Scrapes {
  const reader = new PulledReader()
  const taken: Scrape[] = []

  function steps<Value>(of: (now: Scrape, before: Scrape | undefined) => Value): Value[] {
    return taken.map((now, index) => of(now, taken[index - 1]))
  }

  return {
    reader,
    async take() {
      const { resourceMetrics } = await reader.collect()
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
      taken.push(new Map(metrics.map(({ dataPoints, descriptor }) => [descriptor.name, samples(dataPoints)])))
    },
    increase(name, by, where = () => true) {
      const all = steps((now, before) => {
        const sums = new Map<string, number>()
        for (const [key, { attributes, count }] of now.get(name) ?? []) {
          if (!where(attributes)) continue
          const label = String(attributes[by] ?? 'none')
          sums.set(label, (sums.get(label) ?? 0) + count - (before?.get(name)?.get(key)?.count ?? 0))
        }
        return sums
      })
      const labels = new Set(all.flatMap((sums) => [...sums.keys()]))
      return new Map([...labels].map((label) => [label, all.map((sums) => sums.get(label) ?? 0)]))
    },
    quantile: (name, part) =>
      steps((now, before) => {
        const bounds = [...(now.get(name)?.values() ?? [])][0]?.bounds ?? []
        const sums = new Array<number>(bounds.length + 1).fill(0)
        for (const [key, { buckets }] of now.get(name) ?? [])
          buckets.forEach((count, index) => {
            sums[index] = (sums[index] ?? 0) + count - (before?.get(name)?.get(key)?.buckets[index] ?? 0)
          })
        return within(bounds, sums, part)
      }),
  }
}

function within(bounds: readonly number[], sums: readonly number[], part: number): number {
  const wanted = sums.reduce((sum, one) => sum + one, 0) * part
  let seen = 0
  for (const [index, count] of sums.entries()) {
    if (count > 0 && seen + count >= wanted) {
      const low = bounds[index - 1] ?? 0
      return low + (((bounds[index] ?? low) - low) * (wanted - seen)) / count
    }
    seen += count
  }
  return 0
}

function samples(
  points: Awaited<ReturnType<MetricReader['collect']>>['resourceMetrics']['scopeMetrics'][number]['metrics'][number]['dataPoints'],
): ReadonlyMap<string, Sample> {
  return new Map(
    points.map(({ attributes, value }) => {
      const key = JSON.stringify(Object.entries(attributes).sort())
      if (typeof value === 'number') return [key, { attributes, count: value, bounds: [], buckets: [] }]
      // There are no other instruments.
      const { buckets, count } = value as HistogramMetricData['dataPoints'][number]['value']
      return [key, { attributes, count, bounds: buckets.boundaries, buckets: buckets.counts }]
    }),
  )
}
