import { inspect } from 'node:util'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { ANN, numbers, quiet, scene } from '../core/guard/scene.js'

const PRICES = { sms: { 1: '0.10', 33: '0.333333', default: '1' } } as const
const PARIS = '+33612345678'

/** A scene without the budgets of unproved messages, so that only money counts. */
function bank(
  spendCap: NonNullable<Parameters<typeof scene>[0]>['spendCap'],
  more: Parameters<typeof scene>[0] = {},
): ReturnType<typeof scene> {
  return scene({ guard: false, prices: PRICES, spendCap, ...more })
}

describe('a ceiling of money', () => {
  it('T29 lets exactly what it holds go out in an hour, to the millionth', async () => {
    const one = bank({ perHour: '1.033333' })
    const said: string[] = [await one.send(PARIS)]
    for (const to of numbers(8)) said.push(await one.send(to))
    expect(said).toEqual([...new Array(8).fill('sent'), 'rate_limited'])
    expect(one.heard('decided').at(-1)).toMatchObject({
      decision: 'refused',
      rule: 'spend_hour',
      figures: [{ limit: 'spend_hour', unit: 'money', used: '1.033333', most: '1.033333', windowSeconds: 3600 }],
    })
    expect(one.retryAfter()).toBe(3600)
    one.clock.advance(3600)
    expect(await one.send(ANN)).toBe('sent')
  })

  it('T29 of a day stands for 24 hours, beside that of an hour', async () => {
    const one = bank({ perHour: '0.2', perDay: '0.3' })
    expect([await one.send(ANN), await one.send('+12065550100'), await one.send('+12065550101')]).toEqual(['sent', 'sent', 'rate_limited'])
    one.clock.advance(3600)
    expect([await one.send('+12065550101'), await one.send('+12065550102')]).toEqual(['sent', 'rate_limited'])
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_day')
    one.clock.advance(86_400 - 3600)
    expect(await one.send('+12065550102')).toBe('sent')
  })

  it('T29 of one country leaves the others open; `default` is one for each of the rest', async () => {
    const one = bank({ perCountry: { 1: { perHour: '0.1' }, default: { perDay: '1' } } })
    expect([await one.send(ANN), await one.send('+12065550100')]).toEqual(['sent', 'rate_limited'])
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_country_hour')
    expect([await one.send('+4915112345678'), await one.send('+4915112345679')]).toEqual(['sent', 'rate_limited'])
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_country_day')
    expect(await one.send(PARIS)).toBe('sent')
  })

  it('T29 T67 of each tenant leaves the others open, and theirs is refused by that of all', async () => {
    const one = bank({ perHour: '0.3', perTenant: { perHour: '0.2', perDay: '0.2' } })
    expect([await one.send(ANN), await one.send('+12065550100'), await one.send('+12065550101')]).toEqual(['sent', 'sent', 'rate_limited'])
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_tenant_hour')
    expect(await one.send(ANN, { tenant: 'acme' })).toBe('sent')
    expect(await one.send('+12065550100', { tenant: 'acme' })).toBe('rate_limited')
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_hour')
    one.clock.advance(3600)
    expect(await one.send('+12065550101')).toBe('rate_limited')
    expect(one.heard('decided').at(-1)?.rule).toBe('spend_tenant_day')
  })

  it('T29 counts every part of a message', async () => {
    const one = bank(
      { perHour: '0.3' },
      { service: 'A service whose name is long', host: 'login.a-very-long-host-name.of-some-company.example' },
    )
    await one.send(ANN, {})
    const parts = one.sms.last() === undefined ? 0 : Number(one.heard('decided')[0]?.figures[0]?.used) / 0.1
    expect(parts).toBeGreaterThan(1)
  })

  it('T35 gives back what a message cost that certainly did not go out, and nothing of one that may have', async () => {
    const one = bank({ perHour: '0.1' })
    one.sms.refuseNext()
    expect(await one.send(ANN)).toBe('delivery_failed')
    one.sms.refuseNext({ uncertain: true, retryable: false })
    expect(await one.send(ANN)).toBe('delivery_failed')
    expect(await one.send(ANN)).toBe('rate_limited')
  })

  it('T29 stops proved recipients too, and holds in mode `record`', async () => {
    const one = bank({ perHour: '0.2' }, { guard: { mode: 'record' } })
    await one.prove(ANN)
    one.clock.advance(1)
    expect(await one.send(ANN)).toBe('sent')
    one.clock.advance(1)
    expect(await one.send(ANN)).toBe('rate_limited')
  })

  it('T29 asks nothing of messages that cost nothing, or that are not delivered', async () => {
    const one = bank({ perHour: '0.1' }, { prices: { sms: { 1: '0', default: '1' } } })
    for (const to of numbers(3)) expect(await one.send(to)).toBe('sent')
    const sandboxed = bank({ perHour: '0.1' }, { sandbox: { recipients: [ANN] } })
    for (const _ of [1, 2, 3]) {
      expect(await sandboxed.send(ANN)).toBe('sent')
      sandboxed.clock.advance(5)
    }
    expect(sandboxed.heard('decided')).toEqual([])
  })
})

describe('events of budgets', () => {
  it('T29 tell of a ceiling at 50, 80 and 100 percent, once in a window', async () => {
    const one = bank({ perHour: '1' })
    for (const to of numbers(13)) await one.send(to)
    await quiet()
    const told = (used: string, percent: number): object => ({
      limit: 'spend_hour',
      windowSeconds: 3600,
      unit: 'money',
      used,
      most: '1.000000',
      percent,
    })
    expect(one.heard('budget')).toEqual([told('0.500000', 50), told('0.800000', 80), told('1.000000', 100)])
    one.clock.advance(3600)
    for (const to of numbers(5, '+1206555')) await one.send(to)
    await quiet()
    expect(one.heard('budget').slice(3)).toEqual([told('0.500000', 50)])
  })

  it('T29 call a ceiling full that the next message does not fit under', async () => {
    const one = bank({ perHour: '0.5' })
    await one.send(PARIS)
    expect(await one.send('+33612345679')).toBe('rate_limited')
    await quiet()
    expect(one.heard('budget').map(({ percent, used }) => [percent, used])).toEqual([
      [50, '0.333333'],
      [80, '0.333333'],
      [100, '0.333333'],
    ])
  })

  it('T29 say nothing of a ceiling because of a message that no ceiling would let pass', async () => {
    const one = bank({ perHour: '0.5' })
    expect(await one.send('+4915112345678')).toBe('rate_limited')
    expect(one.retryAfter()).toBe(3600)
    await quiet()
    expect(one.heard('budget')).toEqual([])
  })

  it('T29 name the country or the tenant whose ceiling it is', async () => {
    const one = bank({ perCountry: { 1: { perHour: '0.1' } }, perTenant: { perDay: '0.1' } })
    await one.send(ANN, { tenant: 'acme' })
    await quiet()
    expect(one.heard('budget').filter(({ percent }) => percent === 100)).toMatchObject([
      { limit: 'spend_country_hour', callingCode: '1' },
      { limit: 'spend_tenant_day', tenant: 'acme' },
    ])
  })

  it('T29 tell of `guard.paidPerHour` in messages', async () => {
    const one = scene({ guard: { paidPerHour: 2 } })
    await one.send(ANN)
    await quiet()
    expect(one.heard('budget')).toEqual([{ limit: 'paid_hour', windowSeconds: 3600, unit: 'messages', used: 1, most: 2, percent: 50 }])
  })

  it('T29 T65 tell when a country or a block closes, once in a window, by keyed hashes', async () => {
    const one = scene({ guard: { floorPerHour: 2, blockFloorPerHour: 1 } })
    await one.send(ANN, { ip: '192.0.2.1' })
    for (const _ of [1, 2, 3]) await one.send('+12065550100', { ip: '192.0.2.1' })
    await one.send('+12065550100', { ip: '192.0.2.2' })
    for (const _ of [1, 2, 3]) await one.send('+12065550101', { ip: '192.0.2.3' })
    await quiet()
    const common = { tenant: '', windowSeconds: 3600, unit: 'messages', mode: 'deny' }
    expect(one.heard('pumping')).toEqual([
      { ...common, limit: 'pumping_block', block: expect.stringMatching(/^[\w-]{11}$/), used: 1, most: 1 },
      { ...common, limit: 'pumping_country', callingCode: '1', used: 2, most: 2 },
    ])
    one.clock.advance(3600)
    for (const to of numbers(3)) await one.send(to, { ip: undefined })
    await quiet()
    expect(one.heard('pumping')).toHaveLength(3)
    const told = inspect(
      ['decided', 'pumping', 'budget', 'send_refused'].map((name) => one.heard(name as 'decided')),
      { depth: 9 },
    )
    expect(told).not.toMatch(/192\.0\.2|5550100|8800123/)
    for (const { code } of one.sms.messages) expect(told).not.toContain(code)
  })

  it('T29 tell of every message of a send, each with its recipient, its channel and its figures', async () => {
    const boxes = [outbox('texts'), outbox('calls')] as const
    const sms = smsChannel({ transport: boxes[0] })
    const one = scene({
      guard: { floorPerHour: 3 },
      channels: [sms, { ...sms, name: 'call', transport: boxes[1] }],
      intents: { login: { channels: ['sms', 'call'] } },
    })
    const send = (): Promise<{ ok: boolean }> =>
      one.otp.send({
        ...{ tenant: '', userId: '', ip: undefined, hold: async () => undefined },
        channels: ['sms', 'call'],
        recipients: { sms: ANN, call: '+12065550100' },
      })
    expect((await send()).ok).toBe(true)
    expect(one.heard('decided')).toMatchObject([
      {
        channel: 'sms',
        to: '+1206\u2022\u2022\u20220123',
        intent: 'login',
        tenant: '',
        decision: 'allowed',
        figures: [{ used: 1, most: 3 }],
      },
      { channel: 'call', to: '+1206\u2022\u2022\u20220100', figures: [{ used: 2, most: 3 }] },
    ])
    one.clock.advance(5)
    // One place is left: neither goes out, and it stays free.
    expect((await send()).ok).toBe(false)
    expect([boxes[0].messages.length, boxes[1].messages.length]).toEqual([1, 1])
    expect(await one.send('+12065550101', { ip: undefined })).toBe('sent')
    expect(one.heard('decided').at(-1)).toMatchObject({ decision: 'allowed', figures: [{ used: 3, most: 3 }] })
  })
})
