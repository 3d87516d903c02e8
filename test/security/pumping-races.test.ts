import { randomUUID } from 'node:crypto'
import type { Store } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { redisStore } from 'express-otp/stores/redis'
import { type TestClock, testClock } from 'express-otp/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, numbers, quiet, type Scene, scene, until } from '../core/guard/scene.js'
import { hasRedis } from '../helpers/redis-server.js'
import { CLIENTS, type OpenClient, openShared } from '../stores/redis-clients.js'

type Options = Parameters<typeof scene>[0]

/** Two copies of an application on one store. */
type Copies = (options: Options) => readonly [Scene, Scene]

/** So many sends in the same instant, at both copies in turn. */
async function atOnce(copies: readonly Scene[], to: readonly string[]): Promise<Record<string, number>> {
  const said = await Promise.all(to.map((one, index) => copies[index % copies.length]?.send(one, { ip: addressOf(index) })))
  const counts: Record<string, number> = {}
  for (const one of said) counts[String(one)] = (counts[String(one)] ?? 0) + 1
  return counts
}

function delivered(copies: readonly Scene[]): number {
  return copies.reduce((sum, { sms }) => sum + sms.messages.length, 0)
}

/** What holds of two copies holds of two processes: they share nothing but the store. */
function races(open: Copies): void {
  it('T29 of 300 sends with 50 places exactly 50 go out', async () => {
    const copies = open({})
    expect(await atOnce(copies, numbers(300))).toEqual({ sent: 50, rate_limited: 250 })
    expect(delivered(copies)).toBe(50)
    await until(() => copies.flatMap((one) => one.heard('pumping')).length > 0)
    await quiet()
    expect(copies.flatMap((one) => one.heard('pumping'))).toHaveLength(1)
    expect(copies.flatMap((one) => one.heard('decided')).filter(({ decision }) => decision === 'allowed')).toHaveLength(50)
  })

  it('T29 of 300 sends for 0.10 under a ceiling of 5 exactly 50 go out, and 50, 80 and 100 percent are told once', async () => {
    const copies = open({ guard: false, prices: { sms: { default: '0.1' } }, spendCap: { perHour: '5' } })
    expect(await atOnce(copies, numbers(300))).toEqual({ sent: 50, rate_limited: 250 })
    expect(delivered(copies)).toBe(50)
    const told = (): string[] => copies.flatMap((one) => one.heard('budget')).map(({ limit, percent }) => `${limit} ${percent}`)
    const each = ['spend_hour 100', 'spend_hour 50', 'spend_hour 80']
    await until(() => told().length >= each.length)
    await new Promise((resolve) => setImmediate(resolve))
    expect(told().sort()).toEqual(each)
  })

  it('T29 of 300 sends under several ceilings never more go out than any of them holds, and what is left can be used', async () => {
    const copies = open({
      guard: { floorPerHour: 45, paidPerHour: 50 },
      prices: { sms: { default: '0.1' } },
      spendCap: { perHour: '5', perDay: '4' },
    })
    const { sent = 0 } = await atOnce(copies, numbers(300))
    // Whoever is refused by one ceiling holds a place of the others for a moment, so that a last place may stay free.
    expect(sent).toBeLessThanOrEqual(40)
    expect(sent).toBeGreaterThan(20)
    await quiet()
    let more = 0
    for (const to of numbers(50, '+1206555')) if ((await copies[0].send(to)) === 'sent') more++
    expect([sent + more, delivered(copies)]).toEqual([40, 40])
  })

  it('T29 what one copy has proved passes and gives its place back at the other', async () => {
    const [one, other] = open({ guard: { floorPerHour: 1 } })
    await one.prove('+12068800123')
    one.clock.advance(2)
    await until(async () => {
      one.clock.advance(1)
      return (await other.send('+12065550100')) === 'sent'
    })
    expect(await other.send('+12065550101')).toBe('rate_limited')
    expect(await other.send('+12068800123')).toBe('sent')
  })
}

describe('many paid messages in the same instant at two copies in memory', () => {
  races((options) => {
    const clock = testClock()
    const store = memoryStore({ clock })
    return [scene(options, { clock, store }), scene(options, { clock, store })]
  })
})

describe.skipIf(!hasRedis).each(CLIENTS)('many paid messages in the same instant at two copies on $name', (kind) => {
  let open: readonly OpenClient[] = []
  beforeAll(async () => {
    open = [await openShared(kind), await openShared(kind)]
  })
  afterAll(async () => {
    for (const { close } of open) await close()
  })

  races((options) => {
    const clock = testClock()
    const prefix = `pumping-${randomUUID()}`
    const copy = (index: number, time: TestClock): Store => {
      const client = open[index]?.client
      if (client === undefined) throw new Error('no client')
      return redisStore({ client, prefix, clock: time })
    }
    return [scene(options, { clock, store: copy(0, clock) }), scene(options, { clock, store: copy(1, clock) })]
  })
})
