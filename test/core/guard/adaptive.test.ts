import { OtpError, type Transport } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { type TestClock, testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { ANN, numbers, quiet, type Scene, scene } from './scene.js'

async function flood({ send }: Scene, to: readonly string[]): Promise<readonly string[]> {
  const said: string[] = []
  for (const one of to) said.push(await send(one, { ip: undefined }))
  return said
}

describe('a budget that grows', () => {
  it('T29 refuses nobody while it is worked out', async () => {
    const one = scene({ guard: { floorPerHour: 1, share: 1 } })
    for (const to of numbers(12, '+1206555')) await one.prove(to)
    expect(await flood(one, numbers(3))).toEqual(['sent', 'sent', 'rate_limited'])
  })

  it('T29 counts of the day before what lies less than 24 hours back', async () => {
    // The test clock begins at midnight, UTC.
    const one = scene({ guard: { floorPerHour: 1, share: 1 } })
    for (const to of numbers(24, '+1206555')) await one.prove(to)
    one.clock.advance(86_400 * 1.5)
    // Half of 24, and a sixth of that.
    expect(await flood(one, numbers(3))).toEqual(['sent', 'sent', 'rate_limited'])
  })

  it('T29 is believed for a minute, and not longer', async () => {
    const one = scene({ guard: { floorPerHour: 1, share: 1 } })
    for (const to of numbers(6, '+1206555')) await one.prove(to)
    // Somebody who passed while there was room, and types the code later.
    await one.send(ANN)
    expect(await one.send('+12065560100')).toBe('rate_limited')
    expect(await one.verify(ANN)).toBe('verified')
    await quiet()
    for (const to of numbers(5, '+1206557')) await one.prove(to)
    expect(await flood(one, numbers(2))).toEqual(['sent', 'rate_limited'])
    one.clock.advance(61)
    expect(await flood(one, numbers(2, '+1206558'))).toEqual(['sent', 'rate_limited'])
  })
})

describe('places that are given back', () => {
  it('T29 are given back once, also where the id of a challenge is used again', async () => {
    const one = scene({ guard: { floorPerHour: 2 } })
    const again = async (): Promise<string> => {
      let pointer = ''
      const hold = async ({ id }: { readonly id: string }): Promise<void> => {
        pointer = id
      }
      const caller = { tenant: '', userId: '', ip: undefined }
      const sent = await one.otp.send({ ...caller, to: ANN, foundBy: 'recipient', hold })
      if (!sent.ok) return sent.reason
      const proved = await one.otp.verify({ ...caller, id: pointer, code: one.sms.code(ANN), leaveGrant: false })
      await quiet()
      one.clock.advance(1)
      return proved.ok ? 'verified' : proved.reason
    }
    expect(await again()).toBe('verified')
    expect(await flood(one, numbers(1))).toEqual(['sent'])
    expect([await again(), await again()]).toEqual(['verified', 'verified'])
    expect(await flood(one, numbers(2, '+1206555'))).toEqual(['sent', 'rate_limited'])
  })

  it('T35 go to the window that they came from, and to no later one', async () => {
    const clock: TestClock = testClock()
    let during = async (): Promise<void> => undefined
    const slow: Transport = {
      name: 'slow',
      async deliver() {
        await during()
        const delivery = { transport: 'slow', retryable: true, uncertain: false }
        throw new OtpError('ERR_OTP_DELIVERY', 'refused', { status: 502, delivery })
      },
    }
    const other = smsChannel({ transport: { name: 'fine', deliver: async () => ({}) } })
    const one = scene(
      {
        guard: { floorPerHour: 1 },
        channels: [smsChannel({ transport: slow }), { ...other, name: 'call' }],
        intents: { login: { channels: ['sms'] }, signup: { channels: ['call'] } },
      },
      { clock },
    )
    const send = async (to: string, intent: string): Promise<string> => {
      const result = await one.otp.send({ tenant: '', userId: '', ip: undefined, to, intent, hold: async () => undefined })
      return result.ok ? 'sent' : result.reason
    }
    during = async () => {
      clock.advance(3600)
      expect(await send('+12065550100', 'signup')).toBe('sent')
    }
    expect(await send(ANN, 'login')).toBe('delivery_failed')
    expect(await send('+12065550101', 'signup')).toBe('rate_limited')
  })
})
