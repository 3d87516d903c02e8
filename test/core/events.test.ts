import type { Otp, OtpEventName } from 'express-otp'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { keyring } from '../../src/core/keyring.js'
import { type DoorApp, type DoorAppOptions, openDoor, SECRET, wrong } from '../helpers/door-app.js'

const ANN = '+12068800123'
const NAMES: readonly OtpEventName[] = [
  'issued',
  'sent',
  'send_refused',
  'delivery_failed',
  'receipt',
  'verified',
  'rejected',
  'failures',
  'unavailable',
]
const SUBJECT = {
  tenant: '',
  to: '+1206\u2022\u2022\u20220123',
  recipient: expect.stringMatching(/^[\w-]{16}$/),
  intent: 'login',
  channel: 'sms',
  country: 'US',
}

function listen(otp: Otp): (readonly [string, unknown])[] {
  const heard: (readonly [string, unknown])[] = []
  for (const name of NAMES) otp.on(name, (event) => void heard.push([name, event]))
  return heard
}

async function start(options: DoorAppOptions = {}): Promise<DoorApp & { readonly heard: (readonly [string, unknown])[] }> {
  const app = await openDoor(options)
  return { ...app, heard: listen(app.otp) }
}

describe('events', () => {
  it('T65 tell of a send and its success, with a masked address and its keyed hash', async () => {
    const { browser, heard, sms } = await start()
    const ann = browser()
    const { id: shown } = (await ann.post('/otp/send', { to: ANN })).body
    const id = keyring([SECRET]).storedId(shown)
    await ann.post('/otp/verify', { code: wrong(sms.code()) })
    await ann.post('/otp/verify', { code: sms.code() })
    const about = { tenant: '', id, recipient: SUBJECT.recipient, intent: 'login' }
    expect(heard).toEqual([
      ['issued', { ...SUBJECT, id, renewed: false }],
      ['sent', { ...SUBJECT, id, transport: 'sms-outbox', parts: 1 }],
      ['rejected', { ...about, outcome: 'wrong' }],
      ['verified', { ...about, complete: true, channels: ['sms'] }],
    ])
    expect(JSON.stringify(heard)).not.toContain('8800123')
    expect(JSON.stringify(heard)).not.toContain(sms.code())
  })

  it('tell of a resend and of a send that a limit refused, by name', async () => {
    const { browser, heard, clock } = await start()
    const ann = browser()
    const { id: shown } = (await ann.post('/otp/send', { to: ANN })).body
    const id = keyring([SECRET]).storedId(shown)
    await ann.post('/otp/resend')
    clock.advance(30)
    await ann.post('/otp/resend')
    expect(heard.slice(2)).toEqual([
      ['send_refused', { ...SUBJECT, limit: 'cooldown', retryAfterSeconds: 30 }],
      ['issued', { ...SUBJECT, id, renewed: true }],
      ['sent', { ...SUBJECT, id, transport: 'sms-outbox', parts: 1 }],
    ])
  })

  it('T64 tell of a message that was refused, by what the transport reduced it to', async () => {
    const { browser, heard, sms } = await start()
    sms.refuseNext({ status: 503, errorCode: 'busy' })
    await browser().post('/otp/send', { to: ANN })
    const failure = { transport: 'sms-outbox', status: 503, errorCode: 'busy', retryable: true, uncertain: false }
    expect(heard.map(([name]) => name)).toEqual(['issued', 'delivery_failed'])
    expect(heard[1]?.[1]).toEqual({ ...SUBJECT, id: expect.any(String), failure })
  })

  it('T10 tell every way in which a guess can be refused', async () => {
    const { browser, heard, clock, sms } = await start({
      otp: { limits: { failuresBeforePause: 4 }, intents: { login: { maxAttempts: 3 } } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = browser(ann)
    for (let guess = 0; guess < 4; guess++) await ann.post('/otp/verify', { code: wrong(sms.code()) })
    clock.advance(30)
    await ann.post('/otp/resend')
    await ann.post('/otp/verify', { code: wrong(sms.code()) })
    await ann.post('/otp/verify', { code: sms.code() })
    clock.advance(300)
    await ann.post('/otp/verify', { code: sms.code() })
    await ann.post('/otp/cancel')
    await old.post('/otp/verify', { code: sms.code() })
    const outcomes = heard.filter(([name]) => name === 'rejected').map(([, event]) => event)
    expect(outcomes).toMatchObject([
      { outcome: 'wrong' },
      { outcome: 'wrong' },
      { outcome: 'exhausted' },
      { outcome: 'exhausted' },
      { outcome: 'wrong' },
      { outcome: 'limited', limit: 'paused' },
      { outcome: 'expired' },
    ])
  })

  it('tell of a guess for a challenge that is gone', async () => {
    const { browser, heard, sms } = await start({ place: 'ahead of the session' })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const old = browser(ann)
    await ann.post('/otp/verify', { code: sms.code() })
    await old.post('/otp/verify', { code: sms.code() })
    expect(heard.at(-1)).toMatchObject(['rejected', { outcome: 'gone', intent: 'login' }])
  })

  it('T07 tell of the tenth failure in a row', async () => {
    const { browser, heard, clock, sms } = await start({ otp: { intents: { login: { maxAttempts: 10 } } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    for (let guess = 0; guess < 10; guess++) await ann.post('/otp/verify', { code: wrong(sms.code()) })
    clock.advance(30)
    expect(heard.filter(([name]) => name === 'failures')).toEqual([['failures', { tenant: '', recipient: SUBJECT.recipient, count: 10 }]])
  })

  it('go on past a listener that throws, and nobody outside notices', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    onTestFinished(() => warn.mockRestore())
    const { browser, heard, otp, sms } = await start()
    for (const name of NAMES) {
      otp.on(name, () => {
        throw new Error('a listener is broken')
      })
    }
    const after = listen(otp)
    const ann = browser()
    expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
    expect((await ann.post('/otp/verify', { code: sms.code() })).status).toBe(200)
    expect(after).toEqual(heard)
    expect(warn).toHaveBeenCalledTimes(3)
  })

  it('reach nobody who stopped listening, and `on` and `off` return the service', async () => {
    const { browser, otp } = await start()
    const heard: unknown[] = []
    const listener = (event: unknown): void => void heard.push(event)
    expect(otp.on('sent', listener)).toBe(otp)
    expect(otp.off('sent', listener)).toBe(otp)
    await browser().post('/otp/send', { to: ANN })
    expect(heard).toEqual([])
  })
})
