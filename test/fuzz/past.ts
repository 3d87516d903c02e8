import type { LimitName, Limits } from '../../src/ports/store.js'

/** One message to one recipient, for ever: what counts of it follows from what happened since. */
export interface Send {
  readonly at: number
  readonly recipient: string
  readonly block: string
  readonly callingCode: string
  readonly id: string
  readonly isKnown: boolean
  /** A success, or a release, gave its place back; it stays one of all sends of a day. */
  isUsed: boolean
  /** Was never delivered. */
  isWithdrawn: boolean
  /** A success from the same block gave the place in the block's quota back. */
  isFreeInBlock: boolean
}

/** One wrong guess, or what ends a row of them. */
export interface Turn {
  readonly at: number
  readonly kind: 'failure' | 'known failure' | 'cleared' | 'released'
  /** No longer one of those that a day may have: a vendor called the guess right. */
  isForgiven: boolean
}

/** What is asked for, as far as limits look at it. */
export interface Asked {
  readonly id: string
  readonly recipients: readonly string[]
  readonly block: string
  readonly callingCodes: readonly string[]
  readonly isKnown: boolean
  readonly limits: Limits
}

/** The name of a limit, and until when it refuses. */
export interface Refusal {
  readonly limit: LimitName
  readonly until: number
}

/** All that the model asks of the past. */
export interface History {
  readonly sends: readonly Send[]
  noteSend(asked: Asked, at: number): void
  noteTurn(recipient: string, kind: Turn['kind'], at: number): void
  noteBlockFailure(block: string, at: number): void
  /** A vendor called the last guess right. */
  forgive(recipient: string, isKnown: boolean, limits: Limits, now: number): void
  forgiveBlock(block: string, now: number): void
  failures(recipient: string, limits: Limits, now: number): number
  /** From when on the sends of this challenge alone let another one pass. */
  resendAt(id: string, recipient: string, limits: Limits, now: number): number
  /** What the block has left, and when its oldest send of the hour is an hour old. */
  blockShare(block: string, limits: Limits, now: number): { readonly sendsLeft: number; readonly resetAt: number }
  /** Why this may not be sent now. */
  refusesSend(asked: Asked, now: number): Refusal | undefined
  /** Why no guess may be compared now. */
  refusesGuess(asked: Omit<Asked, 'id' | 'callingCodes'>, budget: number, now: number): Refusal | undefined
}
