/** How one transport fares. */
export interface TransportHealth {
  /** The transport's name. */
  readonly transport: string
  /**
   * `closed` takes messages; `open` is left out after repeated failures; `half_open` is given one message to prove itself. A transport without a
   * circuit is always `closed`.
   */
  readonly state: 'closed' | 'open' | 'half_open'
  /** Failures in a row. */
  readonly failures: number
}
