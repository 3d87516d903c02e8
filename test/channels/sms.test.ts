import { smsChannel } from 'express-otp/channels/sms'
import { describe, expect, it } from 'vitest'
import { smsSegments } from '../../src/channels/sms-segments.js'
import { noTransport, wording } from './sample-wording.js'

const sms = smsChannel({ transport: noTransport })

describe('smsChannel', () => {
  it('is the channel "sms" over the given transport', () => {
    expect(sms).toMatchObject({ name: 'sms', transport: noTransport })
  })

  it('parses phone numbers under its options', () => {
    const channel = smsChannel({ transport: noTransport, countries: ['US'], defaultCountry: 'US' })
    expect(channel.parse('(206) 880-0123')).toMatchObject({ kind: 'phone', address: '+12068800123', country: 'US' })
    expect(channel.parse('+33612345678')).toEqual({ refused: 'country_not_served' })
    expect(channel.parse('ann@example.com')).toEqual({ refused: 'invalid_phone_number' })
  })

  it('T20 names the service, the intent, the lifetime and the reference, and says not to share the code', () => {
    expect(sms.word(wording())).toEqual({
      text: '482913 is your Acme code to log in (KX). Valid for 5 minutes. Do not share it with anyone.',
      parts: 1,
    })
    expect(sms.word(wording({ intent: 'close_account', ttlSeconds: 45 })).text).toBe(
      '482913 is your Acme code for "close account" (KX). Valid for 45 seconds. Do not share it with anyone.',
    )
  })

  it('T20 never promises more minutes than there are', () => {
    expect(sms.word(wording({ ttlSeconds: 119 })).text).toContain('Valid for 1 minute.')
    expect(sms.word(wording({ ttlSeconds: 120 })).text).toContain('Valid for 2 minutes.')
  })

  it('T20 ends with the origin-bound line when a host is configured', () => {
    const { text, parts } = sms.word(wording({ host: 'app.acme.example' }))
    expect(text.split('\n').at(-1)).toBe('@app.acme.example #482913')
    expect(parts).toBe(1)
    expect(sms.word(wording()).text).not.toContain('@')
  })

  it('T34 stays in the GSM-7 alphabet with its own words', () => {
    const { text } = sms.word(wording({ host: 'acme.example', context: { amount: '100 EUR', payee: 'Ann Lee' } }))
    expect(smsSegments(text).encoding).toBe('gsm7')
  })

  it('shows what is being approved, in the order given', () => {
    const transfer = sms.word(wording({ intent: 'transfer', context: { amount: '100 EUR', payee: 'Ann Lee' } }))
    expect(transfer.text).toContain('code to pay 100 EUR to Ann Lee (KX)')
    const hire = sms.word(wording({ intent: 'hire', context: { person: 'Ann Lee', pay: '100 EUR' } }))
    expect(hire.text).toContain('code for "hire" (KX)')
    expect(hire.text).toContain('\nperson: Ann Lee\npay: 100 EUR')
  })

  it('T34 keeps to two segments by saying it shorter, with every value and the last line', () => {
    const context = {
      amount: '100 EUR',
      person: '\u041a\u043e\u043d\u0441\u0442\u0430\u043d\u0442\u0438\u043d \u041f\u0435\u0442\u0440\u043e\u0432',
    }
    const { text, parts } = sms.word(wording({ intent: 'hire', host: 'app.acme.example', context }))
    expect(parts).toBe(2)
    expect(text).toBe(`482913 Acme code for "hire", 100 EUR, ${context.person} (KX), 5 min. Do not share.\n\n@app.acme.example #482913`)
  })

  it('T34 throws rather than send a third segment', () => {
    const long = wording({ service: '\u0416'.repeat(100) })
    expect(() => sms.word(long)).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
    expect(() => sms.word(long)).toThrowError(/^smsChannel: the text takes 3 segments of 2 allowed/)
  })
})

describe('smsChannel with a text of one\u2019s own', () => {
  it('sends that text and adds the origin-bound line once', () => {
    const channel = smsChannel({ transport: noTransport, text: ({ code, service }) => `${service}: ${code}` })
    expect(channel.word(wording()).text).toBe('Acme: 482913')
    expect(channel.word(wording({ host: 'acme.example' })).text).toBe('Acme: 482913\n\n@acme.example #482913')
    const whole = smsChannel({ transport: noTransport, text: ({ code, host }) => `Code ${code}\n@${host} #${code}` })
    expect(whole.word(wording({ host: 'acme.example' })).text).toBe('Code 482913\n@acme.example #482913')
  })

  it('counts the segments of that text', () => {
    const channel = smsChannel({ transport: noTransport, text: ({ code }) => `${code} ${'x'.repeat(160)}` })
    expect(channel.word(wording()).parts).toBe(2)
  })

  it.each<readonly [string, () => unknown, RegExp]>([
    ['not a string', () => 482913, /must return a string/],
    ['a promise', async () => '482913', /must return a string/],
    ['without the code', () => 'hello', /contains the code/],
    ['with a control character', () => '482913\u0007', /control characters/],
    ['with a carriage return', () => '482913\r\nmore', /control characters/],
    ['of three segments', () => `482913${'x'.repeat(301)}`, /takes 3 segments/],
  ])('T34 refuses a text %s, without showing it', (_what, text, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const channel = smsChannel({ transport: noTransport, text: text as () => string })
    expect(() => channel.word(wording())).toThrowError(message)
    expect(() => channel.word(wording())).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION', status: 500 }))
    expect(() => channel.word(wording())).not.toThrowError(/482913/)
  })
})

describe('smsChannel options', () => {
  it.each<readonly [object, RegExp]>([
    [{}, /option "transport" is missing/],
    [{ transport: {} }, /option "transport" is \{\}; it must be an object with deliver\(\)/],
    [{ transport: noTransport, countries: [] }, /option "countries"/],
    [{ transport: noTransport, countries: ['us'] }, /option "countries"/],
    [{ transport: noTransport, countries: ['XX'] }, /ISO 3166-1/],
    [{ transport: noTransport, countries: 'US' }, /option "countries"/],
    [{ transport: noTransport, defaultCountry: 'USA' }, /option "defaultCountry" is "USA"/],
    [{ transport: noTransport, text: 'hello' }, /option "text" is "hello"; it must be a function/],
    [{ transport: noTransport, country: ['US'] }, /unknown option "country"/],
  ])('refuses %j', (options, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => smsChannel(options as Parameters<typeof smsChannel>[0])).toThrowError(message)
  })

  it('takes undefined for "not given"', () => {
    expect(() => smsChannel({ transport: noTransport, countries: undefined, defaultCountry: undefined, text: undefined })).not.toThrow()
  })
})
