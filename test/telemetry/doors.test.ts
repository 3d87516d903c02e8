import { nativeDialect } from 'express-otp/dialects/native'
import { describe, expect, it } from 'vitest'
import { openApi } from '../helpers/api-app.js'
import { wrong } from '../helpers/door-app.js'
import { ANN, passportApp } from '../helpers/passport-app.js'
import { type Recorded, recorded } from '../helpers/telemetry.js'

const KEY = 'k'.repeat(32)

function told({ spans }: Recorded): unknown[] {
  return spans()
    .filter(({ name }) => /^otp\.(?:send|resend|verify)$/.test(name))
    .map(({ name, attributes }) => `${name} ${attributes['otp.intent'] ?? '-'} ${attributes['otp.outcome']}`)
}

describe('the Passport door', () => {
  it('is measured like the session door', async () => {
    const seen = recorded()
    const app = await passportApp({ otp: { telemetry: seen.telemetry } })
    const ann = app.browser()
    const code = await app.codeFor(ann)
    await ann.post('/signin', { code: wrong(code) })
    expect((await ann.post('/signin', { code })).body.user).toBe(ANN)
    expect(told(seen)).toEqual(['otp.send login SENT', 'otp.verify login WRONG', 'otp.verify login VERIFIED'])
    expect((await seen.points('otp.codes.verified')).map(({ value }) => value)).toEqual([1])
  })
})

describe('the service door', () => {
  it('T65 is measured too, and an intent that only a caller names stays unnamed', async () => {
    const seen = recorded()
    const app = await openApi({
      dialect: nativeDialect(),
      keys: [{ id: 'shop', secret: KEY, tenant: 'shop', rights: ['send', 'verify'] }],
      otp: { telemetry: seen.telemetry, prices: { sms: { default: '1' } }, balance: 'store' },
    })
    const ask = async (verb: string, body: object): Promise<Record<string, unknown>> => {
      const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }
      const answer = await fetch(`${app.origin}/v1/otp/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return (await answer.json()) as Record<string, unknown>
    }
    await ask('send', { to: ANN })
    await app.otp.topUp('shop', '2')
    const { id } = await ask('send', { to: ANN, intent: 'an-order-of-ann' })
    await ask('send', { to: ANN, intent: 'an-order-of-ann' })
    app.clock.advance(60)
    await ask('resend', { id })
    const code = app.outboxes.sms.code()
    await ask('verify', { id, code: wrong(code), intent: 'an-order-of-ann' })
    await ask('verify', { id, code, intent: 'an-order-of-ann' })
    await ask('verify', { id, code, intent: 'an-order-of-ann' })
    expect(told(seen)).toEqual([
      'otp.send login INSUFFICIENT_BALANCE',
      'otp.send _OTHER SENT',
      'otp.send _OTHER LIMITED',
      'otp.resend _OTHER SENT',
      'otp.verify _OTHER WRONG',
      'otp.verify _OTHER VERIFIED',
      'otp.verify _OTHER GONE',
    ])
    expect((await seen.points('otp.spend')).map(({ attributes, value }) => [attributes['otp.intent'], value])).toEqual([['_OTHER', 2]])
  })
})
