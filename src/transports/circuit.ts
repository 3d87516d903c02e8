import { OtpError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import type { TransportHealth } from '../ports/health.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { monotonicClock } from '../util/monotonic-clock.js'

/** A transport that is left out for a while after it failed repeatedly. */
export interface Circuit {
  /** False while it is left out. After that time, true for one message, which decides. */
  admits(): boolean
  deliver(message: Message, signal: AbortSignal): Promise<Delivered>
  health(): readonly TransportHealth[]
}

/** Figures of a circuit. */
export interface CircuitOptions {
  readonly failuresBeforeOpen?: number | undefined
  readonly openSeconds?: number | undefined
  readonly clock?: Clock | undefined
}

/** Watches one transport: closed, open after repeated failures, half open for one message when its time is up. */
export function circuit(transport: Transport, options: CircuitOptions): Circuit {
  const { failuresBeforeOpen = 5, openSeconds = 30, clock = monotonicClock } = options
  let failures = 0
  let openUntil = 0
  let isProbed = false

  function state(): TransportHealth['state'] {
    if (failures < failuresBeforeOpen) return 'closed'
    return clock.now() < openUntil ? 'open' : 'half_open'
  }

  return {
    admits: () => state() === 'closed' || (state() === 'half_open' && !isProbed),
    async deliver(message, signal) {
      const isProbe = state() === 'half_open'
      if (isProbe) isProbed = true
      try {
        const delivered = await transport.deliver(message, { signal })
        failures = 0
        return { transport: transport.name, ...delivered }
      } catch (err) {
        if (isTransportTrouble(err)) {
          failures += 1
          openUntil = clock.now() + openSeconds * 1000
        }
        throw err
      } finally {
        if (isProbe) isProbed = false
      }
    },
    health: () => transport.health?.() ?? [{ transport: transport.name, state: state(), failures }],
  }
}

/** A wrong number is the person's mistake; everything else is a reason to look for another way. */
function isTransportTrouble(err: unknown): boolean {
  return !(err instanceof OtpError) || err.delivery === undefined || err.delivery.retryable || err.delivery.uncertain
}
