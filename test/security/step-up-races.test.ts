import { randomUUID } from 'node:crypto'
import { RedisStore } from 'connect-redis'
import type { SessionOptions } from 'express-session'
import { describe, expect, it } from 'vitest'
import { openDoor, PLACES, type PlaceName } from '../helpers/door-app.js'
import { useRedisClient } from '../helpers/redis-client.js'
import { hasRedis } from '../helpers/redis-server.js'
import { swarm } from '../helpers/swarm.js'
import { ANN, guardedRoute, guess, reasons, userOf, userRoutes } from './scenes.js'

/** Over 256 open connections, 300 at once spend one proof; how many passed. */
async function race(place: PlaceName, session: Partial<SessionOptions>): Promise<number> {
  const { browser, origin, sms } = await openDoor({
    place,
    session,
    otp: { secret: randomUUID() + randomUUID(), intents: { login: {}, pay: { stepUp: true, recipient: () => ANN } } },
    router: { currentUser: userOf },
    routes(app, otp) {
      app.get('/healthz', (_req, res) => void res.json({}))
      userRoutes(app)
      guardedRoute(app, otp, { intent: 'pay' })
    },
  })
  const clients = swarm()
  try {
    const ann = browser()
    await ann.post('/become', { user: 'ann' })
    await ann.post('/otp/send', { intent: 'pay' })
    expect(reasons(await guess(ann, sms.code(), 1, { intent: 'pay' }))).toEqual(['verified'])
    await clients.warm([origin])
    const cookies = [...ann.cookies].map(([name, value]) => `${name}=${value}`)
    const replies = await clients.burst(Array.from({ length: 300 }, () => ({ url: `${origin}/guarded`, body: {}, cookies })))
    expect(replies.filter(({ status }) => status !== 200 && status !== 401)).toEqual([])
    return replies.filter(({ status }) => status === 200).length
  } finally {
    clients.close()
  }
}

describe.each(PLACES)('300 steps at once %s', (place) => {
  it('T26 spend one proof once, in memory', async () => {
    expect(await race(place, {})).toBe(1)
  }, 60_000)
})

describe.skipIf(!hasRedis).each(PLACES)('300 steps at once %s', (place) => {
  const client = useRedisClient()

  it('T26 spend one proof once, in Redis', async () => {
    expect(await race(place, { store: new RedisStore({ client: client(), prefix: `race-${randomUUID()}:` }) })).toBe(1)
  }, 60_000)
})
