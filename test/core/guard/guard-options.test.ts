import { createOtp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { GUARD_DEFAULTS, PAID_CHANNELS } from '../../../src/core/guard/rules.js'
import { completeGuard, completeSpendCap } from '../../../src/option-checks/guard.js'
import { SECRET } from '../../helpers/door-app.js'

const SMS = [smsChannel({ transport: outbox(), countries: ['US'] })]
const PRICES = { sms: { default: '0.06' } }

function message(options: object): string {
  try {
    createOtp({ secret: SECRET, channels: SMS, ...options } as OtpOptions)
  } catch (err) {
    return err instanceof Error ? err.message : ''
  }
  return 'accepted'
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('the options of the guard', () => {
  it('have defaults, also where they are given as undefined', () => {
    const complete = { ...GUARD_DEFAULTS, paidPerHour: undefined }
    expect(complete).toEqual({ mode: 'deny', floorPerHour: 50, blockFloorPerHour: 20, share: 0.25, paidPerHour: undefined })
    expect(completeGuard(undefined)).toEqual(complete)
    expect(completeGuard({ mode: undefined, floorPerHour: undefined, blockFloorPerHour: undefined, share: undefined })).toEqual(complete)
    expect(completeGuard(false)).toBeUndefined()
    expect(completeSpendCap(undefined)).toBeUndefined()
    expect(PAID_CHANNELS).toEqual(['sms', 'call', 'whatsapp'])
  })

  it.each([
    [{ guard: true }, 'option "guard" is true; it must be false or an object'],
    [{ guard: { floor: 3 } }, 'createOtp guard: unknown option "floor"'],
    [{ guard: { mode: 'off' } }, 'option "mode" is "off"; it must be one of "deny", "record"'],
    [{ guard: { floorPerHour: 0 } }, 'option "floorPerHour" is 0; it must be a whole number from 1 to 1000000'],
    [{ guard: { blockFloorPerHour: 1.5 } }, 'option "blockFloorPerHour" is 1.5'],
    [{ guard: { share: 1.1 } }, 'option "share" is 1.1; it must be a number from 0 to 1'],
    [{ guard: { paidPerHour: -1 } }, 'option "paidPerHour" is -1'],
    [{ spendCap: '5', prices: PRICES }, 'option "spendCap" is "5"; it must be an object'],
    [{ spendCap: { perHour: 5 }, prices: PRICES }, 'option "perHour" is 5; it must be a decimal string above 0'],
    [{ spendCap: { perDay: '0' }, prices: PRICES }, 'option "perDay" is "0"'],
    [{ spendCap: { perDay: '0.0000001' }, prices: PRICES }, 'option "perDay" is "0.0000001"'],
    [{ spendCap: { perWeek: '1' }, prices: PRICES }, 'unknown option "perWeek"'],
    [{ spendCap: { perCountry: { US: { perDay: '1' } } }, prices: PRICES }, 'option "perCountry"'],
    [{ spendCap: { perCountry: { 1: { perDay: 1 } } }, prices: PRICES }, 'createOtp spendCap "1": option "perDay" is 1'],
    [{ spendCap: { perCountry: { 1: '5' } }, prices: PRICES }, 'createOtp spendCap "1": options must be an object'],
    [{ spendCap: { perTenant: { perDay: 1 } }, prices: PRICES }, 'createOtp spendCap "perTenant": option "perDay" is 1'],
    [{ spendCap: { perDay: '1' } }, 'option "spendCap" needs "prices" with a "default" for the channel "sms"'],
    [{ spendCap: { perDay: '1' }, prices: { sms: { 1: '0.1' } } }, 'option "spendCap" needs "prices" with a "default"'],
  ])('refuse %j', (options, said) => {
    expect(message(options)).toContain(said)
  })

  it.each([
    { guard: false },
    { guard: {} },
    { guard: undefined, spendCap: undefined },
    { spendCap: {}, prices: PRICES },
    { spendCap: { perDay: '1', perCountry: { default: { perHour: '0.5' } }, perTenant: { perHour: '0.000001' } }, prices: PRICES },
  ])('take %j', (options) => {
    expect(message(options)).toBe('accepted')
  })
})

describe('paid channels in production', () => {
  const REFUSED = /the channel "sms" costs money, and nothing limits how much: set "spendCap".*"guard" with paidPerHour.*"guard: false"/

  it.each([{}, { guard: {} }, { guard: { mode: 'record', paidPerHour: 5 } }, { spendCap: { perTenant: { perDay: '1' } }, prices: PRICES }])(
    'T29 are refused with %j',
    (options) => {
      vi.stubEnv('NODE_ENV', 'production')
      expect(message(options)).toMatch(REFUSED)
    },
  )

  it.each([
    { guard: { paidPerHour: 5 } },
    { spendCap: { perHour: '1' }, prices: PRICES },
    { spendCap: { perDay: '1' }, prices: PRICES, guard: { mode: 'record' } },
    { spendCap: { perDay: '1' }, prices: PRICES, guard: false },
    { channels: [emailChannel({ transport: outbox() })] },
  ])('T29 are taken with %j', (options) => {
    vi.stubEnv('NODE_ENV', 'production')
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    expect(message(options)).toBe('accepted')
    expect(warned).not.toHaveBeenCalled()
  })

  it('T29 are taken with `guard: false`, which warns', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    expect(message({ guard: false })).toBe('accepted')
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('guard is off: nothing limits what the channel "sms" costs'), 'OtpWarning')
  })
})
