import type { Engine } from '../engine.js'
import type { ApiKey } from './api-key.js'
import type { Notebook } from './service.js'

/** The notes of one tenant and dialect in the store's register: names are hashed, values encrypted, so that the store tells nobody anything (T65, T67). */
export function notebook(engine: Engine, key: Pick<ApiKey, 'tenant'>, dialect: string): Notebook {
  const { keys } = engine
  const keyOf = (name: readonly string[]): string => keys.registerKey(['notes', key.tenant, dialect, ...name])
  const sealed = (name: readonly string[], value: unknown): string => keys.seal(keyOf(name), 'register', JSON.stringify(value))
  const opened = (name: readonly string[], value: string): unknown => {
    const text = keys.unseal(keyOf(name), 'register', value)
    // The secret that sealed it was taken away: what nobody can read is not there.
    return text === undefined ? undefined : JSON.parse(text)
  }
  return {
    async claim(name, value, ttlSeconds) {
      const decision = await engine.store().claim({ key: keyOf(name), value: sealed(name, value), ttlSeconds })
      return decision.outcome === 'claimed' ? undefined : (opened(name, decision.value) ?? null)
    },
    keep: (name, value, ttlSeconds) => engine.store().keep({ key: keyOf(name), value: sealed(name, value), ttlSeconds }),
    async look(name) {
      const value = await engine.store().look({ key: keyOf(name) })
      return value === undefined ? undefined : opened(name, value)
    },
    drop: (name) => engine.store().drop({ key: keyOf(name) }),
    async count(name, limit, windowSeconds) {
      const decision = await engine.store().charge({ key: keyOf(name), amount: 1, limit, windowSeconds })
      if (decision.outcome === 'charged') return { ok: true, used: decision.total, retryAfter: 0, endsAt: decision.endsAt }
      const endsAt = engine.clock.now() + decision.retryAfterMs
      return { ok: false, used: decision.total, retryAfter: Math.max(1, Math.ceil(decision.retryAfterMs / 1000)), endsAt }
    },
    async giveBack(name, windowSeconds) {
      const place = { key: keyOf(name), amount: -1, limit: Number.MAX_SAFE_INTEGER, windowSeconds }
      // What happened has happened: where the store is away by now, the caller still hears of it.
      await engine
        .store()
        .charge(place)
        .catch(() => undefined)
    },
    async counted(name) {
      const decision = await engine.store().charge({ key: keyOf(name), amount: 0, limit: Number.MAX_SAFE_INTEGER })
      return decision.outcome === 'charged' ? { used: decision.total, endsAt: decision.endsAt } : { used: decision.total, endsAt: 0 }
    },
  }
}
