import { smsChannel } from 'express-otp/channels/sms'
import { outbox } from 'express-otp/testing'
import { failover } from 'express-otp/transports/failover'
import { describe, expect, it } from 'vitest'
import { type DoorApp, type DoorAppOptions, openDoor, PLACES, wrong } from '../helpers/door-app.js'
import { type Point, type Recorded, recorded } from '../helpers/telemetry.js'

const ANN = '+12068800123'
const PARIS = '+33612345678'
const TEXT = { 'otp.intent': 'login', 'otp.channel': 'sms', 'otp.country': 'US' }

async function start(options: DoorAppOptions = {}): Promise<DoorApp & Recorded> {
  const told = recorded()
  const app = await openDoor({ ...options, otp: { telemetry: told.telemetry, ...options.otp } })
  return { ...app, ...told }
}

function values(points: readonly Point[]): unknown[] {
  return points.map(({ attributes, value }) => [attributes, value])
}

describe('metrics', () => {
  it('count codes that were issued and proved, by channel, intent and country', async () => {
    const { browser, clock, mail, points, sms } = await start()
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    clock.advance(30)
    await ann.post('/otp/resend', {})
    await ann.post('/otp/verify', { code: sms.code() })
    const bob = browser()
    await bob.post('/otp/send', { to: 'bob@example.org' })
    await bob.post('/otp/verify', { code: mail.code() })
    const MAIL = { 'otp.intent': 'login', 'otp.channel': 'email' }
    expect(values(await points('otp.codes.issued'))).toEqual([
      [{ ...TEXT, 'otp.renewed': false }, 1],
      [{ ...TEXT, 'otp.renewed': true }, 1],
      [{ ...MAIL, 'otp.renewed': false }, 1],
    ])
    expect(values(await points('otp.codes.verified'))).toEqual([
      [TEXT, 1],
      [MAIL, 1],
    ])
  })

  it.each(PLACES)('T31 tell the operator of decoys behind an answer that is recorded like any other, %s', async (place) => {
    const { browser, mail, otp, points, sms, spans } = await start({
      place,
      otp: {
        recipients: 'known-only',
        delivery: 'background',
        findRecipient: ({ to }) => (to.startsWith('ann') || to === ANN ? { address: to, channels: ['email'] } : undefined),
      },
    })
    for (const to of ['ann@example.org', 'eve@example.org', ANN]) await browser().post('/otp/send', { to })
    await otp.close()
    expect([mail.messages.length, sms.messages.length]).toEqual([1, 0])
    expect((await points('otp.codes.issued')).map(({ value }) => value)).toEqual([2, 1])
    const [known, unknown] = spans('otp.send')
    expect(unknown?.attributes).toEqual(known?.attributes)
    expect((await points('otp.send.duration')).map(({ value }) => value)).toEqual([2, 1])
    expect(values(await points('otp.codes.decoyed'))).toEqual([
      [{ 'otp.intent': 'login', 'otp.channel': 'email', 'otp.decoy.reason': 'unknown' }, 1],
      [{ ...TEXT, 'otp.decoy.reason': 'channel_not_enabled' }, 1],
    ])
  })

  it('count a code of several only when all of them are proved', async () => {
    const { browser, mail, points, sms } = await start({ otp: { intents: { login: { mode: 'all' } } } })
    const ann = browser()
    await ann.post('/otp/send', { channels: ['sms', 'email'], recipients: { sms: ANN, email: 'ann@example.org' } })
    await ann.post('/otp/verify', { codes: { sms: sms.code() } })
    expect(await points('otp.codes.verified')).toEqual([])
    await ann.post('/otp/verify', { codes: { email: mail.code() } })
    expect((await points('otp.codes.verified')).map(({ attributes, value }) => [attributes['otp.channel'], value])).toEqual([
      ['sms', 1],
      ['email', 1],
    ])
  })

  it('count deliveries, parts and money by the transport that took the message', async () => {
    const [first, second] = [outbox('first'), outbox('second')]
    const transport = failover({ transports: [first, second] })
    const { browser, points } = await start({
      otp: { channels: [smsChannel({ transport })], prices: { sms: { 33: '0.333333', default: '0.05' } } },
    })
    await browser().post('/otp/send', { to: ANN })
    first.refuseNext({ status: 500 })
    await browser().post('/otp/send', { to: PARIS })
    for (const box of [first, second]) box.refuseNext({ status: 429, retryable: true })
    await browser().post('/otp/send', { to: '+12068800456' })
    const [us, fr] = [
      { ...TEXT, 'otp.transport': 'first' },
      { ...TEXT, 'otp.transport': 'second', 'otp.country': 'FR' },
    ]
    expect(values(await points('otp.deliveries'))).toEqual([
      [{ ...us, 'otp.outcome': 'DELIVERED' }, 1],
      [{ ...fr, 'otp.outcome': 'DELIVERED' }, 1],
      [{ ...us, 'otp.transport': 'second', 'otp.outcome': 'REFUSED', 'error.type': '429' }, 1],
    ])
    expect(values(await points('otp.message.parts'))).toEqual([
      [us, 1],
      [fr, 1],
    ])
    expect(values(await points('otp.spend'))).toEqual([
      [us, 0.05],
      [fr, 0.333333],
    ])
  })

  it('count money for a message that may have arrived, and none for one to the sandbox', async () => {
    const { browser, points, sms } = await start({ otp: { prices: { sms: { default: '0.05' } }, sandbox: { recipients: [PARIS] } } })
    sms.refuseNext({ uncertain: true, retryable: false })
    await browser().post('/otp/send', { to: ANN })
    await browser().post('/otp/send', { to: PARIS })
    expect(values(await points('otp.spend'))).toEqual([[{ ...TEXT, 'otp.transport': 'sms-outbox' }, 0.05]])
  })

  it('count refusals by the limit that the answer does not name', async () => {
    const { browser, points, sms } = await start({ otp: { limits: { failuresBeforePause: 1 } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await browser().post('/otp/send', { to: ANN })
    for (let guess = 0; guess < 2; guess++) await ann.post('/otp/verify', { code: wrong(sms.code()) })
    expect(values(await points('otp.refusals'))).toEqual([
      [{ ...TEXT, 'otp.operation': 'send', 'otp.limit': 'cooldown' }, 1],
      [{ 'otp.intent': 'login', 'otp.operation': 'verify', 'otp.limit': 'paused' }, 1],
    ])
  })

  it('count decisions of the guard, and what an operator wants to hear of', async () => {
    const { browser, otp, points, sms } = await start({
      otp: {
        prices: { sms: { default: '1' } },
        spendCap: { perCountry: { 1: { perHour: '1' } } },
        intents: { login: { maxAttempts: 10 } },
      },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await browser().post('/otp/send', { to: '+12068800456' })
    for (let guess = 0; guess < 10; guess++) await ann.post('/otp/verify', { code: wrong(sms.code()) })
    await otp.close()
    expect(values(await points('otp.guard.decisions'))).toEqual([
      [{ ...TEXT, 'otp.decision': 'allowed', 'otp.rule': 'within_budgets' }, 1],
      [{ ...TEXT, 'otp.decision': 'refused', 'otp.rule': 'spend_country_hour' }, 1],
    ])
    const alerts = await points('otp.alerts')
    expect(alerts.find(({ attributes }) => attributes['otp.threshold'] === 100)?.attributes).toEqual({
      'otp.alert': 'budget',
      'otp.limit': 'spend_country_hour',
      'otp.threshold': 100,
      'otp.country': '+1',
    })
    expect(alerts.at(-1)?.attributes).toEqual({ 'otp.alert': 'failures', 'otp.threshold': 10 })
  })

  it('count what a vendor reported', async () => {
    const { browser, otp, points, sms } = await start()
    otp.expectReceipts('sms-outbox')
    await browser().post('/otp/send', { to: ANN })
    expect(sms.messages).toHaveLength(1)
    await otp.receive('sms-outbox', { id: 'sms-outbox-1', status: 'delivered' })
    expect(values(await points('otp.receipts'))).toEqual([
      [{ ...TEXT, 'otp.transport': 'sms-outbox', 'otp.receipt.status': 'delivered' }, 1],
    ])
  })

  it('measure in seconds, with bounds that suit them', async () => {
    const { browser, points, sms } = await start()
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    await ann.post('/otp/verify', { code: sms.code() })
    for (const name of ['otp.send.duration', 'otp.verify.duration', 'otp.delivery.duration']) {
      const [point, ...others] = await points(name)
      expect([name, point?.unit, point?.value, point?.boundaries?.[0], others]).toEqual([name, 's', 1, 0.005, []])
    }
    const verbs = (await points('otp.store.duration')).map(({ attributes }) => attributes['otp.store.verb'])
    expect(verbs).toEqual(expect.arrayContaining(['issue', 'verify']))
  })
})

describe('what metrics are divided by', () => {
  it('T65 is bounded: intents, channels and transports that nobody configured are one', async () => {
    const told = recorded()
    const sms = outbox()
    const deliver = sms.deliver.bind(sms)
    sms.deliver = async (message, options) => ({ ...(await deliver(message, options)), transport: message.to.slice(1) })
    const { otp } = await openDoor({ otp: { telemetry: told.telemetry, channels: [smsChannel({ transport: sms })] } })
    const caller = { tenant: '', userId: '', ip: undefined, hold: async () => undefined }
    const strange = { ...caller, to: ANN, country: ANN, transport: ANN }
    for (const intent of ['a', 'b', ANN]) await otp.send({ ...strange, intent })
    await otp.send({ ...strange, channel: ANN as 'sms' })
    otp.adoptSessionStore(new (await import('express-session')).MemoryStore())
    await otp.send({ ...strange })
    expect((await told.points('otp.send.duration')).map(({ attributes }) => attributes)).toEqual([
      { 'otp.intent': '_OTHER', 'otp.operation': 'send', 'otp.outcome': 'SHAPE' },
      { 'otp.intent': 'login', 'otp.operation': 'send', 'otp.outcome': 'SHAPE' },
      { 'otp.intent': 'login', 'otp.channel': 'sms', 'otp.operation': 'send', 'otp.outcome': 'SENT' },
    ])
    expect((await told.points('otp.deliveries'))[0]?.attributes['otp.transport']).toBe('_OTHER')
  })
})
