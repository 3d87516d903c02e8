import { OtpError } from '../errors.js'
import { checkOptions, having, integer, list, required } from '../options.js'
import type { Clock } from '../ports/clock.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { type Circuit, circuit } from './circuit.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { refuseDelegated } from './delegated.js'

/** Options of {@link failover}. */
export interface FailoverOptions {
  /** Two to eight transports, the preferred one first. */
  readonly transports: readonly Transport[]
  /** Failures in a row after which a transport is left out for a while: 1 to 100. @default 5 */
  readonly failuresBeforeOpen?: number | undefined
  /** Seconds that it is left out, before one message tries it again: 1 to 3600. @default 30 */
  readonly openSeconds?: number | undefined
  /** Time; for tests. @default a monotonic clock */
  readonly clock?: Clock | undefined
}

/**
 * Hands each message to the first transport that takes it. A definite refusal goes on to the next one, unless it is the person's own (a wrong number,
 * an opt-out); a vendor that may have sent the message ends the matter, so that nobody ever gets two (T35). A transport that keeps failing is left out and tries itself again later; where all are left out, the
 * preferred one is asked all the same. From `express-otp/transports/failover`.
 *
 * @example
 * ```ts
 * import { failover } from 'express-otp/transports/failover'
 * import { twilioTransport } from 'express-otp/transports/twilio'
 * import { vonageTransport } from 'express-otp/transports/vonage'
 *
 * const transport = failover({ transports: [twilioTransport({ ... }), vonageTransport({ ... })] })
 * ```
 */
export function failover(options: FailoverOptions): Transport {
  checkOptions('failover', options, {
    transports: required(list(having('deliver'), 2, 8)),
    failuresBeforeOpen: integer(1, 100),
    openSeconds: integer(1, 3600),
    clock: having('now'),
  })
  refuseDelegated('failover', options.transports)
  // `checkOptions` saw at least two.
  const circuits = options.transports.map((transport) => circuit(transport, options)) as [Circuit, ...Circuit[]]
  const [preferred] = circuits

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    let refusal: unknown
    for (const one of circuits) {
      if (!one.admits()) continue
      try {
        return await one.deliver(message, signal)
      } catch (err) {
        if (!mayBeTriedElsewhere(err) || signal.aborted) throw err
        refusal = err
      }
    }
    if (refusal !== undefined) throw refusal
    // All are left out: a person is waiting, so the preferred one is asked all the same.
    return await preferred.deliver(message, signal)
  }

  return {
    name: 'failover',
    // Only definite refusals lead on, and each transport bounds itself; this bounds the whole.
    timeoutSeconds: options.transports.reduce((sum, one) => sum + (one.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS), 0),
    deliver,
    health: () => circuits.flatMap((one) => one.health()),
  }
}

/** True where the message has certainly not gone out, and the trouble is the transport's own. */
function mayBeTriedElsewhere(err: unknown): boolean {
  return err instanceof OtpError && (err.delivery === undefined || err.delivery.retryable)
}
