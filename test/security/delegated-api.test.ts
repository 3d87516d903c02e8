import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { nativeDialect } from 'express-otp/dialects/native'
import { outbox } from 'express-otp/testing'
import { delegated } from 'express-otp/transports'
import { describe, expect, it } from 'vitest'
import { type ApiApp, type ApiAppOptions, openApi } from '../helpers/api-app.js'
import { type CodeVendor, codeVendor, VENDOR_NAMES, type VendorName } from '../helpers/code-vendor.js'
import { wrong } from '../helpers/door-app.js'
import { ANN, BOB } from './scenes.js'

const KEYS = [
  { id: 'shop', secret: 'the-secret-of-the-shop-32-characters', rights: ['send', 'verify', 'customCode'] },
  { id: 'play', secret: 'the-secret-of-the-tests-32-characters', tenant: 'play', rights: ['send', 'verify', 'sandbox'] },
] as const

type Call = (
  path: string,
  body: object,
  secret?: string,
) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>

async function open(
  name: VendorName,
  otp: ApiAppOptions['otp'] = {},
): Promise<ApiApp & { readonly vendor: CodeVendor; readonly call: Call }> {
  const vendor = await codeVendor(name)
  const channels = [smsChannel({ transport: delegated(vendor.delegate) }), emailChannel({ transport: outbox() })]
  const api = await openApi({ dialect: nativeDialect(), keys: KEYS, otp: { channels, ...otp } })
  const call: Call = async (path, body, secret = KEYS[0].secret) => {
    const response = await fetch(`${api.origin}/v1/otp/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }
  return { ...api, vendor, call }
}

describe.each(VENDOR_NAMES)('codes that %s keeps, through the service door', (name) => {
  it('T01 T21 counts, proves once, and asks the vendor no more after it', async () => {
    const { call, vendor } = await open(name)
    const { body } = await call('send', { to: ANN, metadata: { order: '7' } })
    const { id } = body
    expect(body).toMatchObject({ status: 'sent', attemptsLeft: 5 })
    expect((await call('verify', { id, code: wrong(vendor.code()) })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await call('verify', { id, code: vendor.code() })).body).toMatchObject({
      status: 'verified',
      to: ANN,
      metadata: { order: '7' },
    })
    expect((await call('verify', { id, code: vendor.code() })).body).toMatchObject({ reason: 'no_pending_challenge' })
    expect(vendor.checked).toHaveLength(2)
  })

  it('T02 T22 of 300 right codes at once one is verified, and the vendor sees no more than five', async () => {
    const { call, vendor } = await open(name)
    const { id } = (await call('send', { to: ANN })).body
    vendor.mood = 'eager'
    const answers = await Promise.all(Array.from({ length: 300 }, () => call('verify', { id, code: vendor.code() })))
    expect(answers.filter(({ body }) => body.status === 'verified')).toHaveLength(1)
    expect(vendor.checked.length).toBeLessThanOrEqual(5)
  })

  it('T59 answers 503 where the vendor does not say, and 502 where it does not send (T35)', async () => {
    const { call, vendor } = await open(name)
    const { id } = (await call('send', { to: ANN })).body
    vendor.mood = 'silent'
    const asked = await call('verify', { id, code: vendor.code() })
    expect([asked.status, asked.body.reason]).toEqual([503, 'temporarily_unavailable'])
    const unsent = await call('send', { to: BOB })
    expect([unsent.status, unsent.body.reason]).toEqual([502, 'delivery_failed'])
    vendor.mood = 'well'
    expect((await call('verify', { id, code: vendor.code() })).body).toMatchObject({ status: 'verified' })
  })
})

describe('codes that vendors keep, through the service door', () => {
  it('T13 asks no vendor about a guess that names somebody else', async () => {
    const { call, vendor } = await open('octopush')
    const { id } = (await call('send', { to: ANN })).body
    expect((await call('verify', { id, to: BOB, code: vendor.code() })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect(vendor.checked).toEqual([])
    expect((await call('verify', { id, to: ANN, code: vendor.code() })).body).toMatchObject({ status: 'verified' })
  })

  it('refuses a code of the caller, which no vendor would send', async () => {
    const { call, vendor } = await open('octopush')
    const refused = await call('send', { to: ANN, code: '123456' })
    expect(refused.body).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'code', reason: 'not_with_channel' }] })
    expect(vendor.starts).toEqual([])
    expect((await call('send', { to: 'ann@example.org', code: '123456' })).status).toBe(200)
  })

  it('T66 leaves the vendor out for a key for tests, and answers a code of ours', async () => {
    const { call, vendor } = await open('octopush')
    const { body } = await call('send', { to: ANN, sandbox: true }, KEYS[1].secret)
    const { sms } = body.sandboxCodes as { readonly sms: string }
    expect((await call('verify', { id: body.id, code: sms }, KEYS[1].secret)).body).toMatchObject({ status: 'verified' })
    expect([vendor.starts, vendor.checked]).toEqual([[], []])
  })
})
