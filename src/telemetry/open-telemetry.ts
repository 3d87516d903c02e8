import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { Telemetry } from '../core/telemetry.js'
import { checkOptions, having } from '../options.js'
import { countEvents } from './count-events.js'
import { instruments } from './instruments.js'
import { attributesBy } from './names.js'
import { probe } from './probe.js'

/** Options of {@link openTelemetry}. */
export interface OpenTelemetryOptions {
  /** Makes the spans. @default that of the global provider, named `express-otp` */
  readonly tracer?: Tracer | undefined
  /** Makes the instruments. @default that of the global provider, named `express-otp` */
  readonly meter?: Meter | undefined
}

const SCOPE = 'express-otp'

/**
 * Spans and metrics of OpenTelemetry, for the option `telemetry` of `createOtp`. Needs the package `@opentelemetry/api`; without an SDK nothing is recorded.
 * No attribute holds an address, a code, an id or a hash of one (T61, T65). Throws `OtpError` `ERR_OTP_OPTION` for options that are wrong.
 * From `express-otp/telemetry`.
 *
 * @example
 * const otp = createOtp({ secret, channels, telemetry: openTelemetry() })
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  checkOptions('openTelemetry', options, {
    tracer: having('startActiveSpan'),
    meter: having('createCounter', 'createHistogram'),
  })
  return {
    attach(host) {
      const written = instruments(() => options.meter ?? metrics.getMeter(SCOPE))
      const by = attributesBy(host)
      countEvents(host, written, by)
      return probe({ host, by, tracer: options.tracer ?? trace.getTracer(SCOPE), written })
    },
  }
}
