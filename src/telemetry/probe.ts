import type { Attributes, Tracer } from '@opentelemetry/api'
import { countryOf } from '../core/country.js'
import type { Refused, Sent, Verified } from '../core/results.js'
import type { Probe, TelemetryHost } from '../core/telemetry.js'
import type { Instruments } from './instruments.js'
import { type Measured, measure } from './measure.js'
import { measureDelivery } from './measure-delivery.js'
import type { Divided } from './names.js'
import { errorType, outcomeOf, unanswered } from './outcomes.js'

/** What is read of a request; of one that an application puts together it may be any value. */
interface Asked {
  readonly intent?: string | undefined
  readonly channel?: string | undefined
}

/** The intent that a request without one means. */
function named({ channel, intent = 'login' }: Asked): Asked {
  return { channel, intent }
}

/** What is needed to measure with. */
export interface Gear {
  readonly host: TelemetryHost
  readonly by: (names: Divided) => Attributes
  readonly tracer: Tracer
  readonly written: Instruments
}

/** Measures the use cases, the store and deliveries of one service object. */
export function probe(gear: Gear): Probe {
  const { by, host, tracer } = gear
  const { count, time } = gear.written

  function sending(operation: 'send' | 'resend', { channel, intent }: Asked, work: () => Promise<Sent | Refused>): Promise<Sent | Refused> {
    const measured: Measured<Sent | Refused> = {
      name: `otp.${operation}`,
      attributes: { ...by({ channel, intent }), 'otp.operation': operation },
      ended: (answer) => ({
        attributes: {
          ...(answer.ok ? by({ channel: answer.channel, intent: answer.intent }) : {}),
          'otp.outcome': outcomeOf(answer, 'SENT'),
        },
        error: !answer.ok && answer.reason === 'delivery_failed' ? answer.reason : undefined,
      }),
      failed: unanswered,
      record: (seconds, attributes) => time('otp.send.duration', seconds, attributes),
    }
    return measure(tracer, measured, work)
  }

  function verifying({ intent = 'login' }: Asked, work: () => Promise<Verified | Refused>): Promise<Verified | Refused> {
    const measured: Measured<Verified | Refused> = {
      name: 'otp.verify',
      attributes: by({ intent }),
      ended(answer) {
        if (answer.ok && answer.complete) for (const one of answer.proved) count('otp.codes.verified', provedBy(answer.intent, one))
        return { attributes: { ...by({ channel: answer.ok ? answer.channel : undefined }), 'otp.outcome': outcomeOf(answer, 'VERIFIED') } }
      },
      failed: unanswered,
      record: (seconds, attributes) => time('otp.verify.duration', seconds, attributes),
    }
    return measure(tracer, measured, work)
  }

  function provedBy(intent: string, { channel, to }: Verified['proved'][number]): Attributes {
    const parsed = host.channels.get(channel)?.parse(to)
    return by({ intent, channel, country: parsed === undefined || 'refused' in parsed ? undefined : countryOf(parsed) })
  }

  return {
    cases: (cases) => ({
      send: (request) => sending('send', named(request), () => cases.send(request)),
      resend: (request) => sending('resend', named(request), () => cases.resend(request)),
      verify: (request) => verifying(request, () => cases.verify(request)),
    }),
    service: (service) => ({
      ...service,
      send: (key, request) => sending('send', named(request), () => service.send(key, request)),
      resend: (key, request) => sending('resend', request, () => service.resend(key, request)),
      verify: (key, request) => verifying(request, () => service.verify(key, request)),
    }),
    store: (verb, work) =>
      measure(
        tracer,
        {
          name: `otp.store.${verb}`,
          attributes: { 'otp.store.verb': verb },
          ended: () => ({ attributes: {} }),
          failed: (err) => ({ attributes: {}, error: errorType(err) }),
          record: (seconds, attributes) => time('otp.store.duration', seconds, attributes),
        },
        work,
      ),
    delivery: (about, work) => measureDelivery(gear, about, work),
  }
}
