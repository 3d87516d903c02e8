import type { Engine } from '../engine.js'
import type { Refused } from '../results.js'
import type { ApiKey } from './api-key.js'

const HOUR_SECONDS = 3600

/** Takes one place under a ceiling of the key, which stands where no end user's address is known; or refuses. */
export async function ceiling(
  engine: Engine,
  key: ApiKey,
  kind: 'sends' | 'failures',
): Promise<Refused | { readonly giveBack: () => Promise<void> }> {
  const limit = kind === 'sends' ? key.sendsPerHour : key.failuresPerHour
  const place = { key: engine.keys.registerKey(['ceiling', key.tenant, key.id, kind]), limit, windowSeconds: HOUR_SECONDS }
  const decision = await engine.store().charge({ ...place, amount: 1 })
  if (decision.outcome === 'refused') {
    return { ok: false, reason: 'rate_limited', retryAfter: Math.max(1, Math.ceil(decision.retryAfterMs / 1000)) }
  }
  return {
    async giveBack() {
      // What happened has happened: where the store is away by now, the caller still hears of it, and the place stays taken.
      await engine
        .store()
        .charge({ ...place, amount: -1 })
        .catch(() => undefined)
    },
  }
}
