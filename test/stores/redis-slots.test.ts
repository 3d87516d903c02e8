import { afterEach, describe, expect, it } from 'vitest'
import { redisStore } from '../../src/stores/redis.js'
import { FREE, guess, issueRequest, newKey, newOrigin, RIGHT, range, tally, WRONG } from '../../src/testing/contract/bench.js'
import { startRedisCluster } from '../helpers/redis-cluster.js'
import { hasRedis } from '../helpers/redis-server.js'
import { moveSlots } from '../helpers/slots.js'
import { ioredisCluster, nodeRedisCluster } from './redis-clients.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const PEOPLE = 6

describe.skipIf(!hasRedis).each([nodeRedisCluster, ioredisCluster])('redisStore on $name, whose slots are on the move', (kind) => {
  it('T55 takes each code once, counts each guess, and sends the scripts to wherever they are not known', { timeout: 60_000 }, async () => {
    const { nodes, stop } = await startRedisCluster()
    ends.push(stop)
    const { client, close } = await kind.open(nodes.map((node) => node.url))
    const store = redisStore({ client })
    ends.push(close, store.close)
    const [first] = nodes
    if (first === undefined) throw new Error('no node')

    const recipients = new Map<number, string>()
    while (recipients.size < PEOPLE) {
      const recipient = newKey()
      const slot = Number(await first.command('CLUSTER', 'KEYSLOT', `{${recipient}}`))
      if (slot < 5400) recipients.set(slot, recipient)
    }
    const moving = moveSlots(nodes, [...recipients.keys()])
    ends.push(moving.halt)
    const isMoved = (): boolean => moving.moved.slots >= 2 * PEOPLE
    const people = [...recipients.values()].map(async (recipient) => {
      for (let isLast = false; !isLast; ) {
        isLast = isMoved()
        const request = { ...issueRequest({ recipients: [recipient, newKey()], origin: newOrigin(), limits: FREE }), grantSeconds: 0 }
        const type = (code: string) => store.verify({ ...request, guesses: [guess(code)] })
        expect((await store.issue(request)).outcome).toBe('issued')
        expect(await type(WRONG)).toMatchObject({ outcome: 'wrong', attemptsLeft: 4 })
        const right = await Promise.all(range(5).map(() => type(RIGHT)))
        expect(tally(right)).toEqual({ verified: 1, gone: 4 })
      }
    })
    await Promise.all(people)
    expect(moving.moved.keys).toBeGreaterThan(0)
  })
})
