import { createOtp, type Otp, type OtpOptions } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET, wrong } from '../helpers/door-app.js'

/** Nothing stands in the way but the limit that a test sets. */
const OPEN = {
  cooldownSeconds: [1],
  recipientSendsPerHour: 60,
  recipientSendsPerDay: 200,
  recipientSendsPerDayInAll: 1000,
  recipientSendsPerHourFromOneBlock: 60,
  pendingPerRecipient: 10,
  failuresBeforePause: 20,
  failuresBeforeDisabled: 80,
  recipientFailuresPerDay: 50,
  blockSendsPerHour: 1000,
  blockRecipientsPerHour: 1000,
  blockCallingCodesPerHour: 100,
  blockFailuresPerHour: 1000,
}

interface Scene {
  readonly otp: Otp
  readonly clock: TestClock
  readonly sms: Outbox
  /** Which limit refused, or `sent`. */
  send(to: string, ip?: string): Promise<string>
  /** Sends to `to` and guesses wrong so many times; the reasons. */
  fail(to: string, count: number, ip?: string): Promise<string[]>
}

function scene(limits: NonNullable<OtpOptions['limits']>): Scene {
  const clock = testClock()
  const sms = outbox()
  const otp = createOtp({
    secret: SECRET,
    channels: [smsChannel({ transport: sms }), emailChannel({ transport: outbox() })],
    intents: { login: { maxAttempts: 10 } },
    store: memoryStore({ clock }),
    limits: { ...OPEN, ...limits },
  })
  onTestFinished(() => otp.close())
  let refusedBy = ''
  let newest = ''
  otp.on('send_refused', ({ limit }) => {
    refusedBy = limit
  })
  const hold = async ({ id }: { readonly id: string }): Promise<void> => {
    newest = id
  }
  async function send(to: string, ip = '192.0.2.1'): Promise<string> {
    const result = await otp.send({ tenant: '', userId: '', ip, to, hold })
    return result.ok ? 'sent' : refusedBy
  }
  return {
    otp,
    clock,
    sms,
    send,
    async fail(to, count, ip = '192.0.2.1') {
      expect(await send(to, ip)).toBe('sent')
      const reasons: string[] = []
      for (let guess = 0; guess < count; guess++) {
        const result = await otp.verify({ tenant: '', userId: '', ip, id: newest, code: wrong(sms.code(to)), leaveGrant: false })
        reasons.push(result.ok ? 'verified' : result.reason)
      }
      clock.advance(1)
      return reasons
    },
  }
}

const ANN = '+12068800123'
const MANY = Array.from({ length: 30 }, (_, index) => `+120688020${10 + index}`)

describe('each limit has its effect', () => {
  it('T27 cooldownSeconds', async () => {
    const { send, clock } = scene({ cooldownSeconds: [10, 20] })
    for (const wait of [10, 20, 20]) {
      expect(await send(ANN)).toBe('sent')
      clock.advance(wait - 0.001)
      expect(await send(ANN)).toBe('cooldown')
      clock.advance(0.001)
    }
  })

  it.each([
    ['recipientSendsPerHour', 'recipient_hour', 3600],
    ['recipientSendsPerDay', 'recipient_day', 86_400],
    ['recipientSendsPerDayInAll', 'recipient_day_in_all', 86_400],
    ['recipientSendsPerHourFromOneBlock', 'recipient_block', 3600],
  ] as const)('T27 %s', async (name, limit, windowSeconds) => {
    const { send, clock, otp } = scene({ [name]: 2 })
    const answers: string[] = []
    for (let sent = 0; sent < 3; sent++) {
      answers.push(await send(ANN))
      clock.advance(1)
    }
    expect(answers).toEqual(['sent', 'sent', limit])
    expect(await send(ANN, '192.0.2.2')).toBe(name === 'recipientSendsPerHourFromOneBlock' ? 'sent' : limit)
    clock.advance(windowSeconds - 3.001)
    expect(await send(ANN)).toBe(limit)
    clock.advance(0.001)
    expect(await send(ANN)).toBe('sent')
    expect(otp.cooldownSeconds).toEqual([1])
  })

  it('T11 pendingPerRecipient', async () => {
    const { send, clock } = scene({ pendingPerRecipient: 2 })
    const answers: string[] = []
    for (let sent = 0; sent < 3; sent++) {
      answers.push(await send(ANN))
      clock.advance(1)
    }
    expect(answers).toEqual(['sent', 'sent', 'pending'])
    clock.advance(297)
    expect(await send(ANN)).toBe('sent')
  })

  it('T07 failuresBeforePause, pauseSeconds, maxPauseSeconds: the pause doubles up to its longest', async () => {
    const { fail, clock } = scene({ failuresBeforePause: 3, pauseSeconds: 10, maxPauseSeconds: 30 })
    expect(await fail(ANN, 4)).toEqual(['invalid_code', 'invalid_code', 'invalid_code', 'rate_limited'])
    clock.advance(9)
    for (const pause of [20, 30, 30]) {
      // When a pause ends exactly one guess is free before the next.
      expect(await fail(ANN, 2)).toEqual(['invalid_code', 'rate_limited'])
      clock.advance(pause - 1)
    }
  })

  it('T07 failuresBeforeDisabled: only a release ends it', async () => {
    const { fail, send, clock, otp } = scene({ failuresBeforeDisabled: 5 })
    expect(await fail(ANN, 6)).toEqual([...new Array(5).fill('invalid_code'), 'rate_limited'])
    clock.advance(86_400)
    expect(await send(ANN)).toBe('disabled')
    expect(await otp.release(ANN)).toBe(true)
    expect(await send(ANN)).toBe('sent')
  })

  it('T07 failureMemorySeconds', async () => {
    const { fail, clock } = scene({ failuresBeforePause: 3, failureMemorySeconds: 7 * 86_400 })
    await fail(ANN, 2)
    clock.advance(7 * 86_400 - 2)
    expect(await fail(ANN, 2)).toEqual(['invalid_code', 'rate_limited'])
    clock.advance(7 * 86_400)
    expect(await fail(ANN, 2)).toEqual(['invalid_code', 'invalid_code'])
  })

  it.each([
    ['blockSendsPerHour', 'block_sends'],
    ['blockRecipientsPerHour', 'block_recipients'],
  ] as const)('T08 T27 %s', async (name, limit) => {
    const { send, clock } = scene({ [name]: 2 })
    const [one = '', two = '', three = ''] = MANY
    expect([await send(one), await send(two), await send(three), await send(three, '192.0.2.2')]).toEqual(['sent', 'sent', limit, 'sent'])
    clock.advance(1)
    expect(await send(one)).toBe(name === 'blockRecipientsPerHour' ? 'sent' : limit)
    clock.advance(3600)
    expect(await send(three)).toBe('sent')
  })

  it('T29 blockCallingCodesPerHour', async () => {
    const { send } = scene({ blockCallingCodesPerHour: 2 })
    const answers = [await send('+12068800123'), await send('+4915123456789'), await send('+447911123456'), await send('+12068800456')]
    expect(answers).toEqual(['sent', 'sent', 'block_calling_codes', 'sent'])
    expect(await send('ann@example.org')).toBe('sent')
  })

  it('T06 T08 blockFailuresPerHour, for sends and for guesses', async () => {
    const { fail, send, clock } = scene({ blockFailuresPerHour: 4 })
    const [one = '', two = '', three = ''] = MANY
    await fail(one, 3)
    expect(await fail(two, 2)).toEqual(['invalid_code', 'rate_limited'])
    expect([await send(three), await send(three, '192.0.2.2')]).toEqual(['block_failures', 'sent'])
    clock.advance(3600)
    expect(await send(three)).toBe('sent')
  })
})
