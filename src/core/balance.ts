import type { Balance } from '../ports/balance.js'
import type { Engine } from './engine.js'

/** More than any account holds, so that a top-up is never refused. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** Balances in the store: what was spent, less what was paid in; never above 0. */
export function storeBalance(engine: Pick<Engine, 'keys' | 'store'>): Balance & { topUp(tenant: string, amount: number): Promise<number> } {
  const keyOf = (tenant: string): string => engine.keys.registerKey(['balance', tenant])
  return {
    async spend(tenant, amount) {
      const { outcome } = await engine.store().charge({ key: keyOf(tenant), amount, limit: 0 })
      return outcome === 'charged'
    },
    async giveBack(tenant, amount) {
      await engine.store().charge({ key: keyOf(tenant), amount: -amount, limit: NO_LIMIT })
    },
    async topUp(tenant, amount) {
      const { total } = await engine.store().charge({ key: keyOf(tenant), amount: -amount, limit: NO_LIMIT })
      return 0 - total
    },
  }
}
