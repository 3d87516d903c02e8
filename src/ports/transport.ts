import type { DelegatedVerification } from './delegated-verification.js'
import type { TransportHealth } from './health.js'
import type { Message } from './message.js'

/** What a vendor answered after taking a message. */
export interface Delivered {
  /** The vendor's message id, if it gave one. */
  readonly id?: string | undefined
  /** Name of the transport that took it, where that is another one behind this. @default the transport's own */
  readonly transport?: string | undefined
}

/**
 * Hands one message to one vendor. Called once per accepted send.
 *
 * Resolves when the vendor took the message. Throws `deliveryError(...)` from `express-otp/transports`
 * otherwise: `uncertain: true` where the message may have gone out (a timeout, a lost answer), which is never
 * repeated; everything else is a definite refusal. Any other throw counts as uncertain.
 */
export interface Transport {
  /** Short name for events, e.g. `nodemailer`. */
  readonly name: string
  deliver(message: Message, options: { readonly signal: AbortSignal }): Promise<Delivered>
  /** Seconds after which a silent vendor counts as "may have sent". Default 10. */
  readonly timeoutSeconds?: number | undefined
  /** How it, or each of the transports behind it, fares. @default always closed */
  health?(): readonly TransportHealth[]
  /**
   * The vendor that makes, sends and compares the codes itself. Then `deliver` is never called, and no other transport may stand around this one.
   * @default our own codes
   */
  readonly delegate?: DelegatedVerification | undefined
}
