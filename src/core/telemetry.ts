import type { DeliveryFailure } from '../errors.js'
import type { Channel } from '../ports/channel.js'
import type { OtpEventName, OtpEvents } from '../ports/events.js'
import type { ChannelName } from '../ports/message.js'
import type { Delivered } from '../ports/transport.js'
import type { Otp } from './otp.js'
import type { Service } from './service/service.js'

/** What telemetry may know of a service object: no secret, no store. */
export interface TelemetryHost {
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly intents: ReadonlyMap<string, unknown>
  on<Name extends OtpEventName>(name: Name, listener: (event: OtpEvents[Name]) => void): void
}

/** Option `telemetry` of `createOtp`; made by `openTelemetry` of `express-otp/telemetry`. */
export interface Telemetry {
  /** Called once by each `createOtp` that it was given to. */
  attach(host: TelemetryHost): Probe
}

/** The use cases that telemetry stands around. */
export type UseCases = Pick<Otp, 'send' | 'resend' | 'verify'>

/** One message on its way to a transport. */
export interface Delivery {
  readonly channel: ChannelName
  readonly transport: string
  readonly intent: string
  /** As in {@link EventSubject}. */
  readonly country: string | undefined
  readonly parts: number
  /** Millionths; `undefined` without a price table. */
  readonly cost: number | undefined
}

/** What became of it. */
export type DeliveryOutcome = { readonly delivered: Delivered } | { readonly failure: DeliveryFailure }

/** Stands around the work of one service object. All that it is given resolves and rejects as it would without. */
export interface Probe {
  cases(cases: UseCases): UseCases
  service(service: Service): Service
  store<Decision>(verb: string, work: () => Promise<Decision>): Promise<Decision>
  delivery<Outcome extends DeliveryOutcome>(about: Delivery, work: () => Promise<Outcome>): Promise<Outcome>
}
