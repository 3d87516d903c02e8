import express from 'express'
import { createOtp, OtpError, type OtpEvents } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { type ReceiptRouterOptions, receiptRouter } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { describe, expect, it } from 'vitest'
import { keyring } from '../../src/core/keyring.js'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, SECRET } from '../helpers/door-app.js'
import { VENDORS, type Vendor } from './signed-receipts.js'

const ANN = '+12068800123'

/** Events name a challenge as the store knows it. */
const idTold = (id: string): string => keyring([SECRET]).storedId(id)

const [TWILIO] = VENDORS as [Vendor]

interface Started extends DoorApp {
  readonly url: string
  readonly told: OtpEvents['receipt'][]
  channels(ann: ReturnType<DoorApp['browser']>): Promise<unknown>
}

async function start(vendor: Vendor, options: DoorAppOptions = {}): Promise<Started> {
  const told: OtpEvents['receipt'][] = []
  const app = await openDoor({
    ...options,
    otp: { channels: [smsChannel({ transport: outbox(vendor.name) })], ...options.otp },
    before: (before, otp) => {
      before.use(receiptRouter(otp, { parsers: [vendor.parser] }))
      otp.on('receipt', (event) => void told.push(event))
    },
  })
  return {
    ...app,
    url: `${app.origin}/otp/receipts/${vendor.name}`,
    told,
    channels: async (ann) => (await ann.get('/otp/status')).body.pending[0]?.channels,
  }
}

describe.each(VENDORS)('receiptRouter with the reports of $name', (vendor) => {
  it.each(PLACES)('T65 tells each change once, without an address, and shows it in /otp/status %s', async (place) => {
    const { browser, url, told, channels } = await start(vendor, { place })
    const ann = browser()
    const { body } = await ann.post('/otp/send', { to: ANN })
    expect(await channels(ann)).toEqual({})
    const id = body.channels.sms.id
    const answer = await vendor.report(url, id, 'sent')
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([204, 'no-store', ''])
    expect(await channels(ann)).toEqual({ sms: 'sent' })
    expect((await vendor.report(url, id, 'delivered')).status).toBe(204)
    expect(await channels(ann)).toEqual({ sms: 'delivered' })
    const about = {
      id: idTold(body.id),
      recipient: expect.stringMatching(/^[\w-]{16}$/),
      tenant: '',
      intent: 'login',
      channel: 'sms',
      country: 'US',
      transport: vendor.name,
    }
    const event = { ...about, to: '+1206\u2022\u2022\u20220123' }
    expect(told).toEqual([
      { ...event, status: 'sent' },
      { ...event, status: 'delivered' },
    ])
    expect(JSON.stringify(told)).not.toContain('8800123')
  })

  it('says nothing of what is repeated, late, or of a message that it does not know', async () => {
    const { browser, url, told, channels } = await start(vendor)
    const ann = browser()
    const id = (await ann.post('/otp/send', { to: ANN })).body.channels.sms.id
    await vendor.report(url, id, 'failed')
    for (const status of ['failed', 'sent', 'delivered'] as const) expect((await vendor.report(url, id, status)).status).toBe(204)
    expect((await vendor.report(url, `${id}0`, 'delivered')).status).toBe(204)
    expect(told).toMatchObject([{ status: 'failed', errorCode: '30003' }])
    expect(await channels(ann)).toEqual({ sms: 'failed' })
  })

  it('T62 a forged report is answered with 403 and changes nothing', async () => {
    const { browser, url, told, channels } = await start(vendor)
    const ann = browser()
    const id = (await ann.post('/otp/send', { to: ANN })).body.channels.sms.id
    expect((await vendor.report(url, id, 'delivered', { forged: true })).status).toBe(403)
    expect(told).toEqual([])
    expect(await channels(ann)).toEqual({})
  })

  it('is not reported to with nothing, and reads at most 64 KiB', async () => {
    const { url } = await start(vendor)
    const sizes = await Promise.all([65_537, 65_536].map((length) => fetch(url, { method: 'POST', body: 'x'.repeat(length) })))
    expect(sizes.map(({ status }) => status === 413)).toEqual([true, false])
    expect([400, 403]).toContain((await fetch(url, { method: 'POST' })).status)
    expect([400, 403]).toContain((await fetch(url)).status)
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400)
  })
})

describe('receiptRouter', () => {
  it('answers Meta, which asks whether the address is the right one', async () => {
    const vendor = VENDORS[2] as Vendor
    const { url } = await start(vendor)
    const query = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': 'word-given-to-meta' }
    const answer = await fetch(`${url}?${new URLSearchParams(query)}`)
    expect([answer.status, await answer.text()]).toEqual([200, '1158201444'])
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect((await fetch(`${url}?${new URLSearchParams({ ...query, 'hub.verify_token': 'guess' })}`)).status).toBe(403)
  })

  it('tells of a message whose code was used in the meantime', async () => {
    const transport = outbox('twilio')
    const { browser, url, told, channels } = await start(TWILIO, { otp: { channels: [smsChannel({ transport })] } })
    const ann = browser()
    const sent = await ann.post('/otp/send', { to: ANN })
    expect((await ann.post('/otp/verify', { code: transport.code() })).status).toBe(200)
    await TWILIO.report(url, sent.body.channels.sms.id, 'delivered')
    expect(told).toMatchObject([{ id: idTold(sent.body.id), status: 'delivered' }])
    expect(await channels(ann)).toBeUndefined()
  })

  it('tells of an older message, and shows only what became of the newest', async () => {
    const { browser, url, told, channels, clock } = await start(TWILIO)
    const ann = browser()
    const older = (await ann.post('/otp/send', { to: ANN })).body.channels.sms.id
    await TWILIO.report(url, older, 'sent')
    clock.advance(30)
    const newer = (await ann.post('/otp/resend')).body.channels.sms.id
    expect(await channels(ann)).toEqual({})
    await TWILIO.report(url, older, 'failed')
    expect(await channels(ann)).toEqual({})
    await TWILIO.report(url, newer, 'delivered')
    expect(await channels(ann)).toEqual({ sms: 'delivered' })
    expect(told.map(({ status }) => status)).toEqual(['sent', 'failed', 'delivered'])
  })

  it('T59 answers 503 while the store is away, so that the vendor says it again', async () => {
    const sound = memoryStore({ clock: testClock() })
    let isAway = true
    const store = {
      ...sound,
      note: (request: Parameters<typeof sound.note>[0]) => (isAway ? Promise.reject(new Error('gone')) : sound.note(request)),
    }
    const { browser, url, told, channels } = await start(TWILIO, {
      otp: { store, channels: [smsChannel({ transport: outbox('twilio') })] },
    })
    const ann = browser()
    const id = (await ann.post('/otp/send', { to: ANN })).body.channels.sms.id
    expect((await TWILIO.report(url, id, 'delivered')).status).toBe(503)
    isAway = false
    expect((await TWILIO.report(url, id, 'delivered')).status).toBe(204)
    expect(told).toHaveLength(1)
    expect(await channels(ann)).toEqual({ sms: 'delivered' })
  })

  it('answers 503 until a store is known', async () => {
    const { url } = await start(TWILIO)
    expect((await TWILIO.report(url, 'SM1', 'delivered')).status).toBe(503)
  })

  it('says so where a body parser has read the bytes before it', async () => {
    const errors: unknown[] = []
    const app = await openDoor({
      before: (before, otp) => {
        before.use(express.urlencoded(), receiptRouter(otp, { parsers: [TWILIO.parser] }))
        otp.on('unavailable', (event) => void errors.push(event))
      },
    })
    expect((await TWILIO.report(`${app.origin}/otp/receipts/twilio`, 'SM1', 'delivered')).status).toBe(500)
    expect(app.errors).toMatchObject([{ code: 'ERR_OTP_OPTION', message: expect.stringContaining('ahead of body parsers') }])
    expect(errors).toEqual([])
  })

  it('hangs where it is told to, and passes everything else on', async () => {
    const app = await openDoor({
      before: (before, otp) => {
        before.use('/hooks', receiptRouter(otp, { parsers: [TWILIO.parser], path: '/vendors' }))
        before.use((_req, res) => void res.status(418).end())
      },
    })
    expect((await fetch(`${app.origin}/hooks/vendors/twilio`, { method: 'POST' })).status).toBe(403)
    for (const path of ['/hooks/vendors', '/hooks/vendors/vonage', '/hooks/vendors/twilio/x', '/otp/receipts/twilio'])
      expect((await fetch(`${app.origin}${path}`, { method: 'POST' })).status).toBe(418)
  })

  it.each([
    [{}, /option "parsers" is missing/],
    [{ parsers: [] }, /option "parsers" is \[\]/],
    [{ parsers: [TWILIO.parser, TWILIO.parser] }, /option "parsers" has two of one name/],
    [{ parsers: [TWILIO.parser], path: 'receipts/' }, /option "path" is "receipts\/"/],
  ])('refuses %j by name', (options, message) => {
    const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })] })
    const mount = (): unknown => receiptRouter(otp, options as ReceiptRouterOptions)
    expect(mount).toThrow(OtpError)
    expect(mount).toThrow(message)
  })
})
