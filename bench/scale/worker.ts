// One store, filled step by step, in a process of its own: `memory`, or the addresses of Redis servers, several for a cluster. Tells its parent what each step showed.

import { memoryStore } from 'express-otp/stores/memory'
import { redisStore } from 'express-otp/stores/redis'
import { testClock } from 'express-otp/testing'
import { createClient, createCluster } from 'redis'
import { type CrowdOptions, gather } from './crowd.js'
import { climb, type LevelFigures, warmUp } from './levels.js'
import { watch } from './servers.js'

/** Of the process that started this one. */
export interface Order {
  /** None for memory. */
  readonly urls: readonly string[]
  readonly channel: 'email' | 'sms'
  readonly levels: readonly number[]
}

/** Records of a pending code: its own, its share of an address's, and for a paid message what the guard notes; and of codes that are over. */
const ROOM = 4

async function run({ channel, levels, urls }: Order): Promise<readonly LevelFigures[]> {
  const most = Math.max(...levels)
  // It stands still while places fill: all that were asked for are pending.
  const clock = testClock(Date.now())
  const options = { channel, clock, most } satisfies Omit<CrowdOptions, 'store'>
  if (urls.length === 0) {
    const warm = memoryStore({ clock })
    await warmUp(gather({ ...options, most: 5000, store: warm }), clock)
    await warm.close()
    const store = memoryStore({ clock, maxEntries: ROOM * most + 10_000 })
    return await climb({ crowd: gather({ ...options, store }), clock, levels, memory: store })
  }
  const client = await (urls.length === 1
    ? createClient({ url: urls[0] ?? '' }).connect()
    : createCluster({ rootNodes: urls.map((url) => ({ url })) }).connect())
  const servers = await watch(urls)
  await warmUp(gather({ ...options, most: 5000, store: redisStore({ client, clock, deadlineSeconds: 10 }) }), clock)
  await servers.flush()
  const figures = await climb({
    crowd: gather({ ...options, store: redisStore({ client, clock, deadlineSeconds: 10 }) }),
    clock,
    levels,
    servers,
  })
  servers.close()
  client.destroy()
  return figures
}

process.once('message', (order: Order) => {
  run(order).then(
    (levels) => process.send?.({ levels }, () => process.exit()),
    (err: unknown) => {
      console.error(err)
      process.exit(1)
    },
  )
})
