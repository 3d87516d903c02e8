import type { Attributes } from '@opentelemetry/api'
import type { Delivery, DeliveryOutcome } from '../core/telemetry.js'
import { measure } from './measure.js'
import { failureType, unanswered } from './outcomes.js'
import type { Gear } from './probe.js'

/** Measures one message on its way to a transport, and counts it with its parts and its cost. */
export function measureDelivery<Outcome extends DeliveryOutcome>(
  { by, tracer, written: { count, time } }: Gear,
  about: Delivery,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  function settle(outcome: string, names: Attributes, error: string | undefined): void {
    count('otp.deliveries', { ...names, 'otp.outcome': outcome, ...(error === undefined ? {} : { 'error.type': error }) })
    if (outcome === 'REFUSED') return
    count('otp.message.parts', names, about.parts)
    if (about.cost !== undefined) count('otp.spend', names, about.cost / 1_000_000)
  }
  return measure(
    tracer,
    {
      name: 'otp.deliver',
      attributes: by(about),
      ended(fate) {
        const failure = 'failure' in fate ? fate.failure : undefined
        const takenBy = 'failure' in fate ? fate.failure.transport : fate.delivered.transport
        const names = by({ ...about, transport: takenBy ?? about.transport })
        const outcome = failure === undefined ? 'DELIVERED' : failure.uncertain ? 'UNCERTAIN' : 'REFUSED'
        const error = failure && failureType(failure)
        settle(outcome, names, error)
        return { attributes: { ...names, 'otp.outcome': outcome }, error }
      },
      failed: unanswered,
      // A histogram is many time series already.
      record: (seconds, { 'otp.country': _, ...attributes }) => time('otp.delivery.duration', seconds, attributes),
    },
    work,
  )
}
