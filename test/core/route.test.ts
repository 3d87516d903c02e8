import { type Channel, createOtp, type Otp } from 'express-otp'
import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECRET } from '../helpers/door-app.js'

const calls = outbox('calls')
const sms = smsChannel({ transport: outbox('texts'), countries: ['US'] })
const email = emailChannel({ transport: outbox('mails') })
/** A channel that takes everything for an address. */
const lax: Channel = { ...sms, name: 'whatsapp', transport: calls, parse: (to) => ({ kind: 'phone', address: to, countedAs: to }) }

function otpOf(channels: readonly Channel[], options: object = {}): Otp {
  const otp = createOtp({ secret: SECRET, channels, store: memoryStore({ clock: testClock() }), ...options })
  onTestFinished(() => otp.close())
  return otp
}

async function send(otp: Otp, to: unknown, channel?: 'auto' | 'sms' | 'call' | 'email' | 'whatsapp', intent?: string): Promise<unknown> {
  const result = await otp.send({ tenant: '', userId: '', ip: undefined, to, channel, intent, hold: () => Promise.resolve() })
  return result.ok ? result.channel : (result.errors ?? result.reason)
}

describe('the way a message takes', () => {
  it.each(['\u0000', '\n', '\r', '\u007f', '\u0085', '\u2028', '\u202e', '\u2066', '\u200e'])(
    'T41 an address with %j reaches no channel, however much that would take',
    async (sign) => {
      expect(await send(otpOf([lax]), `+1206${sign}8800123`)).toEqual([{ field: 'to', reason: 'invalid_phone_number' }])
      expect(await send(otpOf([lax]), `ann${sign}@example.org`)).toEqual([{ field: 'to', reason: 'invalid_email_address' }])
      expect(calls.messages).toEqual([])
    },
  )

  it('T42 an address of more than 254 characters reaches no channel', async () => {
    expect(await send(otpOf([lax]), 'x'.repeat(255))).toEqual([{ field: 'to', reason: 'invalid_phone_number' }])
  })

  it.each<unknown>([undefined, null, '', 5, true, ['+12068800123'], { to: 'x' }])('T36 what is no text is no address: %j', async (to) => {
    expect(await send(otpOf([lax]), to)).toEqual([{ field: 'to', reason: 'required' }])
  })

  it('`auto` takes the first channel that fits, in the order of the intent', async () => {
    expect(await send(otpOf([sms, email]), '+12068800123')).toBe('sms')
    expect(await send(otpOf([sms, email]), 'ann@example.org', 'auto')).toBe('email')
    const call: Channel = { ...sms, name: 'call', transport: calls }
    expect(await send(otpOf([sms, call], { intents: { login: { channels: ['call', 'sms'] } } }), '+12068800123')).toBe('call')
  })

  it('T33 a channel that was asked for is used or refused, never another', async () => {
    expect(await send(otpOf([sms, email]), '+12068800123', 'email')).toEqual([{ field: 'to', reason: 'invalid_email_address' }])
    expect(await send(otpOf([sms]), 'ann@example.org', 'email')).toEqual([{ field: 'channel', reason: 'not_configured' }])
    const onlyMail = otpOf([sms, email], { intents: { login: { channels: ['email'] } } })
    expect(await send(onlyMail, '+12068800123', 'sms')).toEqual([{ field: 'channel', reason: 'not_configured' }])
    expect(await send(onlyMail, '+12068800123')).toEqual([{ field: 'to', reason: 'invalid_email_address' }])
  })

  it('T29 says which refusal tells most: a number that is not served is still a number', async () => {
    for (const channels of [
      [sms, email],
      [email, sms],
    ]) {
      expect(await send(otpOf(channels), '+4915123456789')).toEqual([{ field: 'to', reason: 'country_not_served' }])
      expect(await send(otpOf(channels), 'ann@')).toEqual([{ field: 'to', reason: 'invalid_email_address' }])
      expect(await send(otpOf(channels), '12')).toEqual([{ field: 'to', reason: 'invalid_phone_number' }])
    }
  })

  describe('to a landline', () => {
    const LANDLINE = '+442079460123'
    const texts = smsChannel({ transport: outbox('texts'), countries: ['GB', 'US'] })
    const voice = callChannel({ transport: calls, countries: ['GB', 'US'] })
    const chat = whatsappChannel({ transport: outbox('chats'), template: { name: 'otp' } })
    const refused = [{ field: 'to', reason: 'not_an_sms_number' }]

    it('T29 is a call where an SMS was the first choice and the intent allows calls', async () => {
      expect(await send(otpOf([texts, voice]), LANDLINE)).toBe('call')
      expect(await send(otpOf([texts, email, chat, voice]), LANDLINE, 'auto')).toBe('call')
      expect(await send(otpOf([chat, texts, voice]), LANDLINE)).toBe('whatsapp')
      expect(await send(otpOf([texts, voice]), '+447400123456')).toBe('sms')
    })

    it('T29 is none where the intent allows no calls, or the country is not called', async () => {
      for (const channels of [[texts], [texts, email], [email, texts]]) expect(await send(otpOf(channels), LANDLINE)).toEqual(refused)
      const intents = { login: { channels: ['sms', 'email'] as const } }
      expect(await send(otpOf([texts, voice, email], { intents }), LANDLINE)).toEqual(refused)
      const american = callChannel({ transport: calls, countries: ['US'] })
      expect(await send(otpOf([texts, american]), LANDLINE)).toEqual(refused)
    })

    it('T29 T33 is never a call where an SMS was asked for', async () => {
      expect(await send(otpOf([texts, voice]), LANDLINE, 'sms')).toEqual(refused)
      expect(await send(otpOf([texts, voice]), LANDLINE, 'call')).toBe('call')
    })
  })
})
