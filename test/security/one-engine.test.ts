import { describe, expect, it } from 'vitest'
import { wrong } from '../helpers/door-app.js'
import { type Client, DOOR_NAMES, type Door, type DoorName, type Outcome } from './doors/door.js'
import { doorsEndingWith, type House, openHouse } from './doors/house.js'
import { ANN } from './scenes.js'

/** What happens at one door, as the classes of its answers. */
type Scene = (house: House, door: Door) => Promise<Outcome[]>

const OTHERS = DOOR_NAMES.filter((name) => name !== 'session')

/** Where a vendor's words are poorer than ours; whatever is not here a door must say as the session door does. */
const POORER: Partial<Record<DoorName, (said: Outcome) => Outcome>> = {
  // `valid: false`, whatever is wrong with the guess.
  unimatrix: (said) => (/^(?:WRONG|GONE|EXHAUSTED)/.test(said) ? 'NO' : said),
}

async function guess(client: Client, code: string, times: number): Promise<Outcome[]> {
  const said: Outcome[] = []
  for (let done = 0; done < times; done++) said.push(await client.verify(code))
  return said
}

/** Plays a scene at the session door and at another one, each in a house of its own, and holds the answers against each other. */
async function expectSame(name: DoorName, scene: Scene, expected: readonly Outcome[]): Promise<void> {
  const [ours, theirs] = [await openHouse(), await openHouse()]
  const said = await scene(ours, ours.doors.session)
  expect(said).toEqual(expected)
  const inItsWords = POORER[name] ?? ((one) => one)
  expect(await scene(theirs, theirs.doors[name])).toEqual(said.map(inItsWords))
  // Poor words hide nothing here: the engine made the same of every guess. A browser without a pointer does not get as far as it.
  const compared = ({ judged }: House): string[] => judged.filter((outcome) => outcome !== 'gone')
  expect(compared(theirs)).toEqual(compared(ours))
  expect(theirs.rows).toEqual(ours.rows)
  expect(theirs.sms.messages).toHaveLength(ours.sms.messages.length)
}

describe.each(OTHERS)('the door %s says as the session door does', (name) => {
  it('T01 what is left of five guesses, then refuses the right code too', async () => {
    const scene: Scene = async ({ sms }, door) => {
      const client = door.client()
      const said = [await client.send(ANN), ...(await guess(client, wrong(sms.code()), 5))]
      return [...said, ...(await guess(client, sms.code(), 2)), await client.copy().verify(sms.code())]
    }
    const used = ['EXHAUSTED', 'EXHAUSTED', 'EXHAUSTED', 'EXHAUSTED'] as const
    await expectSame(name, scene, ['SENT', 'WRONG 4', 'WRONG 3', 'WRONG 2', 'WRONG 1', ...used])
  })

  it('T03 that guesses are not won back by other codes: after ten failures there is a pause', async () => {
    const scene: Scene = async ({ clock, sms }, door) => {
      const client = door.client()
      const said = [await client.send(ANN), ...(await guess(client, wrong(sms.code()), 4))]
      for (const [seconds, times] of [
        [31, 4],
        [61, 2],
      ] as const) {
        clock.advance(seconds)
        said.push(await client.resend(), ...(await guess(client, wrong(sms.code()), times)))
      }
      said.push(await client.verify(sms.code()), await client.resend(), await door.client().send(ANN))
      clock.advance(30)
      return [...said, await client.verify(sms.code())]
    }
    const four = ['SENT', 'WRONG 4', 'WRONG 3', 'WRONG 2', 'WRONG 1'] as const
    await expectSame(name, scene, [...four, ...four, 'SENT', 'WRONG 4', 'WRONG 3', 'LIMITED', 'LIMITED', 'LIMITED', 'VERIFIED'])
  })

  it('T04 the same counters to a copy of a client, and to one that begins anew', async () => {
    const scene: Scene = async ({ clock, sms }, door) => {
      const client = door.client()
      const said = [await client.send(ANN)]
      const old = client.copy()
      said.push(...(await guess(client, wrong(sms.code()), 2)), ...(await guess(old, wrong(sms.code()), 2)))
      said.push(await client.verify(wrong(sms.code())), await old.verify(sms.code()))
      clock.advance(30)
      const fresh = door.client()
      said.push(await fresh.send(ANN), ...(await guess(fresh, wrong(sms.code()), 4)))
      clock.advance(60)
      const last = door.client()
      said.push(await last.send(ANN), await last.verify(wrong(sms.code())), await last.verify(sms.code()))
      return said
    }
    const four = ['SENT', 'WRONG 4', 'WRONG 3', 'WRONG 2', 'WRONG 1'] as const
    await expectSame(name, scene, [...four, 'EXHAUSTED', 'EXHAUSTED', ...four, 'SENT', 'WRONG 4', 'LIMITED'])
  })

  it('T21 that a used code is gone, for this client, for its copy, and for whoever knows the recipient at any door', async () => {
    const scene: Scene = async ({ doors, sms }, door) => {
      const client = door.client()
      const said = [await client.send(ANN)]
      const old = client.copy()
      said.push(...(await guess(client, sms.code(), 2)), await old.verify(sms.code()), await old.verify(wrong(sms.code())))
      const strangers: Outcome[] = []
      for (const one of DOOR_NAMES) strangers.push(await doors[one].client({ knows: ANN }).verify(sms.code()))
      expect(strangers).toEqual(['GONE', 'GONE', 'GONE', 'NO', 'GONE', 'GONE'])
      return said
    }
    await expectSame(name, scene, ['SENT', 'VERIFIED', 'GONE', 'GONE', 'GONE'])
  })
})

describe.each(DOOR_NAMES)('the door %s', (name) => {
  it('T36 neither compares nor charges what is no code', async () => {
    const { doors, judged, sms } = await openHouse()
    const client = doors[name].client()
    await client.send(ANN)
    const code = sms.code()
    const noCodes = [undefined, null, true, false, [], [code], {}, { $ne: 1 }, '', '   ', 1.5, -1, 1e6, Number.MAX_VALUE]
    for (const one of noCodes) expect.soft(await client.verify(one), JSON.stringify(one)).toBe('SHAPE')
    expect(judged).toEqual([])
    // The clients of one vendor send numbers: there a whole number is the code, zeros in front of it.
    const asNumber = await client.verify(Number(code))
    expect(asNumber).toBe(name === 'sendmator' ? 'VERIFIED' : 'SHAPE')
    if (asNumber === 'VERIFIED') return
    expect(judged).toEqual([])
    expect(await client.verify(wrong(code))).toBe(name === 'unimatrix' ? 'NO' : 'WRONG 4')
    expect(await client.verify(code)).toBe('VERIFIED')
  })

  it('T05 makes the tenth failure of all six doors together, and the pause that it begins holds at all', async () => {
    const limits = { cooldownSeconds: [1], recipientSendsPerHour: 60, recipientSendsPerHourFromOneBlock: 60, pendingPerRecipient: 10 }
    const house = await openHouse({ otp: { limits } })
    const { clock, judged, rows, sms } = house
    const visitors: { readonly client: Client; readonly code: string }[] = []
    for (const door of doorsEndingWith(house, name)) {
      const client = door.client()
      expect(await client.send(ANN)).toBe('SENT')
      visitors.push({ client, code: sms.code() })
      clock.advance(1)
    }
    // In turn, so that the tenth failure is made here.
    for (const { client, code } of [...visitors.slice(2), ...visitors])
      expect(await client.verify(wrong(code))).toMatch(/^(?:WRONG [34]|NO)$/)
    expect(judged).toEqual(Array(10).fill('wrong'))
    expect(rows).toEqual([10])

    for (const { client, code } of visitors) expect(await client.verify(code)).toBe('LIMITED')
    for (const door of doorsEndingWith(house, name)) expect(await door.client().send(ANN)).toBe('LIMITED')
    expect(sms.messages).toHaveLength(6)
    clock.advance(30)
    for (const { client, code } of visitors) expect(await client.verify(code)).toBe('VERIFIED')
  })

  it('T27 begins a cooldown that holds at all doors', async () => {
    const house = await openHouse()
    const { clock, doors, sms } = house
    const all = doorsEndingWith(house, name)
    for (const seconds of [30, 60]) {
      expect(await doors[name].client().send(ANN)).toBe('SENT')
      for (const door of all) expect(await door.client().send(ANN)).toBe('LIMITED')
      clock.advance(seconds - 1)
      for (const door of all) expect(await door.client().send(ANN)).toBe('LIMITED')
      clock.advance(1)
    }
    expect(sms.messages).toHaveLength(2)
  })

  it('T27 sends no sixth message in an hour after five that the others sent', async () => {
    const house = await openHouse()
    const { clock, doors, sms } = house
    const all = doorsEndingWith(house, name)
    for (const door of all.slice(0, 5)) {
      expect(await door.client().send(ANN)).toBe('SENT')
      clock.advance(601)
    }
    for (const door of all) expect(await door.client().send(ANN)).toBe('LIMITED')
    expect(sms.messages).toHaveLength(5)
    clock.advance(595)
    expect(await doors[name].client().send(ANN)).toBe('SENT')
  })
})
