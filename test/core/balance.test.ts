import { randomBytes } from 'node:crypto'
import { type BalanceHooks, OtpError, type OtpOptions } from 'express-otp'
import { memoryStore } from 'express-otp/stores/memory'
import { redisStore } from 'express-otp/stores/redis'
import { createClient } from 'redis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Store } from '../../src/ports/store.js'
import { hasRedis } from '../helpers/redis-server.js'
import { sharedRedis } from '../helpers/shared-servers.js'
import { ANN, accepted, BOB, MAIL, openDesk } from './service/service-desk.js'

const SHOP = { id: 'shop', tenant: 'shop' } as const
const PLAY = { id: 'play', tenant: 'shop', rights: ['send', 'verify', 'sandbox'] } as const
const PRICES = { sms: { default: '0.29' }, email: { default: '0.01' } } as const

function desk(options: Partial<OtpOptions> = {}) {
  return openDesk([SHOP, PLAY, { id: 'bank', tenant: 'bank' }], { prices: PRICES, balance: 'store', ...options })
}

async function storeInRedis(): Promise<Store> {
  const client = createClient({ url: await sharedRedis() })
  await client.connect()
  onTestFinished(() => client.destroy())
  return redisStore({ client, prefix: `balance-${randomBytes(6).toString('hex')}` })
}

const STORES: readonly (readonly [string, boolean, () => Promise<Store>])[] = [
  ['memory', true, async () => memoryStore()],
  ['Redis', hasRedis, storeInRedis],
]

describe.each(STORES)('a balance in %s', (_name, isThere, open) => {
  it.skipIf(!isThere)('lets exactly as many of 300 sends at once go out as it pays for', async () => {
    const { key, mail, otp, service } = desk({ store: await open() })
    await otp.topUp('shop', '0.5')
    const mailboxes = Array.from({ length: 300 }, (_, index) => `ann${index}@example.org`)
    const outcomes = await Promise.all(mailboxes.map((to) => service.send(key('shop'), { to, terms: {} })))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(50)
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'insufficient_balance')).toHaveLength(250)
    expect(mail.messages).toHaveLength(50)
    expect(await otp.topUp('shop', '0')).toBe('0.000000')
  })

  it.skipIf(!isThere)('is exact to the millionth, however large', async () => {
    const { otp } = desk({ store: await open() })
    expect(await otp.topUp('shop', '999999999.999999')).toBe('999999999.999999')
    expect(await otp.topUp('shop', '0.000001')).toBe('1000000000.000000')
    expect(await otp.topUp('shop', '999999999')).toBe('1999999999.000000')
    expect(await otp.topUp('bank', '0')).toBe('0.000000')
  })
})

describe('a balance in the store', () => {
  it('is paid in as decimal text alone, and only where the store keeps it', async () => {
    const { otp } = desk()
    for (const amount of ['-1', '', '1e3', '1.0000001', 25]) {
      await expect(otp.topUp('shop', amount as string)).rejects.toMatchObject({
        code: 'ERR_OTP_OPTION',
        message: expect.stringMatching(/decimal/),
      })
    }
    const { otp: other } = desk({ balance: undefined })
    await expect(other.topUp('shop', '1')).rejects.toMatchObject({
      code: 'ERR_OTP_OPTION',
      message: expect.stringMatching(/store keeps no/),
    })
  })

  it('belongs to its tenant, and is never overdrawn by a part of a send', async () => {
    const { key, otp, service, sms, mail } = desk()
    await otp.topUp('bank', '5')
    await otp.topUp('shop', '0.299999')
    const several = { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL }, terms: {} }
    expect(await service.send(key('shop'), several)).toEqual({ ok: false, reason: 'insufficient_balance' })
    expect([sms.messages, mail.messages]).toEqual([[], []])
    expect(await otp.topUp('shop', '0'), 'a millionth is missing').toBe('0.299999')
    expect((await service.send(key('bank'), several)).ok).toBe(true)
    expect(await otp.topUp('bank', '0')).toBe('4.700000')
  })

  it('that does not suffice leaves no challenge, no cooldown and no place of the key behind', async () => {
    const { key, otp, service, sms } = openDesk([{ ...SHOP, sendsPerHour: 1 }], { prices: PRICES, balance: 'store' })
    const refused = { ok: false, reason: 'insufficient_balance' }
    expect(await service.send(key('shop'), { to: ANN, foundBy: 'recipient', terms: {} })).toEqual(refused)
    expect(await service.send(key('shop'), { to: ANN, foundBy: 'recipient', terms: {} })).toEqual(refused)
    expect(await service.verify(key('shop'), { to: ANN, code: '000000' })).toEqual({ ok: false, reason: 'no_pending_challenge' })
    await otp.topUp('shop', '1')
    expect(accepted(await service.send(key('shop'), { to: ANN, terms: {} })).ok).toBe(true)
    expect(sms.messages).toHaveLength(1)
  })

  it('gets back what was paid for a definite refusal, and nothing for a message that may have gone out', async () => {
    const { key, otp, service, sms } = desk()
    await otp.topUp('shop', '1')
    sms.refuseNext()
    expect(await service.send(key('shop'), { to: ANN, terms: {} })).toMatchObject({ reason: 'delivery_failed' })
    expect(await otp.topUp('shop', '0')).toBe('1.000000')
    sms.refuseNext({ uncertain: true, errorCode: 'timeout' })
    expect(await service.send(key('shop'), { to: BOB, terms: {} })).toMatchObject({ reason: 'delivery_failed' })
    expect(await otp.topUp('shop', '0')).toBe('0.710000')
  })

  it('pays for the one of several messages that went out', async () => {
    const { key, mail, otp, service } = desk()
    await otp.topUp('shop', '1')
    mail.refuseNext()
    expect((await service.send(key('shop'), { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL }, terms: {} })).ok).toBe(
      true,
    )
    expect(await otp.topUp('shop', '0')).toBe('0.710000')
  })

  it('pays once for a way that led out, whatever was tried before it', async () => {
    const { key, otp, service, sms, call } = desk({
      prices: { sms: { default: '0.29' }, call: { default: '0.5' } },
      intents: { login: { fallback: true } },
    })
    await otp.topUp('shop', '1')
    sms.refuseNext()
    expect(accepted(await service.send(key('shop'), { to: ANN, terms: {} })).channel).toBe('call')
    expect(call.messages).toHaveLength(1)
    expect(await otp.topUp('shop', '0')).toBe('0.500000')
  })

  it('pays for another code too, in the background as well', async () => {
    const { clock, key, otp, service, sms } = desk({ delivery: 'background' })
    await otp.topUp('shop', '0.6')
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    clock.advance(30)
    expect((await service.resend(key('shop'), { id })).ok).toBe(true)
    clock.advance(60)
    expect(await service.resend(key('shop'), { id })).toEqual({ ok: false, reason: 'insufficient_balance' })
    await vi.waitFor(() => expect(sms.messages).toHaveLength(2))
    expect(await otp.topUp('shop', '0')).toBe('0.020000')
  })

  it('pays for nothing that costs nothing, and for no sandbox', async () => {
    const { key, otp, service } = desk({ prices: { sms: { default: '0.29' } } })
    expect((await service.send(key('shop'), { to: MAIL, terms: {} })).ok).toBe(true)
    expect((await service.send(key('play'), { to: ANN, terms: { sandbox: true } })).ok).toBe(true)
    expect(await service.send(key('play'), { to: BOB, terms: {} }), 'a real message of a key for tests').toMatchObject({
      reason: 'insufficient_balance',
    })
    expect(await otp.topUp('shop', '0')).toBe('0.000000')
  })

  it('pays for nobody at the other doors', async () => {
    const { otp, sms } = desk()
    expect((await otp.send({ tenant: '', userId: '', ip: undefined, to: ANN, hold: async () => undefined })).ok).toBe(true)
    expect(sms.messages).toHaveLength(1)
    expect(await otp.topUp('', '0')).toBe('0.000000')
  })
})

describe('a balance of the application\u2019s own', () => {
  function hooks(spend: BalanceHooks['spend'] = () => true) {
    return { spend: vi.fn(spend), giveBack: vi.fn<BalanceHooks['giveBack']>() }
  }

  it('is asked once for a send, with its tenant and an exact amount', async () => {
    const balance = hooks()
    const { key, service, sms } = desk({ balance })
    await service.send(key('shop'), { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL }, terms: {} })
    expect(balance.spend.mock.calls).toEqual([[{ tenant: 'shop', amount: '0.300000' }]])
    expect(balance.giveBack).not.toHaveBeenCalled()
    sms.refuseNext()
    await service.send(key('shop'), { to: BOB, terms: {} })
    expect(balance.giveBack.mock.calls).toEqual([[{ tenant: 'shop', amount: '0.290000' }]])
  })

  it.each([false, undefined, 0, 'yes', null])('refuses with anything but true: %j', async (answer) => {
    const { key, service, sms } = desk({ balance: hooks(() => answer as boolean) })
    expect(await service.send(key('shop'), { to: ANN, terms: {} })).toEqual({ ok: false, reason: 'insufficient_balance' })
    expect(sms.messages).toHaveLength(0)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret of the bank')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret of the bank'))],
  ])('T58 that %s is a store that is away: nothing is sent, nothing remains', async (_how, spend) => {
    const balance = hooks(spend)
    const { key, service, sms } = desk({ balance })
    const failed = await service.send(key('shop'), { to: ANN, foundBy: 'recipient', terms: {} }).catch((err: unknown) => err)
    expect(failed).toBeInstanceOf(OtpError)
    expect(failed).toMatchObject({ code: 'ERR_OTP_STORE', status: 503, message: expect.not.stringContaining('secret of') })
    expect(sms.messages).toHaveLength(0)
    balance.spend.mockReturnValue(true)
    await vi.waitFor(async () => expect((await service.send(key('shop'), { to: ANN, terms: {} })).ok).toBe(true))
  })

  it('T58 that never answers is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { key, service, sms } = desk({ balance: hooks(() => new Promise(() => undefined)) })
    const failed = service.send(key('shop'), { to: ANN, terms: {} }).catch((err: unknown) => err)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await failed).toMatchObject({ code: 'ERR_OTP_STORE', status: 503 })
    expect(sms.messages).toHaveLength(0)
  })

  it('that cannot take money back changes nothing about the answer', async () => {
    const balance = { spend: () => true, giveBack: () => Promise.reject(new Error('away')) }
    const { key, service, sms } = desk({ balance })
    sms.refuseNext()
    expect(await service.send(key('shop'), { to: ANN, terms: {} })).toMatchObject({ reason: 'delivery_failed' })
  })

  it('is asked for nobody at the other doors', async () => {
    const balance = hooks()
    const { otp } = desk({ balance })
    await otp.send({ tenant: '', userId: '', ip: undefined, to: ANN, hold: async () => undefined })
    expect(balance.spend).not.toHaveBeenCalled()
  })
})
