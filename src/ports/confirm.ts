import type { Limits } from './limits.js'
import type { ChannelName } from './message.js'

/** A vendor that keeps the code itself says that a guess was right, of which `verify` said `wrong` or `exhausted` and named this answer as `delegated`. */
export interface ConfirmRequest {
  readonly id: string
  readonly intent: string
  readonly user: string
  readonly context: string
  readonly channel: ChannelName
  /** As `delegated` told it: after a renewal it is another answer, which this guess was not for. */
  readonly sealed: string
  /** How long the grant lives that a complete verification leaves; 0 for none. */
  readonly grantSeconds: number
  /** As the guess was made. @default false */
  readonly recalls?: boolean | undefined
  /** Key of the IP block, `''` for none: the one that the guess was charged to. */
  readonly origin: string
  /**
   * True where nothing of that submission is left wrong: its attempt, and the failure of its IP block, are given back. The recipient who is proved gets back
   * what the guess cost it in any case.
   */
  readonly takeBack: boolean
  /** As the guess was made. @default false */
  readonly isKnownDevice?: boolean | undefined
  readonly limits: Limits
}

/** What is learned of a code after its challenge was made: what its vendor wants to be told when it is asked about it, or the digest that it did not have yet. */
export interface AttachRequest {
  readonly id: string
  readonly channel: ChannelName
  /** End of the code, as `issue` or `renew` told it: by which the answer is known. */
  readonly expiresAt: number
  /** Takes the place of the address that was sealed before. */
  readonly sealed: string
  /** By which the store compares guesses from now on. @default none: a vendor keeps the code */
  readonly digest?: string | undefined
}
