import { type Attributes, SpanStatusCode, type Tracer } from '@opentelemetry/api'

/** How something ended. */
export interface Ending {
  readonly attributes: Attributes
  /** `error.type`; of what is broken alone, never of what honest users cause. */
  readonly error?: string | undefined
}

/** What is measured, and how to tell its ending. */
export interface Measured<Result> {
  readonly name: string
  /** Known at the start, so that samplers can decide by it. */
  readonly attributes: Attributes
  ended(result: Result): Ending
  failed(err: unknown): Ending
  record(seconds: number, attributes: Attributes): void
}

/**
 * Runs `work` as the active span, so that what it calls becomes a child, and records how long it took. No exception is recorded: its message may hold what a
 * vendor said (T64).
 */
export function measure<Result>(tracer: Tracer, measured: Measured<Result>, work: () => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(measured.name, { attributes: measured.attributes }, async (span) => {
    const begun = performance.now()
    const end = ({ attributes, error }: Ending): void => {
      const all = { ...measured.attributes, ...attributes, ...(error === undefined ? {} : { 'error.type': error }) }
      span.setAttributes(all)
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      measured.record((performance.now() - begun) / 1000, all)
    }
    let result: Result
    try {
      result = await work()
    } catch (err) {
      end(measured.failed(err))
      throw err
    }
    end(measured.ended(result))
    return result
  })
}
