import { AsyncLocalStorage } from 'node:async_hooks'
import { type Attributes, type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api'
import { type HistogramMetricData, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type OpenTelemetryOptions, openTelemetry } from 'express-otp/telemetry'
import { onTestFinished } from 'vitest'

/** One exported value of a metric. */
export interface Point {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly attributes: Attributes
  /** The sum, of a counter; how many were recorded, of a histogram. */
  readonly value: number
  /** Of a histogram. */
  readonly boundaries?: readonly number[]
}

/** SDKs of OpenTelemetry that keep what they export. */
export interface Recorded {
  readonly tracers: BasicTracerProvider
  readonly meters: MeterProvider
  /** For `createOtp({ telemetry })`. */
  readonly telemetry: ReturnType<typeof openTelemetry>
  /** Finished spans, in the order in which they ended. */
  spans(name?: string): readonly ReadableSpan[]
  /** What a metric holds by now; of each metric without a name. */
  points(name?: string): Promise<readonly Point[]>
}

class PulledReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** What an application's SDK brings: the active span follows promises and timers. */
function asyncContext(): ContextManager {
  const storage = new AsyncLocalStorage<Context>()
  return {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.apply(self, args)),
    bind: (_active, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  }
}

/** Real SDKs, until the test that runs is over. With `options`, instead of their tracer and meter. */
export function recorded(options?: OpenTelemetryOptions): Recorded {
  const exporter = new InMemorySpanExporter()
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const reader = new PulledReader()
  const meters = new MeterProvider({ readers: [reader] })
  context.setGlobalContextManager(asyncContext())
  onTestFinished(() => context.disable())
  return {
    tracers,
    meters,
    telemetry: openTelemetry(options ?? { tracer: tracers.getTracer('test'), meter: meters.getMeter('test') }),
    spans: (name) => exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name),
    async points(name) {
      const { resourceMetrics } = await reader.collect()
      const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
      return all
        .filter(({ descriptor }) => name === undefined || descriptor.name === name)
        .flatMap(({ dataPoints, descriptor }) =>
          (dataPoints as HistogramMetricData['dataPoints']).map((point) => pointOf(descriptor, point)),
        )
    },
  }
}

function pointOf(
  { description, name, unit }: { readonly name: string; readonly unit: string; readonly description: string },
  { attributes, value }: { readonly attributes: Attributes; readonly value: unknown },
): Point {
  const of = { name, unit, description, attributes }
  if (typeof value === 'number') return { ...of, value }
  // What is no number is a histogram: there are no other instruments.
  const { buckets, count } = value as HistogramMetricData['dataPoints'][number]['value']
  return { ...of, value: count, boundaries: buckets.boundaries }
}
