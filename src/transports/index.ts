export type { DeliveryFailure } from '../errors.js'
export type {
  DelegatedCheck,
  DelegatedOutcome,
  DelegatedStart,
  DelegatedStarted,
  DelegatedVerification,
} from '../ports/delegated-verification.js'
export type { Message } from '../ports/message.js'
export type { Receipt, ReceiptAnswer, ReceiptOutcome, ReceiptParser, ReceiptRequest } from '../ports/receipt.js'
export type { Delivered, Transport } from '../ports/transport.js'
export { delegated } from './delegated.js'
export { deliveryError } from './delivery-error.js'
