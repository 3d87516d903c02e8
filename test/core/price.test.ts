import { createOtp, type OtpOptions } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { priceOf, readAmount, readPrices, writeAmount } from '../../src/core/price.js'
import { SECRET } from '../helpers/door-app.js'
import { ANN, accepted, MAIL, openDesk } from './service/service-desk.js'

describe('an amount', () => {
  it.each([
    ['0', 0, '0.000000'],
    ['0.000001', 1, '0.000001'],
    ['0.1', 100_000, '0.100000'],
    ['0.29', 290_000, '0.290000'],
    ['1.005', 1_005_000, '1.005000'],
    ['4.35', 4_350_000, '4.350000'],
    ['007', 7_000_000, '7.000000'],
    ['999999.999999', 999_999_999_999, '999999.999999'],
    ['999999999.999999', 999_999_999_999_999, '999999999.999999'],
  ])('is exact to the millionth: %s', (text, millionths, written) => {
    expect(readAmount(text)).toBe(millionths)
    expect(writeAmount(millionths)).toBe(written)
  })

  it.each([
    '',
    '.5',
    '1.',
    '1.0000001',
    '1e3',
    '-1',
    '+1',
    ' 1',
    '1\n',
    '1,5',
    '0x1',
    '\u0661',
    '1000000000',
    'NaN',
    1,
    null,
    undefined,
    ['1'],
  ])('is nothing else: %j', (text) => {
    expect(readAmount(text)).toBeUndefined()
  })

  it('is written with its sign', () => {
    expect([writeAmount(-1), writeAmount(-1_500_000), writeAmount(-0)]).toEqual(['-0.000001', '-1.500000', '0.000000'])
  })
})

describe('the price of a message', () => {
  const prices = readPrices({ sms: { '33': '0.045', '1': '0.29', default: '0.06' }, call: { '33': '1' }, email: undefined } as never)

  it.each([
    ['sms', '33', 1, 45_000],
    ['sms', '33', 3, 135_000],
    ['sms', '1', 3, 870_000],
    ['sms', '44', 2, 120_000],
    ['sms', undefined, 1, 60_000],
    ['call', '44', 1, 0],
    ['email', undefined, 1, 0],
    ['whatsapp', '33', 1, 0],
  ] as const)('goes by channel, calling code and parts: %s %s %d', (channel, callingCode, parts, price) => {
    expect(priceOf(prices, channel, callingCode, parts)).toBe(price)
  })

  it('stays exact for the dearest message in as many parts and channels as there are', () => {
    const dearest = readPrices({ sms: { default: '999999.999999' } })
    const sum = 4 * priceOf(dearest, 'sms', '1', 20)
    expect(Number.isSafeInteger(sum)).toBe(true)
    expect(writeAmount(sum)).toBe('79999999.999920')
  })
})

describe('prices that are none', () => {
  it.each([
    [{ prices: { sms: { default: 0.06 } } }, /"sms".*decimal strings/],
    [{ prices: { sms: { default: '0.0000001' } } }, /"sms"/],
    [{ prices: { sms: { default: '1000000' } } }, /"sms".*below 1000000/],
    [{ prices: { sms: { '+33': '1' } } }, /"sms".*without "\+"/],
    [{ prices: { sms: { '3333': '1' } } }, /"sms"/],
    [{ prices: { sms: { FR: '1' } } }, /"sms"/],
    [{ prices: { sms: '0.06' } }, /"sms"/],
    [{ prices: { fax: { default: '1' } } }, /unknown option "fax"/],
    [{ prices: [] }, /"prices"/],
    [{ balance: 'store' }, /"balance" needs "prices"/],
    [{ balance: 'bank', prices: {} }, /"balance".*spend/],
    [{ balance: { spend: () => true }, prices: {} }, /"balance".*giveBack/],
  ])('are refused at the start, by name: %j', (options, message) => {
    const make = (): unknown =>
      createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })], ...(options as Partial<OtpOptions>) })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(message) }))
  })

  it('may be left out for a channel', () => {
    const make = (): unknown =>
      createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })], prices: { sms: undefined } as never })
    expect(make).not.toThrow()
  })
})

describe('the answer to a caller with a key', () => {
  const prices = { sms: { '1': '0.29', default: '9' }, email: { default: '0.001' } }

  it('names the price of each message with all its parts, and nothing for what certainly did not go out', async () => {
    const { key, mail, service, sms } = openDesk([{ id: 'a' }], { prices })
    const several = { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL } }
    const text = `${'x'.repeat(320)} {code}`
    expect(accepted(await service.send(key('a'), { ...several, terms: { text } })).channels).toMatchObject({
      sms: { parts: 3, price: '0.870000' },
      email: { parts: 1, price: '0.001000' },
    })
    const others = { channels: ['sms', 'email'], recipients: { sms: '+12068800999', email: 'bob@example.org' } }
    sms.refuseNext()
    expect(accepted(await service.send(key('a'), { ...others, terms: {} })).channels.sms).toMatchObject({ sent: false, price: '0.000000' })
    const thirds = { channels: ['sms', 'email'], recipients: { sms: '+12068800998', email: 'eve@example.org' } }
    mail.refuseNext({ uncertain: true })
    expect(accepted(await service.send(key('a'), { ...thirds, terms: {} })).channels.email, 'it may have gone out').toMatchObject({
      sent: false,
      price: '0.001000',
    })
  })

  it('names none of what the sandbox answers, and nobody pays for it', async () => {
    const { key, otp, service } = openDesk([{ id: 'play', tenant: 'shop', rights: ['send', 'verify', 'sandbox'] }], {
      prices,
      balance: 'store',
    })
    const sent = accepted(await service.send(key('play'), { to: ANN, terms: { sandbox: true } }))
    expect(sent.channels.sms).toMatchObject({ sent: true, price: '0.000000' })
    expect(await otp.topUp('shop', '0')).toBe('0.000000')
  })

  it('names none without a table', async () => {
    const { key, service } = openDesk([{ id: 'a' }])
    expect(accepted(await service.send(key('a'), { to: ANN, terms: {} })).channels.sms).not.toHaveProperty('price')
  })

  it('is the only one: browsers hear no price', async () => {
    const { otp } = openDesk([{ id: 'a' }], { prices })
    const sent = await otp.send({ tenant: '', userId: '', ip: undefined, to: ANN, hold: async () => undefined })
    expect(accepted(sent).channels.sms).not.toHaveProperty('price')
  })
})
