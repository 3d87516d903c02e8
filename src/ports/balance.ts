/** Pays for messages. Amounts are whole millionths of the application's currency. */
export interface Balance {
  /** Takes an amount, all or nothing; false where there is not enough. */
  spend(tenant: string, amount: number): Promise<boolean>
  giveBack(tenant: string, amount: number): Promise<void>
}
