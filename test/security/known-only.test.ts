import { randomUUID } from 'node:crypto'
import type { Store } from 'express-otp'
import { redisStore } from 'express-otp/stores/redis'
import { type TestClock, testClock } from 'express-otp/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { passportApp } from '../helpers/passport-app.js'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedRedis, sharedRedisCluster } from '../helpers/shared-servers.js'
import { nodeRedis, nodeRedisCluster, type OpenClient } from '../stores/redis-clients.js'
import { hiding, live, PEOPLE, type Somebody } from './known-only-scene.js'
import { ANN } from './scenes.js'

type MakeStore = (clock: TestClock) => Store

async function atTheDoor(place: PlaceName, somebody: Somebody, store?: MakeStore): Promise<unknown[]> {
  const clock = testClock()
  const door = await openDoor({ place, otp: hiding(somebody, clock, store) })
  const seen = await live(door, clock, ANN, '/otp/verify')
  expect(door.errors).toEqual([])
  return seen
}

async function atPassport(place: PlaceName, somebody: Somebody, store?: MakeStore): Promise<unknown[]> {
  const clock = testClock()
  const door = await passportApp({ place, otp: hiding(somebody, clock, store) })
  const seen = await live(door, clock, ANN, '/signin')
  expect(door.failures).toEqual([])
  return seen
}

/** Every life is like the first one, and that one is a real one. */
async function expectAlike(lives: (somebody: Somebody) => Promise<unknown[]>, people: readonly Somebody[] = PEOPLE): Promise<void> {
  let first: unknown[] | undefined
  for (const somebody of people) {
    const seen = await lives(somebody)
    first ??= seen
    expect({ who: somebody.who, seen }).toEqual({ who: somebody.who, seen: first })
  }
  const statuses = first?.map((one) => Reflect.get(Object(one), 'status'))
  // A send that passed, wrong guesses and the end of them, a limit: nothing of a life was left out.
  expect(statuses).toEqual(expect.arrayContaining([200, 429]))
  expect(statuses?.some((status) => status === 400 || status === 401)).toBe(true)
  expect(statuses).not.toContain(502)
  expect(statuses).not.toContain(500)
}

describe.each(PLACES)('known-only, with the router %s', (place) => {
  it('T31 T32 nobody is told apart by status, body, headers or cookies over a whole life', async () => {
    await expectAlike((somebody) => atTheDoor(place, somebody))
  })

  it('T31 T32 nor by what Passport answers', async () => {
    await expectAlike((somebody) => atPassport(place, somebody))
  })
})

describe.skipIf(!hasRedis)('known-only, on Redis', () => {
  let opened: readonly OpenClient[]
  beforeAll(async () => {
    opened = await Promise.all([nodeRedis.open([await sharedRedis()]), nodeRedisCluster.open(await sharedRedisCluster())])
  })
  afterAll(async () => {
    for (const { close } of opened) await close()
  })

  it('T31 T32 nobody is told apart by a whole life, on one server and on a cluster', async () => {
    for (const { client } of opened) {
      await expectAlike((somebody) =>
        atTheDoor('ahead of the session', somebody, (clock) => redisStore({ client, clock, prefix: randomUUID() })),
      )
    }
  })

  it('T31 T32 nor by what Passport answers', async () => {
    for (const { client } of opened) {
      await expectAlike((somebody) =>
        atPassport('behind the session', somebody, (clock) => redisStore({ client, clock, prefix: randomUUID() })),
      )
    }
  })
})
