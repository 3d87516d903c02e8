/** What an entry becomes: kept until an instant, or dropped where that has passed. */
export interface Entry {
  readonly packed: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** How an in-process store holds packed records: with nobody else between reading and writing them. */
export interface RecordKeeper {
  /**
   * Reads these entries, hands them to `change`, writes back what it returns (in the order of the keys), all under exclusion for these
   * keys. With `grows` a bounded keeper may refuse for want of room before anything is decided.
   */
  transact<T>(
    keys: readonly string[],
    grows: boolean,
    change: (entries: readonly (string | undefined)[], now: number) => { readonly entries: readonly Entry[]; readonly decision: T },
  ): Promise<T>
  close(): Promise<void>
}
