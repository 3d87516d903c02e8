import { describe, expect, it } from 'vitest'
import { ANN, addressOf, numbers, quiet, type Scene, scene } from '../core/guard/scene.js'

/** Sends to each of these from an address of its own; how often each was said. */
async function flood({ send }: Scene, to: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [index, one] of to.entries()) {
    const said = await send(one, { ip: addressOf(index) })
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

describe('messages that nobody proves', () => {
  it('T29 close their calling code when 50 of an hour are unproved, whatever addresses ask', async () => {
    const one = scene()
    expect(await flood(one, numbers(60))).toEqual({ sent: 50, rate_limited: 10 })
    expect(one.sms.messages).toHaveLength(50)
    expect(one.retryAfter()).toBe(3600)
    // Another country is open.
    expect(await one.send('+33612345678')).toBe('sent')
    one.clock.advance(3599)
    expect(await one.send('+12065550100')).toBe('rate_limited')
    one.clock.advance(1)
    expect(await one.send('+12065550100')).toBe('sent')
  })

  it('T29 close their address block, and no other', async () => {
    const one = scene({ guard: { blockFloorPerHour: 3 } })
    const said: string[] = []
    for (const to of numbers(4)) said.push(await one.send(to, { ip: '2001:db8::1' }))
    expect(said).toEqual(['sent', 'sent', 'sent', 'rate_limited'])
    expect(await one.send('+33612345678', { ip: '2001:db8::2' })).toBe('rate_limited')
    expect(await one.send('+33612345678', { ip: '2001:db8:0:1::1' })).toBe('sent')
    expect(one.heard('decided').at(-2)?.rule).toBe('pumping_block')
  })

  it('T29 count at no block where no address is known', async () => {
    const one = scene({ guard: { blockFloorPerHour: 1 } })
    for (const to of numbers(5)) expect(await one.send(to, { ip: undefined })).toBe('sent')
  })

  it('T29 a verified code gives its places back, those of every resend too', async () => {
    const one = scene({ guard: { floorPerHour: 3, blockFloorPerHour: 3 } })
    expect(await one.send(ANN)).toBe('sent')
    one.clock.advance(1)
    expect(await one.resend()).toBe('sent')
    one.clock.advance(1)
    expect(await one.resend()).toBe('sent')
    expect(await one.send('+12065550100')).toBe('rate_limited')
    expect(await one.verify(ANN)).toBe('verified')
    await quiet()
    expect(await flood(one, numbers(4))).toEqual({ sent: 3, rate_limited: 1 })
  })

  it('T29 a code that is verified after its window has ended gives nothing back to the next one', async () => {
    const one = scene({ guard: { floorPerHour: 2 } })
    await one.send(numbers(1)[0] ?? '')
    one.clock.advance(3500)
    await one.send(ANN)
    one.clock.advance(100)
    // A window of its own, full.
    expect(await one.send('+12065550101')).toBe('sent')
    expect(await one.send('+12065550102')).toBe('sent')
    expect(await one.verify(ANN)).toBe('verified')
    await quiet()
    expect(await one.send('+12065550103')).toBe('rate_limited')
  })

  it('T29 a recipient that was proved passes a closed route for 366 days, and takes no place', async () => {
    const one = scene({ guard: { floorPerHour: 1, blockFloorPerHour: 1 } })
    await one.prove(ANN)
    for (const _ of [1, 2, 3]) {
      one.clock.advance(60)
      expect(await one.send(ANN)).toBe('sent')
      expect(one.heard('decided').at(-1)).toMatchObject({ decision: 'allowed', rule: 'proved', figures: [] })
    }
    await quiet()
    expect(await one.send('+12065550101')).toBe('sent')
    expect(await one.send('+12065550102')).toBe('rate_limited')
    one.clock.advance(1)
    expect(await one.send(ANN)).toBe('sent')
    one.clock.advance(366 * 86_400)
    await one.send('+12065550102')
    expect(await one.send(ANN)).toBe('rate_limited')
  })

  it('T29 a proof counts anew from the last one', async () => {
    const one = scene({ guard: { floorPerHour: 1 } })
    await one.prove(ANN)
    one.clock.advance(300 * 86_400)
    await one.prove(ANN)
    one.clock.advance(300 * 86_400)
    await one.send('+12065550102')
    expect(await one.send(ANN)).toBe('sent')
  })

  it('T29 a budget grows with what new recipients proved there in the last 24 hours, and shrinks again', async () => {
    const one = scene({ guard: { floorPerHour: 2, blockFloorPerHour: 100, share: 1 } })
    // A sixth of 24 is 4.
    for (const to of numbers(24, '+1206555')) await one.prove(to)
    expect(await flood(one, numbers(6))).toEqual({ sent: 4, rate_limited: 2 })
    expect(one.heard('decided').at(-1)?.figures[0]).toMatchObject({ limit: 'pumping_country', used: 4, most: 4 })
    one.clock.advance(2 * 86_400)
    expect(await flood(one, numbers(6, '+1206556'))).toEqual({ sent: 2, rate_limited: 4 })
  })

  it('T29 `share: 0` leaves the floor', async () => {
    const one = scene({ guard: { floorPerHour: 2, share: 0 } })
    for (const to of numbers(24, '+1206555')) await one.prove(to)
    expect(await flood(one, numbers(4))).toEqual({ sent: 2, rate_limited: 2 })
  })

  it('T29 T67 tenants have budgets of their own', async () => {
    const one = scene({ guard: { floorPerHour: 2 } })
    expect(await flood(one, numbers(3))).toEqual({ sent: 2, rate_limited: 1 })
    for (const to of numbers(2)) expect(await one.send(to, { tenant: 'acme' })).toBe('sent')
    expect(await one.send(ANN, { tenant: 'acme' })).toBe('rate_limited')
    expect(await one.send(ANN, { tenant: 'other' })).toBe('sent')
  })

  it('T29 are recorded and not refused with `mode: "record"`, and proofs give their places back there too', async () => {
    const one = scene({ guard: { mode: 'record', floorPerHour: 2, paidPerHour: 3 } })
    expect(await flood(one, numbers(4))).toEqual({ sent: 4 })
    expect(one.heard('decided').map(({ decision, rule }) => `${decision} ${rule}`)).toEqual([
      'allowed within_budgets',
      'allowed within_budgets',
      'recorded pumping_country',
      'recorded pumping_country',
    ])
    expect(
      one
        .heard('decided')
        .at(-1)
        ?.figures.map((figure) => `${figure.limit} ${figure.used}/${figure.most}`),
    ).toEqual(['pumping_country 4/2', 'pumping_block 1/20', 'paid_hour 4/3'])
    await one.verify()
    await quiet()
    await one.send(ANN)
    expect(one.heard('decided').at(-1)?.figures[0]).toMatchObject({ used: 4 })
    expect(one.heard('pumping')).toHaveLength(1)
    expect(one.heard('send_refused')).toEqual([])
  })

  it('T29 pass with `guard: false`', async () => {
    const one = scene({ guard: false })
    expect(await flood(one, numbers(60))).toEqual({ sent: 60 })
    expect(one.heard('decided')).toEqual([])
  })
})

describe('refusals of a budget', () => {
  it('T29 T52 say that there is a limit, and not which; listeners hear it by name', async () => {
    const one = scene({ guard: { floorPerHour: 1 } })
    await one.send(ANN)
    const result = await one.otp.send({ tenant: '', userId: '', ip: '192.0.2.9', to: '+12065550100', hold: async () => undefined })
    expect(result).toEqual({ ok: false, reason: 'rate_limited', retryAfter: 3600 })
    expect(one.heard('send_refused')).toMatchObject([
      { limit: 'pumping_country', retryAfterSeconds: 3600, to: '+1206\u2022\u2022\u20220100' },
    ])
  })

  it('T29 leave no challenge and no place of the recipient used', async () => {
    const one = scene({ guard: { floorPerHour: 1 }, limits: { recipientSendsPerHour: 2, cooldownSeconds: [30] } })
    await one.send(ANN)
    for (const _ of [1, 2, 3]) expect(await one.send('+12065550100')).toBe('rate_limited')
    expect(one.heard('decided').map(({ rule }) => rule)).toEqual(['within_budgets', ...new Array(3).fill('pumping_country')])
    one.clock.advance(3600)
    expect(await one.send('+12065550100')).toBe('sent')
  })

  it('T29 of a resend leave the code that is on its way', async () => {
    const one = scene({ guard: { floorPerHour: 2 } })
    await one.send('+12065550100')
    await one.send(ANN)
    one.clock.advance(1)
    expect(await one.resend()).toBe('rate_limited')
    expect(await one.verify(ANN)).toBe('verified')
  })

  it('T29 a send that another limit refuses takes no place, and says by which', async () => {
    const one = scene({ guard: { floorPerHour: 2 }, limits: { cooldownSeconds: [30] } })
    for (const said of ['sent', 'rate_limited', 'rate_limited', 'rate_limited']) expect(await one.send(ANN)).toBe(said)
    expect(one.heard('decided').at(-1)).toMatchObject({ decision: 'refused', rule: 'cooldown', figures: [{ used: 1 }, { used: 1 }] })
    expect(await one.send('+12065550100')).toBe('sent')
    expect(await one.send('+12065550101')).toBe('rate_limited')
  })

  it('T35 a message that a vendor definitely refused gives every place back; one that may have gone out keeps them', async () => {
    const one = scene({ guard: { floorPerHour: 1, blockFloorPerHour: 1, paidPerHour: 1 } })
    for (const _ of [1, 2, 3]) {
      one.sms.refuseNext()
      expect(await one.send(ANN)).toBe('delivery_failed')
    }
    one.sms.refuseNext({ uncertain: true, retryable: false })
    expect(await one.send(ANN)).toBe('delivery_failed')
    expect(await one.send(ANN)).toBe('rate_limited')
  })

  it('T35 a pointer that cannot be kept gives every place back', async () => {
    const one = scene({ guard: { floorPerHour: 1 } })
    const hold = (): Promise<void> => Promise.reject(new Error('no session'))
    await expect(one.otp.send({ tenant: '', userId: '', ip: undefined, to: ANN, hold })).rejects.toThrow('no session')
    await quiet()
    expect(await one.send('+12065550100')).toBe('sent')
    expect(await one.send('+12065550101')).toBe('rate_limited')
  })
})

describe('paid messages in all', () => {
  it('T29 T31 are refused beyond `guard.paidPerHour`, to proved recipients too', async () => {
    const one = scene({ guard: { paidPerHour: 3 } })
    await one.prove(ANN)
    one.clock.advance(2)
    expect([await one.send(ANN), await one.send('+33612345678', { tenant: 'acme' }), await one.send('+12065550100')]).toEqual([
      'sent',
      'sent',
      'rate_limited',
    ])
    one.clock.advance(2)
    expect(await one.send(ANN)).toBe('rate_limited')
    expect(one.heard('decided').at(-1)?.rule).toBe('paid_hour')
    one.clock.advance(3600)
    expect(await one.send(ANN)).toBe('sent')
  })
})
