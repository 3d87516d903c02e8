import { expect, it } from 'vitest'
import { wrong } from '../helpers/door-app.js'
import { DOOR_NAMES, SERVICE_DOORS } from './doors/door.js'
import { openHouse } from './doors/house.js'
import { ANN, BOB } from './scenes.js'

it.each(DOOR_NAMES)('T07 at the door %s tells of the tenth failure once, however many guesses come after it', async (name) => {
  const { clock, doors, rows, sms } = await openHouse()
  for (let challenge = 0; challenge < 2; challenge++) {
    const client = doors[name].client()
    await client.send(ANN)
    for (let tries = 0; tries < 8; tries++) await client.verify(wrong(sms.code()))
    clock.advance(30)
  }
  expect(rows).toEqual([10])
})

it.each(SERVICE_DOORS)(
  'T01 T09 at the door %s a guess at a used-up challenge, which is not charged, takes no place of the key',
  async (name) => {
    const { doors, sms } = await openHouse({ failuresPerHour: 10 })
    const [ann, bob] = [doors[name].client(), doors[name].client()]
    await ann.send(ANN)
    for (let tries = 0; tries < 20; tries++) await ann.verify(wrong(sms.code(ANN)))
    await bob.send(BOB)
    expect(await bob.verify(sms.code(BOB))).toBe('VERIFIED')
  },
)
