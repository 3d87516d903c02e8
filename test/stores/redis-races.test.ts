import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/core/law/default-limits.js'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import {
  FREE,
  guess,
  issueRequest,
  newAnswer,
  newId,
  newKey,
  newOrigin,
  RIGHT,
  range,
  tally,
  WRONG,
} from '../../src/testing/contract/bench.js'
import { hasRedis } from '../helpers/redis-server.js'
import { ioredis, ioredisCluster, nodeRedis, nodeRedisCluster, type OpenClient, openShared } from './redis-clients.js'

const LAYOUTS = [
  { layout: 'one server', kinds: [nodeRedis, ioredis] },
  { layout: 'a cluster', kinds: [nodeRedisCluster, ioredisCluster] },
]
// Where a race runs into the limit of an address block first, it would prove nothing about the limit it is about.
const NO_BLOCK_LIMIT = { ...DEFAULT_LIMITS, blockFailuresPerHour: 1000, blockSendsPerHour: 1000 }

describe.skipIf(!hasRedis).each(LAYOUTS)('redisStore on $layout, over two connections of each client, by its own clock', ({ kinds }) => {
  let open: readonly OpenClient[]
  let stores: readonly Store[]
  beforeAll(async () => {
    open = await Promise.all([...kinds, ...kinds].map(openShared))
    const prefix = `races-${randomUUID()}`
    stores = open.map(({ client }) => redisStore({ client, prefix }))
    await Promise.all(stores.flatMap((store) => range(4).map(() => store.find({ id: newId([newKey()]), limits: DEFAULT_LIMITS }))))
  })
  afterAll(async () => {
    for (const store of stores) await store.close()
    for (const { close } of open) await close()
  })

  const at = (index: number): Store => {
    const store = stores[index % stores.length]
    if (store === undefined) throw new Error('no store')
    return store
  }
  const race = <T>(callers: number, call: (store: Store, index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(range(callers).map((index) => call(at(index), index)))
  // On a cluster a guess that waits for its verdict counts as a failure of a further recipient: others may be paused for that moment.
  const mayPause = (recipients: number): boolean => kinds.includes(nodeRedisCluster) && recipients > 1
  const challenge = async (count = 1) => {
    const request = issueRequest({ recipients: range(count).map(newKey), origin: newOrigin(), limits: NO_BLOCK_LIMIT })
    const answers = [newAnswer(RIGHT), newAnswer('111111', { channel: 'email', recipient: count - 1 })]
    expect((await at(0).issue({ ...request, answers })).outcome).toBe('issued')
    return { ...request, grantSeconds: 60 }
  }
  /** How many failures an address block stands at: with that limit it is refused, with one more it is not. */
  const failuresOfBlock = async (origin: string): Promise<number> => {
    for (const count of range(20)) {
      const limits = { ...FREE, blockFailuresPerHour: count + 1 }
      const { outcome } = await at(0).issue(issueRequest({ origin, limits }))
      if (outcome === 'issued') return count
    }
    throw new Error('more than 20')
  }

  it.each([1, 2])('T02 of 500 guesses on a challenge of %i recipients exactly 5 are compared, and charged once each', async (count) => {
    const { origin, ...request } = await challenge(count)
    const decisions = await race(500, (store) => store.verify({ ...request, origin, guesses: [guess(WRONG)] }))
    const { wrong, exhausted = 0, paused = 0, ...others } = tally(decisions)
    expect([wrong, exhausted + paused, others]).toEqual([4, 496, {}])
    if (!mayPause(count)) expect(paused).toBe(0)
    expect(decisions.flatMap((one) => (one.outcome === 'wrong' ? [one.attemptsLeft] : [])).sort()).toEqual([1, 2, 3, 4])
    expect(await failuresOfBlock(origin)).toBe(5)
    const probe = issueRequest({ recipients: [request.id.slice(0, 16)], limits: FREE })
    await at(0).issue(probe)
    expect(await at(0).verify({ ...probe, guesses: [guess(WRONG)], grantSeconds: 0 })).toMatchObject({ outcome: 'wrong', failures: 6 })
  })

  it.each([1, 2])('T22 of 300 right codes on a challenge of %i recipients exactly one is verified, and charges nothing', async (count) => {
    const { origin, ...request } = await challenge(count)
    const decisions = await race(300, (store) => store.verify({ ...request, origin, guesses: [guess(RIGHT)] }))
    const { verified, ...others } = tally(decisions)
    expect(verified).toBe(1)
    expect(Object.keys(others).every((outcome) => outcome === 'gone' || (outcome === 'paused' && mayPause(count)))).toBe(true)
    expect(await failuresOfBlock(origin)).toBe(0)
    const redeemed = await race(50, (store) => store.redeem({ ...request, maxAgeSeconds: 60, once: true }))
    expect(tally(redeemed)).toEqual({ redeemed: 1, gone: 49 })
  })

  it('T28 of 50 challenges for one recipient from one address block one is issued, and takes one place', async () => {
    const [recipient, origin] = [newKey(), newOrigin()]
    const decisions = await race(50, (store) => store.issue(issueRequest({ recipients: [recipient], origin, limits: NO_BLOCK_LIMIT })))
    expect(tally(decisions)).toEqual({ issued: 1, cooldown: 49 })
    const next = { origin, limits: { ...FREE, blockSendsPerHour: 2 } }
    expect((await at(0).issue(issueRequest(next))).outcome).toBe('issued')
    expect(await at(0).issue(issueRequest(next))).toMatchObject({ limit: 'block_sends' })
  })

  it('T28 of 50 challenges for two recipients in both orders no recipient is sent two', async () => {
    const [one, two] = [newKey(), newKey()]
    const decisions = await race(50, (store, index) => store.issue(issueRequest({ recipients: index % 2 === 0 ? [one, two] : [two, one] })))
    expect(tally(decisions).issued ?? 0).toBeLessThanOrEqual(1)
    expect(decisions.every((decision) => decision.outcome === 'issued' || decision.limit === 'cooldown')).toBe(true)
  })

  it('T08 of 100 failures from one address block on 100 recipients exactly its limit is compared', async () => {
    const origin = newOrigin()
    const requests = await Promise.all(
      range(100).map(async (index) => {
        const request = issueRequest({ limits: DEFAULT_LIMITS })
        await at(index).issue(request)
        return request
      }),
    )
    const decisions = await race(100, (store, index) =>
      store.verify({ ...(requests[index] ?? issueRequest()), origin, guesses: [guess(WRONG)], grantSeconds: 0 }),
    )
    expect(tally(decisions)).toEqual({ wrong: 30, block_failures: 70 })
  })

  it('T60 tells durations of one clock, its own', async () => {
    const before = Date.now()
    const issued = await at(0).issue(issueRequest())
    if (issued.outcome !== 'issued') throw new Error('not issued')
    expect(issued.expiresAt - issued.now).toBe(300_000)
    expect(issued.resendAt - issued.now).toBe(30_000)
    expect(Math.abs(issued.now - before)).toBeLessThan(60_000)
  })
})
