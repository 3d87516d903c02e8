import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FindDecision, Store } from '../../src/ports/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { redisStore } from '../../src/stores/redis.js'
import { testClock } from '../../src/testing/test-clock.js'
import { hasRedis } from '../helpers/redis-server.js'
import { CLIENTS, type OpenClient, openShared } from './redis-clients.js'
import { type Story, stories } from './redis-stories.js'
import { teller } from './redis-teller.js'

const STORIES = 300
const LEAST_STEPS = 32

const SENDS = [
  'cooldown',
  'recipient_hour',
  'recipient_day',
  'recipient_day_in_all',
  'recipient_block',
  'pending',
  'paused',
  'disabled',
  'recipient_failures_day',
]
const BLOCK_SENDS = ['block_sends', 'block_recipients', 'block_calling_codes', 'block_failures']
const OUTCOMES = [
  ...[...SENDS, ...BLOCK_SENDS].map((limit) => `issue limited ${limit}`),
  ...['issue issued', 'renew issued', 'renew gone', 'renew limited cooldown'],
  ...['verified', 'wrong', 'exhausted', 'unexpected_channel', 'gone', 'expired'].map((outcome) => `verify ${outcome}`),
  ...['paused', 'disabled', 'recipient_failures_day', 'block_failures'].map((limit) => `verify limited ${limit}`),
  ...['verified', 'gone', 'expired'].map((outcome) => `confirm ${outcome}`),
  ...['verify delegated', 'attach true', 'attach false'],
  ...['find found', 'find granted', 'find gone', 'redeem redeemed', 'redeem gone'],
  ...['note noted', 'note known', 'note gone', 'note sent', 'note delivered', 'note failed'],
]

describe.skipIf(!hasRedis)('the scripts', () => {
  let clients: readonly OpenClient[]
  beforeAll(async () => {
    clients = await Promise.all(CLIENTS.map(openShared))
  })
  afterAll(async () => {
    for (const { close } of clients) await close()
  })

  it('T55 decide like the law, whatever is asked in whatever order, on all four clients', { timeout: 300_000 }, async () => {
    const seen = new Map<string, number>()
    let told = 0
    let calls = 0

    async function tellAll({ limits, steps }: Story): Promise<void> {
      const clock = testClock()
      const { tell, hear } = teller(clock, limits)
      const stores: readonly Store[] = [
        memoryStore({ clock }),
        ...clients.map(({ client }) => redisStore({ client, prefix: randomUUID(), clock })),
      ]
      for (const [index, step] of steps.entries()) {
        const [expected, ...decisions] = await Promise.all(stores.map(tell(step)))
        for (const [which, decision] of decisions.entries()) {
          if (isDeepStrictEqual(decision, expected)) continue
          const where = { client: CLIENTS[which]?.name, index, step }
          expect({ ...where, decision }).toEqual({ ...where, decision: expected })
        }
        hear(step, expected)
        calls += 1
        count(seen, step.verb, expected)
      }
      told += 1
      await Promise.all(stores.map((store) => store.close()))
    }

    await fc.assert(fc.asyncProperty(stories(LEAST_STEPS), tellAll), { numRuns: STORIES })
    console.log(`${told} interleavings, ${calls} calls, each to memory and four clients`, Object.fromEntries([...seen].sort()))
    // A property that never met a limit would prove nothing about it.
    expect([...seen.keys()]).toEqual(expect.arrayContaining(OUTCOMES))
  })
})

function count(seen: Map<string, number>, verb: string, decision: unknown): void {
  if (typeof decision !== 'object' || decision === null) return
  const words = [verb, Reflect.get(decision, 'outcome'), Reflect.get(decision, 'limit')].filter((word) => word !== undefined).join(' ')
  seen.set(words, (seen.get(words) ?? 0) + 1)
  if (Reflect.has(decision, 'delegated')) seen.set(`${verb} delegated`, (seen.get(`${verb} delegated`) ?? 0) + 1)
  const shown: readonly FindDecision[] = Reflect.get(decision, 'shown') ?? []
  for (const { receipt } of shown.flatMap((found) => (found.outcome === 'found' ? found.answers : []))) {
    if (receipt !== undefined) seen.set(`${verb} ${receipt}`, (seen.get(`${verb} ${receipt}`) ?? 0) + 1)
  }
}
