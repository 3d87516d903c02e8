export type { AlphabetName } from './core/alphabet.js'
export type { FindRecipient, FoundRecipient, KnownRecipient, RecipientLookup } from './core/find-recipient.js'
export {
  INTENT_DEFAULTS,
  type Intent,
  type IntentOptions,
  type OwnAddress,
  type RecipientQuestion,
  type RecipientRule,
} from './core/intents.js'
export { DEFAULT_LIMITS } from './core/law/default-limits.js'
export type { Otp } from './core/otp.js'
export { PRESETS, type PresetFigures, type PresetName } from './core/presets.js'
export type { PriceTable } from './core/price.js'
export type { Appeal, Caller, Hold } from './core/requests.js'
export {
  type ChannelResult,
  type FieldError,
  type Pending,
  REASONS,
  type Reason,
  type Redeemed,
  type Refused,
  type SendQuota,
  type Sent,
  type Verified,
} from './core/results.js'
export { createOtp } from './create-otp.js'
export { type DeliveryFailure, ERROR_CODES, OtpError, type OtpErrorCode } from './errors.js'
export type { GuardOptions, SpendCapOptions } from './option-checks/guard.js'
export type { BalanceHooks } from './option-checks/prices.js'
export type { OtpOptions } from './otp-options.js'
export type { Channel, Recipient } from './ports/channel.js'
export type { Clock } from './ports/clock.js'
export type { EventSubject, OtpEventName, OtpEvents } from './ports/events.js'
export type { GuardFigure } from './ports/guard.js'
export type { TransportHealth } from './ports/health.js'
export type { ExtraPlaceLimit } from './ports/limits.js'
export { CHANNEL_NAMES, type ChannelName, type Message, type Speech, type Template, type Worded, type Wording } from './ports/message.js'
export type { RandomSource } from './ports/random-source.js'
export type { Receipt, ReceiptAnswer, ReceiptOutcome, ReceiptParser, ReceiptRequest } from './ports/receipt.js'
export type { Limits, Store } from './ports/store.js'
export type { Delivered, Transport } from './ports/transport.js'
