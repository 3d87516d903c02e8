import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, type DemoProcess, startDemo, startHandWritten } from '../helpers/demo-process.js'
import { type RaceFigures, type Racetrack, race } from '../helpers/race.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { swarm } from '../helpers/swarm.js'

const REFUSALS = ['invalid_code', 'too_many_attempts', 'rate_limited', 'no_pending_challenge', 'expired']

/** The race on so many copies of an app, from start to stop. */
async function raceOn(start: () => Promise<DemoProcess>, count: number): Promise<Awaited<ReturnType<typeof race>>> {
  const processes = await Promise.all(Array.from({ length: count }, start))
  const track: Racetrack = { copies: processes.map(({ url }) => url), clients: swarm() }
  try {
    return await race(track)
  } finally {
    track.clients.close()
    await Promise.all(processes.map((one) => one.stop()))
  }
}

function line(name: string, { accepted, compared, loggedIn, messages }: RaceFigures): string {
  return `${name}: ${compared} compared, ${accepted} accepted, ${loggedIn} logged in, ${messages} sent`
}

beforeAll(buildPackage, 120_000)

describe('many requests in the same instant', () => {
  function expectSafe({ guesses, ...figures }: Awaited<ReturnType<typeof race>>): void {
    expect(figures).toEqual({ compared: 5, accepted: 1, loggedIn: 1, messages: 1 })
    const left = guesses.flatMap(({ json }) => (json.reason === 'invalid_code' ? [json.attemptsLeft] : []))
    expect(left.toSorted()).toEqual([1, 2, 3, 4])
    expect(guesses.filter(({ json }) => !REFUSALS.includes(String(json.reason)))).toEqual([])
  }

  it('T02 T22 T28 one process in memory compares 5 guesses of 500, logs in once of 300, and sends one message of 50', async () => {
    expectSafe(await raceOn(() => startDemo(), 1))
  })

  describe.skipIf(!hasRedis)('at two processes on one Redis', () => {
    let redis: RedisServer
    let ours: Awaited<ReturnType<typeof race>>

    beforeAll(async () => {
      redis = await startRedis()
      ours = await raceOn(() => startDemo({ REDIS_URL: redis.url }), 2)
    })
    afterAll(() => redis?.stop())

    it('T02 T22 T28 compares 5 guesses of 500, logs in once of 300, and sends one message of 50', () => {
      expectSafe(ours)
    })

    it('T02 T22 T28 finds code that is written by hand, with the attempts in the session, to do more', async () => {
      const theirs = await raceOn(() => startHandWritten(redis.url), 2)
      console.log(`500 guesses, 300 right codes, 50 sends at once | ${line('express-otp', ours)} | ${line('req.session.otp', theirs)}`)
      expect(theirs.compared).toBeGreaterThan(5)
      expect(theirs.accepted).toBeGreaterThan(1)
      expect(theirs.loggedIn).toBeGreaterThan(1)
      expect(theirs.messages).toBeGreaterThan(1)
    })
  })
})
