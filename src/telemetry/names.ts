import type { Attributes } from '@opentelemetry/api'
import type { TelemetryHost } from '../core/telemetry.js'
import { OTHER } from './outcomes.js'

/** What metrics are divided by. */
export interface Divided {
  readonly channel?: string | undefined
  readonly transport?: string | undefined
  readonly intent?: string | undefined
  readonly country?: string | undefined
}

/** ISO 3166-1 alpha-2, or a calling code of ITU-T E.164. */
const COUNTRY = /^(?:[A-Z]{2}|\+\d{1,3})$/

/** Turns names into attributes. What was not configured, such as an intent that only a caller with a key names, becomes `_OTHER`. */
export function attributesBy({ channels, intents }: TelemetryHost): (names: Divided) => Attributes {
  // Those that stand behind a failover or a routing one are known by their health.
  const transports = new Set(
    [...channels.values()].flatMap(({ transport }) => [
      transport.name,
      ...(transport.delegate === undefined ? [] : [transport.delegate.name]),
      ...(transport.health?.() ?? []).map((one) => one.transport),
    ]),
  )
  return ({ channel, country, intent, transport }) => ({
    ...(intent === undefined ? {} : { 'otp.intent': intents.has(intent) ? intent : OTHER }),
    ...([...channels.keys()].some((name) => name === channel) ? { 'otp.channel': channel } : {}),
    ...(transport === undefined ? {} : { 'otp.transport': transports.has(transport) ? transport : OTHER }),
    ...(country === undefined ? {} : { 'otp.country': COUNTRY.test(country) ? country : OTHER }),
  })
}
