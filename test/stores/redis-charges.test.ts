import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { redisStore } from '../../src/stores/redis.js'
import { FREE, guess, issueRequest, newAnswer, newKey, RIGHT, range, WRONG } from '../../src/testing/contract/bench.js'
import { testClock } from '../../src/testing/test-clock.js'
import { hasRedis } from '../helpers/redis-server.js'
import { nodeRedisCluster, type OpenClient, openShared } from './redis-clients.js'

const LIMITS = { ...FREE, failuresBeforePause: 3, failuresBeforeDisabled: 6 }

describe.skipIf(!hasRedis)('charges of guesses that an outage between two servers cut off', () => {
  let open: OpenClient
  beforeAll(async () => {
    open = await openShared(nodeRedisCluster)
  })
  afterAll(async () => {
    await open.close()
  })

  /** A recipient whose own challenge is pending, and a way to be charged for a guess that no server judges. */
  async function scene() {
    const [clock, prefix, recipient] = [testClock(), randomUUID(), newKey()]
    const store = redisStore({ client: open.client, prefix, clock })
    const holder = newKey()
    const cut = redisStore({ client: cutOff(open.client, holder), prefix, clock })
    const shared = issueRequest({ recipients: [holder, recipient], answers: [newAnswer(RIGHT, { recipient: 1 })], limits: LIMITS })
    await store.issue(shared)
    const own = issueRequest({ recipients: [recipient], limits: LIMITS, ttlSeconds: 600 })
    await store.issue(own)
    return {
      clock,
      store,
      recipient,
      orphan: () => expect(cut.verify({ ...shared, guesses: [guess(WRONG)], grantSeconds: 0 })).rejects.toMatchObject({ status: 503 }),
      verify: async (code: string, from: Store = store) => await from.verify({ ...own, guesses: [guess(code)], grantSeconds: 0 }),
    }
  }

  it('T07 T55 pause the recipient, disable it for no longer than a minute, and leave no failure', async () => {
    const { clock, verify, orphan } = await scene()
    for (const _ of range(3)) await orphan()
    expect(await verify(RIGHT)).toMatchObject({ outcome: 'limited', limit: 'paused' })
    clock.advance(59.999)
    for (const _ of range(2)) await orphan()
    clock.advance(0.001)
    expect(await verify(WRONG)).toMatchObject({ outcome: 'wrong', failures: 1 })
  })

  it('T09 are forgotten when the recipient is released', async () => {
    const { recipient, store, verify, orphan } = await scene()
    for (const _ of range(3)) await orphan()
    expect(await verify(RIGHT)).toMatchObject({ limit: 'paused' })
    await store.release({ recipient })
    expect(await verify(RIGHT)).toMatchObject({ outcome: 'verified' })
  })

  it('T07 are forgotten with a success, once no guess can be under way any more', async () => {
    const { clock, store, recipient, verify, orphan } = await scene()
    for (const _ of range(2)) await orphan()
    clock.advance(11)
    expect(await verify(RIGHT)).toMatchObject({ outcome: 'verified' })
    for (const _ of range(2)) await orphan()
    const next = issueRequest({ recipients: [recipient], limits: LIMITS })
    await store.issue(next)
    expect(await store.verify({ ...next, guesses: [guess(RIGHT)], grantSeconds: 0 })).toMatchObject({ outcome: 'verified' })
  })
})

/** The same cluster, without the record of one recipient. */
function cutOff(client: OpenClient['client'], holder: string) {
  return {
    masters: [],
    async sendCommand(key: string, ...rest: unknown[]): Promise<unknown> {
      if (key.includes(holder)) throw new Error('away')
      return await Reflect.apply(Reflect.get(client, 'sendCommand'), client, [key, ...rest])
    },
  }
}
