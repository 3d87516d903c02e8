export type { DeliveryFailure } from '../errors.js'
export type { Message } from '../ports/channel.js'
export type { Delivered, Transport } from '../ports/transport.js'
export { deliveryError } from './delivery-error.js'
