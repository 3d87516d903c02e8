import type { ChannelName } from '../ports/message.js'
import type { CodeConfig, CodeProblem } from './ask.js'

/** A right code, or the news that it was right before. */
export interface CodeResult {
  /** Where the server wants the browser to go on: a path of the same site. */
  readonly returnTo?: string | undefined
  /** The proved address; not there where the first answer to the right code was lost or is still on its way. */
  readonly to?: string | undefined
  readonly channel?: ChannelName | undefined
  /** ISO 8601. */
  readonly verifiedAt?: string | undefined
  /** True where an earlier request of this browser was the one that succeeded. */
  readonly alreadyVerified?: boolean | undefined
}

/** All that a page shows, as one object that is replaced and never changed. */
export interface CodeState {
  /** `start`: ask for an address, or offer to send; `code`: a code was sent; `done`: it was right. */
  readonly step: 'start' | 'code' | 'done'
  /** The request under way. */
  readonly busy: 'load' | 'send' | 'resend' | 'verify' | 'cancel' | undefined
  readonly config: CodeConfig
  /** Names the challenge to another browser, where the intent allows one; `''` before. */
  readonly id: string
  /** Where the code went, masked; `''` before. */
  readonly to: string
  readonly channel: ChannelName | undefined
  /** Letters that mark the message; `''` before. */
  readonly reference: string
  /** Channels whose codes are still missing, where an intent asks for all of several. */
  readonly waiting: readonly ChannelName[]
  readonly attemptsLeft: number
  /** Whole seconds until the code expires; 0 in every step but `code`. */
  readonly secondsLeft: number
  /** True once its time is over. */
  readonly expired: boolean
  /** Whether a code can still be verified: false too once the attempts are used up or the server knows of none. */
  readonly usable: boolean
  /** Whole seconds until another code may be sent; 0 where one may. */
  readonly resendIn: number
  /** Of the last request, until one goes well. */
  readonly problem: CodeProblem | undefined
  /** In the step `done`. */
  readonly result: CodeResult | undefined
}

/** Before anything happened. */
export const START: CodeState = {
  step: 'start',
  busy: undefined,
  config: { channels: [], codeLength: 0, alphabet: 'digits', stepUp: false },
  id: '',
  to: '',
  channel: undefined,
  reference: '',
  waiting: [],
  attemptsLeft: 0,
  secondsLeft: 0,
  expired: false,
  usable: false,
  resendIn: 0,
  problem: undefined,
  result: undefined,
}
