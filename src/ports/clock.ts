/** Where time comes from, so that a test can move it. Handed to a store, because the store owns time. */
export interface Clock {
  /** The current instant, epoch milliseconds. Must never run backwards within one process. */
  now(): number
}
