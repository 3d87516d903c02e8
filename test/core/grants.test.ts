import type { Otp } from 'express-otp'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, type TestClock, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const ADA = { tenant: '', userId: 'ada', ip: undefined }
const BOB = { ...ADA, userId: 'bob' }
const REQUIRED = { ok: false, reason: 'otp_required' }

interface Setting {
  readonly otp: Otp
  readonly clock: TestClock
  readonly id: string
}

/** Ada has proved her number for a transfer to one payee. */
async function proved({ leaveGrant = true } = {}): Promise<Setting> {
  const clock = testClock()
  const sms = outbox('sms')
  const otp = createOtp({
    secret: SECRET,
    channels: [smsChannel({ transport: sms })],
    intents: { transfer: { context: ['payee'] }, other: {}, similar: { context: ['payee'] } },
    store: memoryStore({ clock }),
    clock,
  })
  onTestFinished(() => otp.close())
  const context = { payee: 'Eve' }
  const sent = await otp.send({ ...ADA, to: '+12068800123', intent: 'transfer', context, current: undefined, hold: async () => undefined })
  if (!sent.ok) throw new Error(sent.reason)
  const code = sms.messages.at(-1)?.code
  const verified = await otp.verify({ ...ADA, id: sent.id, intent: 'transfer', context, code, leaveGrant })
  if (!verified.ok) throw new Error(verified.reason)
  return { otp, clock, id: sent.id }
}

describe('redeem', () => {
  const request = { ...ADA, intent: 'transfer', context: { payee: 'Eve' } }

  it('T26 spends a grant once, or leaves it where it is told to', async () => {
    const { otp, id } = await proved()
    const redeemed = { ok: true, intent: 'transfer', channel: 'sms', to: '+12068800123', proved: [{ intent: 'transfer', channel: 'sms' }] }
    expect(await otp.redeem({ ...request, id, once: false })).toMatchObject(redeemed)
    expect(await otp.redeem({ ...request, id })).toMatchObject(redeemed)
    expect(await otp.redeem({ ...request, id })).toEqual(REQUIRED)
  })

  it.each([
    ['no id', { id: undefined }],
    ['what is no id', { id: 'id' }],
    ['another intent', { intent: 'similar' }],
    ['an intent that nobody configured', { intent: 'none' }],
    ['another user', { userId: 'bob' }],
    ['another context', { context: { payee: 'Mallory' } }],
  ])('T26 T49 finds no grant for %s, and leaves it', async (_, fields) => {
    const { otp, id } = await proved()
    expect(await otp.redeem({ ...request, id, ...fields })).toEqual(REQUIRED)
    expect(await otp.redeem({ ...request, id })).toMatchObject({ ok: true })
  })

  it('T18 finds none that is older than asked', async () => {
    const { otp, id, clock } = await proved()
    clock.advance(60)
    expect(await otp.redeem({ ...request, id, maxAgeSeconds: 60 })).toEqual(REQUIRED)
    expect(await otp.redeem({ ...request, id, maxAgeSeconds: 61 })).toMatchObject({ ok: true })
  })
})

describe('grant', () => {
  it('T26 tells when it ends, to its own user and for its own intent', async () => {
    const { otp, id, clock } = await proved()
    const now = clock.now()
    expect(await otp.grant({ ...ADA, intent: 'transfer', id })).toEqual({ expiresAt: now + 300_000, now })
    expect(await otp.grant({ ...BOB, intent: 'transfer', id })).toBeUndefined()
    expect(await otp.grant({ ...ADA, intent: 'similar', id })).toBeUndefined()
    expect(await otp.grant({ ...ADA, intent: 'transfer', id: undefined })).toBeUndefined()
    expect(await otp.grant({ ...ADA, intent: 'transfer', id: 'id' })).toBeUndefined()
  })

  it('T26 is none where none was left', async () => {
    const { otp, id } = await proved({ leaveGrant: false })
    expect(await otp.grant({ ...ADA, intent: 'transfer', id })).toBeUndefined()
  })
})

describe('recall', () => {
  it.each([true, false])('T23 says how long ago a challenge was verified, with a grant: %s', async (leaveGrant) => {
    const { otp, id, clock } = await proved({ leaveGrant })
    clock.advance(2)
    const asked = { id, intent: 'transfer', context: { payee: 'Eve' } }
    expect(await otp.recall({ ...asked, caller: ADA })).toBe(2000)
    expect(await otp.recall({ ...asked, caller: undefined })).toBe(2000)
    expect(await otp.recall({ ...asked, caller: BOB })).toBeUndefined()
    expect(await otp.recall({ ...asked, caller: ADA, intent: 'similar' })).toBeUndefined()
    expect(await otp.recall({ ...asked, caller: ADA, context: { payee: 'Mallory' } })).toBeUndefined()
    expect(await otp.recall({ ...asked, caller: ADA, context: {} })).toBeUndefined()
    expect(await otp.recall({ ...asked, caller: ADA, id: undefined })).toBeUndefined()
    expect(await otp.recall({ ...asked, caller: ADA, id: 'id' })).toBeUndefined()
  })

  it('T23 says nothing of a challenge that is pending, though it is looked for', async () => {
    const { otp } = await proved()
    const sent = await otp.send({ ...ADA, to: '+12068800456', intent: 'other', current: undefined, hold: async () => undefined })
    if (!sent.ok) throw new Error(sent.reason)
    expect(await otp.recall({ caller: ADA, id: sent.id, intent: 'other', context: undefined })).toBeUndefined()
    expect(await otp.pending({ ...ADA, intent: 'other', id: sent.id })).toMatchObject({ id: sent.id })
    expect(await otp.pending({ ...ADA, intent: 'other', id: undefined })).toBeUndefined()
    expect(await otp.pending({ ...BOB, intent: 'other', id: sent.id })).toBeUndefined()
  })
})
