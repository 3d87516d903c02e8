import { type Appeal, DEFAULT_LIMITS, type Refused, type Sent } from 'express-otp'
import { describe, expect, it } from 'vitest'
import { EXTRA_PLACE_LIMITS, withExtraPlaces } from '../../src/core/extra-place.js'
import { addressOf, numbers, type Scene, scene } from './guard/scene.js'

/** Sends from an address of its own, with an appeal. */
function appealing({ otp }: Scene, to: string, appeal: Appeal): Promise<Sent | Refused> {
  return otp.send({ tenant: '', userId: '', ip: '203.0.113.1', to, hold: async () => undefined, appeal })
}

describe('an extra place', () => {
  it('T30 raises the limit that it is for by one, and no other', () => {
    expect(withExtraPlaces(DEFAULT_LIMITS, ['recipient_block', 'pumping_country'])).toEqual({
      ...DEFAULT_LIMITS,
      recipientSendsPerHourFromOneBlock: DEFAULT_LIMITS.recipientSendsPerHourFromOneBlock + 1,
    })
    const raised = Object.entries(withExtraPlaces(DEFAULT_LIMITS, EXTRA_PLACE_LIMITS)).filter(
      ([name, figure]) => figure !== Reflect.get(DEFAULT_LIMITS, name),
    )
    expect(raised).toHaveLength(5)
  })

  it('leaves the limits the object that stores remember', () => {
    expect(withExtraPlaces(DEFAULT_LIMITS)).toBe(DEFAULT_LIMITS)
  })

  it('T30 is asked for once for each limit, whatever the answer', async () => {
    const one = scene({ limits: { blockSendsPerHour: 1, recipientSendsPerHour: 1 } })
    const asked: unknown[] = []
    const always: Appeal = async ({ limit, to }) => {
      asked.push([limit, to])
      one.clock.advance(1)
      return true
    }
    const [ann = '', bob = ''] = numbers(2)
    const hidden = '+1206\u2022\u2022\u20220000'
    expect([(await appealing(one, ann, always)).ok, asked]).toEqual([true, []])
    one.clock.advance(1)
    expect([(await appealing(one, ann, always)).ok, asked]).toEqual([
      true,
      ['recipient_hour', 'block_sends'].map((limit) => [limit, hidden]),
    ])
    asked.length = 0
    expect([(await appealing(one, bob, always)).ok, asked.length]).toEqual([false, 1])
  })

  it('T29 T30 stands above what a budget has grown to, however long the appeal takes', async () => {
    const one = scene({ guard: { floorPerHour: 1, share: 1 } })
    for (const [index, to] of numbers(12, '+1206881').entries()) await one.prove(to, { ip: addressOf(index) })
    // Twelve proofs of a day are two of its busiest hour.
    const [ann = '', bob = '', cid = '', dan = '', eve = ''] = numbers(5)
    const slow: Appeal = async () => {
      one.clock.advance(61)
      return true
    }
    expect([await one.send(ann), await one.send(bob), await one.send(cid)]).toEqual(['sent', 'sent', 'rate_limited'])
    const appealed: boolean[] = []
    for (const to of [cid, dan, eve]) appealed.push((await appealing(one, to, slow)).ok)
    expect(appealed).toEqual([true, true, false])
  })
})
