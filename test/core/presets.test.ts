import { createOtp, type Otp, type OtpOptions, PRESETS } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nativeDialect } from '../../src/dialects/native.js'
import { openApi } from '../helpers/api-app.js'
import { SECRET, wrong } from '../helpers/door-app.js'

describe('the preset strict', () => {
  it('T08 sends codes of 8 digits', async () => {
    const { code } = await scene({ preset: 'strict' }).send()
    expect(code).toMatch(/^[0-9]{8}$/)
    expect((await scene({ preset: 'default' }).send()).code).toMatch(/^[0-9]{6}$/)
    expect((await scene({ preset: undefined }).send()).code).toMatch(/^[0-9]{6}$/)
  })

  it('T08 compares three guesses of a challenge', async () => {
    expect(await scene({ preset: 'strict' }).fail(4)).toEqual(['invalid_code', 'invalid_code', 'too_many_attempts', 'too_many_attempts'])
  })

  it('T08 compares ten guesses of a recipient a day, from wherever', async () => {
    const { fail } = scene({ preset: 'strict', limits: { cooldownSeconds: [1], failuresBeforePause: 20 } })
    const guesses: string[] = []
    for (let block = 0; block < 4; block++) guesses.push(...(await fail(3, `192.0.2.${block}`)))
    expect(guesses.slice(0, 9).every((reason) => reason !== 'rate_limited')).toBe(true)
    expect(guesses.slice(9)).toEqual(['invalid_code', 'rate_limited', 'rate_limited'])
  })

  it('T08 gives way to what an application says itself', async () => {
    const own = scene({ preset: 'strict', intents: { login: { codeLength: 7, maxAttempts: 2 } }, limits: { recipientFailuresPerDay: 12 } })
    expect((await own.send()).code).toMatch(/^[0-9]{7}$/)
    expect(await own.fail(2)).toEqual(['invalid_code', 'too_many_attempts'])
    expect(own.otp.intents.get('login')).toMatchObject({ codeLength: 7, maxAttempts: 2 })
    const half = scene({ preset: 'strict', intents: { login: { maxAttempts: 5 }, transfer: { codeLength: undefined } } })
    expect(half.otp.intents.get('login')).toMatchObject({ codeLength: 8, maxAttempts: 5 })
    expect(half.otp.intents.get('transfer')).toMatchObject({ codeLength: 8, maxAttempts: 3 })
  })

  it('T08 holds for intents that only a caller with a key names', async () => {
    const secret = 'k'.repeat(40)
    const { origin } = await openApi({ dialect: nativeDialect(), keys: [{ id: 'shop', secret }], otp: { preset: 'strict' } })
    const answer = await fetch(`${origin}/v1/otp/send`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ to: 'ann@example.org', intent: 'anything' }),
    })
    expect(await answer.json()).toMatchObject({ codeLength: 8, attemptsLeft: 3 })
  })

  it('is one of two', () => {
    expect(Object.keys(PRESETS)).toEqual(['default', 'strict'])
    // @ts-expect-error: no such preset
    expect(() => scene({ preset: 'lax' })).toThrow(/option "preset" is "lax"; it must be one of "default", "strict"/)
  })
})

interface Scene {
  readonly otp: Otp
  readonly mail: Outbox
  send(ip?: string): Promise<{ readonly code: string; readonly id: string }>
  /** Sends, and guesses wrong so many times; the reasons. */
  fail(count: number, ip?: string): Promise<string[]>
}

function scene(options: Pick<OtpOptions, 'preset' | 'intents' | 'limits'>): Scene {
  const clock = testClock()
  const mail = outbox()
  const otp = createOtp({
    secret: SECRET,
    channels: [emailChannel({ transport: mail })],
    store: memoryStore({ clock }),
    ...options,
  })
  onTestFinished(() => otp.close())
  const caller = { tenant: '', userId: '' }
  let newest = ''
  const send = async (ip = '192.0.2.1'): Promise<{ code: string; id: string }> => {
    const hold = async ({ id }: { readonly id: string }): Promise<void> => {
      newest = id
    }
    clock.advance(301)
    await otp.send({ ...caller, ip, to: 'ann@example.org', hold })
    return { code: mail.messages.at(-1)?.code ?? '', id: newest }
  }
  return {
    otp,
    mail,
    send,
    async fail(count, ip) {
      const { code, id } = await send(ip)
      const reasons: string[] = []
      for (let guess = 0; guess < count; guess++) {
        const outcome = await otp.verify({ ...caller, ip, id, intent: 'login', code: wrong(code), leaveGrant: false })
        reasons.push(outcome.ok ? 'verified' : outcome.reason)
      }
      return reasons
    },
  }
}
