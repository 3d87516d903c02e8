import { randomUUID } from 'node:crypto'
import { redisStore } from 'express-otp/stores/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedRedis } from '../helpers/shared-servers.js'
import { type Client, DOOR_NAMES, type DoorName, type Outcome } from './doors/door.js'
import { type House, type HouseOptions, openHouse } from './doors/house.js'
import { ANN } from './scenes.js'

/** So many codes that are not this one, all different. */
function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'))
}

/** How often each was said. */
function tally(said: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of said) counts[one] = (counts[one] ?? 0) + 1
  return counts
}

async function guessesAtOnce(name: DoorName, options: HouseOptions): Promise<void> {
  const house = await openHouse(options)
  const { clock, judged, rows, sms } = house
  const client = house.doors[name].client()
  expect(await client.send(ANN)).toBe('SENT')
  const code = sms.code()
  await house.warm(64)
  const said = await Promise.all(wrongCodes(code, 500).map((one) => client.verify(one)))
  const five = { 'WRONG 4': 1, 'WRONG 3': 1, 'WRONG 2': 1, 'WRONG 1': 1, EXHAUSTED: 496 }
  expect(tally(said)).toEqual(name === 'unimatrix' ? { NO: 500 } : five)
  expect(tally(judged)).toEqual({ wrong: 4, exhausted: 496 })
  expect(await client.verify(code)).toBe(name === 'unimatrix' ? 'NO' : 'EXHAUSTED')
  // Five were counted, so the fifth from here is the tenth.
  clock.advance(30)
  const next = house.doors[name].client()
  expect(await next.send(ANN)).toBe('SENT')
  for (const one of wrongCodes(sms.code(), 4)) await next.verify(one)
  expect(rows).toEqual([])
  await next.verify(wrongCodes(sms.code(), 1)[0])
  expect(rows).toEqual([10])
}

async function rightCodesAtOnce(name: DoorName, options: HouseOptions): Promise<House> {
  const house = await openHouse(options)
  const { judged, sms } = house
  const client = house.doors[name].client()
  expect(await client.send(ANN)).toBe('SENT')
  await house.warm(64)
  const said = await Promise.all(Array.from({ length: 300 }, (): Promise<Outcome> => client.verify(sms.code())))
  expect(tally(said)).toEqual({ VERIFIED: 1, [name === 'unimatrix' ? 'NO' : 'GONE']: 299 })
  expect(judged.filter((outcome) => outcome === 'verified')).toHaveLength(1)
  expect(judged.filter((outcome) => outcome !== 'verified' && outcome !== 'gone')).toEqual([])
  return house
}

/** 180 guesses at once, thirty at each door, all for one recipient. */
async function guessesEverywhere(options: HouseOptions): Promise<void> {
  const limits = { cooldownSeconds: [1], recipientSendsPerHour: 60, recipientSendsPerHourFromOneBlock: 60, pendingPerRecipient: 10 }
  const house = await openHouse({ ...options, otp: { limits } })
  const { clock, judged, rows, sms } = house
  const visitors: { readonly client: Client; readonly code: string }[] = []
  for (const name of DOOR_NAMES) {
    const client = house.doors[name].client()
    expect(await client.send(ANN)).toBe('SENT')
    visitors.push({ client, code: sms.code() })
    clock.advance(1)
  }
  await house.warm(64)
  const guesses = Array.from({ length: 30 }, (_, index) =>
    visitors.map(({ client, code }) => client.verify(wrongCodes(code, 30)[index])),
  ).flat()
  const said = await Promise.all(guesses)
  expect(said).toHaveLength(180)
  expect(tally(said).LIMITED).toBeGreaterThan(0)
  // The fifth wrong guess at a door is told as the end of its challenge.
  const ended = new Set(visitors.filter((_, index) => said.some((one, at) => at % 6 === index && one === 'EXHAUSTED'))).size
  const { wrong = 0 } = tally(judged)
  expect(wrong).toBeLessThanOrEqual(10)
  expect(wrong + ended).toBeLessThanOrEqual(10)
  expect(new Set(rows)).toEqual(new Set([10]))
  // Begun by the tenth failure, the pause is the first one, of 30 s: an eleventh would have made it longer.
  for (const { client, code } of visitors) expect(await client.verify(code)).toMatch(/^(?:LIMITED|EXHAUSTED|NO)$/)
  clock.advance(30)
  const after = await Promise.all(visitors.map(({ client, code }) => client.verify(code)))
  expect(after.filter((one) => one === 'LIMITED')).toEqual([])
  expect(after.filter((one) => one === 'VERIFIED').length).toBeGreaterThanOrEqual(4)
}

describe.each(DOOR_NAMES)('many requests in the same instant at the door %s', (name) => {
  it('T02 of 500 wrong guesses in memory, five are compared', async () => {
    await guessesAtOnce(name, {})
  })

  it('T22 of 300 right codes in memory, one is verified', async () => {
    await rightCodesAtOnce(name, {})
  })
})

describe('many guesses in the same instant at all six doors', () => {
  it('T05 T02 are charged to one counter: the tenth of 180 begins the pause, and no further one is compared', async () => {
    await guessesEverywhere({})
  })
})

describe.skipIf(!hasRedis)('many requests in the same instant at two copies on one Redis', () => {
  let clients: ReturnType<typeof createClient>[] = []
  beforeAll(async () => {
    const url = await sharedRedis()
    clients = [createClient({ url }), createClient({ url })]
    await Promise.all(clients.map((client) => client.connect()))
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
  })

  function copies(): HouseOptions {
    const prefix = `one-engine-${randomUUID()}`
    return { stores: clients.map((client) => (clock) => redisStore({ client, prefix, clock })) }
  }

  it.each(DOOR_NAMES)('T02 of 500 wrong guesses at the door %s, five are compared', async (name) => {
    await guessesAtOnce(name, copies())
  })

  it.each(DOOR_NAMES)('T22 T21 of 300 right codes at the door %s, one is verified', async (name) => {
    await rightCodesAtOnce(name, copies())
  })

  it('T05 T02 of 180 wrong guesses at all six doors, ten are compared', async () => {
    await guessesEverywhere(copies())
  })
})
