import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { redisStore } from '../../src/stores/redis.js'
import { testClock } from '../../src/testing/test-clock.js'
import { hasRedis } from '../helpers/redis-server.js'
import { CLIENTS, type OpenClient, openShared } from '../stores/redis-clients.js'
import { type Story, stories } from '../stores/redis-stories.js'
import { teller } from '../stores/redis-teller.js'
import { modelStore } from './model-store.js'

/** So many interleavings; `FC_RUNS` raises it. */
const RUNS = Number(process.env.FC_RUNS ?? 300)

describe('the stores against a sequential model', () => {
  let redis: OpenClient | undefined
  beforeAll(async () => {
    const [first] = CLIENTS
    redis = hasRedis && first !== undefined ? await openShared(first) : undefined
  })
  afterAll(async () => redis?.close())

  it('T02 T22 T55 answer every interleaving of all verbs as a plain history of it does', { timeout: 60_000 + RUNS * 200 }, async () => {
    const seen = new Map<string, number>()
    let calls = 0

    async function compare({ limits, steps }: Story): Promise<void> {
      const clock = testClock()
      const { tell, hear } = teller(clock, limits)
      const stores: readonly Store[] = [
        memoryStore({ clock }),
        ...(redis === undefined ? [] : [redisStore({ client: redis.client, prefix: randomUUID(), clock })]),
      ]
      // The teller asks for no verb that the model lacks.
      const model = modelStore(clock) as Store
      for (const [index, step] of steps.entries()) {
        const call = tell(step)
        const expected = await call(model)
        for (const [which, decision] of (await Promise.all(stores.map(call))).entries()) {
          if (isDeepStrictEqual(decision, expected)) continue
          const where = { store: ['memory', 'redis'][which], index, step }
          expect({ ...where, decision }).toEqual({ ...where, decision: expected })
        }
        hear(step, expected)
        calls += stores.length
        const outcome: unknown = Reflect.get(Object(expected), 'outcome')
        if (outcome !== undefined) seen.set(`${step.verb} ${outcome}`, (seen.get(`${step.verb} ${outcome}`) ?? 0) + 1)
      }
      await Promise.all(stores.map((store) => store.close()))
    }

    await fc.assert(fc.asyncProperty(stories(24), compare), { numRuns: RUNS })
    console.log(`${RUNS} interleavings, ${calls} calls against the model`, Object.fromEntries([...seen].sort()))
    const met = ['issue issued', 'issue limited', 'renew issued', 'verify verified', 'verify wrong', 'verify exhausted', 'verify limited']
    expect([...seen.keys()]).toEqual(expect.arrayContaining([...met, 'confirm verified', 'redeem redeemed', 'find found', 'note noted']))
  })
})
