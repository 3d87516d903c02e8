import type { Balance } from '../ports/balance.js'
import type { Channel } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { Emit } from '../ports/events.js'
import type { ChannelName } from '../ports/message.js'
import type { RandomSource } from '../ports/random-source.js'
import type { Limits, Store } from '../ports/store.js'
import type { FindRecipient } from './find-recipient.js'
import type { Guard } from './guard/guard.js'
import type { Intent } from './intents.js'
import type { Keyring } from './keyring.js'
import type { Outgoing } from './outgoing.js'
import type { PresetFigures } from './presets.js'
import type { Prices } from './price.js'
import type { Probe } from './telemetry.js'
import type { ReportOutage } from './watched-store.js'

/** Everything that the use cases work with, read and checked once by `createOtp`. */
export interface Engine {
  readonly service: string
  readonly host: string | undefined
  readonly keys: Keyring
  readonly random: RandomSource
  readonly clock: Clock
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly intents: ReadonlyMap<string, Intent>
  readonly limits: Limits
  /** Figures of intents that only callers with a key name. */
  readonly preset: PresetFigures & Pick<Intent, 'recipients'>
  /** Says who is known; there where anything is `known-only`. */
  readonly findRecipient: FindRecipient | undefined
  /** What messages cost; nothing without a table. */
  readonly prices: Prices | undefined
  /** Pays for what callers with a key send; `undefined` where nothing is counted. */
  readonly balance: Balance | undefined
  /** The budgets of paid messages. */
  readonly guard: Guard
  /** Whether an answer waits for the delivery. */
  readonly delivery: 'await' | 'background'
  /** Deliveries that no answer waits for. */
  readonly outgoing: Outgoing
  /** Names of the transports whose vendors' reports reach this application. */
  readonly reporting: Set<string>
  /** True for an address whose messages are not delivered and whose codes are answered instead: development only (T66). */
  isSandboxed(address: string): boolean
  readonly emit: Emit
  /** Spans and durations; `undefined` where nobody asked for them. */
  readonly probe: Probe | undefined
  /** Tells of a store, or of a vendor that keeps codes, that did not answer. */
  readonly reportOutage: ReportOutage
  /** The store, named or found; throws `ERR_OTP_OPTION` where there is neither. */
  store(): Store
}
