import { smsChannel, smsSegments } from 'express-otp/channels/sms'
import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/channels/messages/locales.js'
import { parseOriginBound } from './parse-origin-bound.js'
import { noTransport, wording } from './sample-wording.js'

const sms = smsChannel({ transport: noTransport })
const host = 'login.acme-bank.example'
const androidAppHash = 'FA+9qCX9VSu'

describe('the published algorithm for the last line', () => {
  // The examples of the specification, section 3.1.
  it.each([
    [
      '747723 is your ExampleCo authentication code.\n\n@example.com #747723',
      { topLevelHost: 'example.com', embeddedHost: null, code: '747723' },
    ],
    ['@example.com #747723 %ecommerce.example $future', { topLevelHost: 'example.com', embeddedHost: 'ecommerce.example', code: '747723' }],
    ['something @example.com #747723', 'failure'],
    ['#747723 %ecommerce.example @example.com', 'failure'],
    ['@example.com code #747723', 'failure'],
    ['@example.com #747723\n', 'failure'],
  ])('reads %j as its examples say', (message, result) => {
    expect(parseOriginBound(message)).toEqual(result)
  })
})

describe.each(LOCALES)('an SMS in %s', (locale) => {
  it('T34 takes at most two segments for a login, with the last line and a long name of the service', () => {
    for (const service of ['Acme', 'Acme Savings and Loan of New York', 'A'.repeat(40)]) {
      for (const intent of ['login', 'signup', 'verify', 'change_password', 'transfer', 'close_account']) {
        expect(sms.word(wording({ locale, host, service, intent, ttlSeconds: 600 })).parts).toBeLessThanOrEqual(2)
      }
    }
  })

  it('T34 says it in the language itself, in at most two segments, whatever the intent', () => {
    for (const intent of ['login', 'signup', 'verify', 'change_password', 'transfer', 'close_account']) {
      const { text } = sms.word(wording({ locale, host: 'app.acme.example', intent }))
      expect(text.includes('Acme code '), text).toBe(locale === 'en')
    }
  })

  it('T34 takes at most two segments with an amount, a payee and codes of ten digits', () => {
    const context = { amount: '12.500,00 EUR', payee: 'Anna Kowalska-Nowak' }
    const { parts, text } = sms.word(wording({ locale, host, intent: 'transfer', context, code: '0123456789', service: 'Acme Bank' }))
    expect(parts).toBeLessThanOrEqual(2)
    expect(text).toContain(context.amount)
    expect(text).toContain(context.payee)
  })

  it('T20 ends with a line that the published algorithm reads, with an app hash too', () => {
    const expected = { topLevelHost: host, embeddedHost: null, code: '482913' }
    expect(parseOriginBound(sms.word(wording({ locale, host })).text)).toEqual(expected)
    const both = smsChannel({ transport: noTransport, androidAppHash }).word(wording({ locale, host }))
    expect(parseOriginBound(both.text)).toEqual(expected)
    expect(both.parts).toBeLessThanOrEqual(2)
    expect(both.text.split('\n').at(-2)).toBe(androidAppHash)
  })

  it('T20 says the service, the code and the reference once, and has no hole', () => {
    const { text } = sms.word(wording({ locale, intent: 'transfer', context: { amount: '7 EUR', payee: 'Zoe' } }))
    for (const value of ['482913', 'Acme', 'KX', '7 EUR', 'Zoe']) expect(text.split(value), value).toHaveLength(2)
    expect(text).not.toMatch(/[{}]|undefined/)
  })
})

describe('the alphabet of an SMS', () => {
  it.each(['en', 'de', 'fr', 'it', 'nl', 'sv', 'da', 'nb', 'fi', 'id'])('is that of GSM-7 in %s, whose letters are in it', (locale) => {
    for (const intent of ['login', 'signup', 'verify', 'change_password', 'transfer', 'other']) {
      const { text } = sms.word(wording({ locale, host, intent }))
      expect(smsSegments(text).encoding, text).toBe('gsm7')
    }
  })

  it.each(['es', 'pt', 'pt-BR', 'pl', 'cs', 'hu', 'ro', 'tr', 'vi'])(
    'is that of GSM-7 in %s without accents, which takes one segment',
    (locale) => {
      const plain = smsChannel({ transport: noTransport, withoutAccents: true })
      const { text, parts } = plain.word(wording({ locale, host: 'acme.example' }))
      expect(smsSegments(text).encoding, text).toBe('gsm7')
      expect(parts).toBe(1)
      expect(smsSegments(sms.word(wording({ locale })).text).encoding).toBe('ucs2')
    },
  )

  it('keeps the letters of names and values without accents', () => {
    const plain = smsChannel({ transport: noTransport, withoutAccents: true })
    const context = { amount: '10 z\u0142', payee: 'Ja\u017a\u0144' }
    const { text } = plain.word(wording({ locale: 'pl', intent: 'transfer', context }))
    expect(text).toContain('to Twoj kod Acme do platnosci 10 z\u0142, odbiorca Ja\u017a\u0144')
  })
})

describe('smsChannel with an Android app', () => {
  const app = smsChannel({ transport: noTransport, androidAppHash })

  it('ends with the app hash where there is no host', () => {
    expect(app.word(wording()).text.split('\n').slice(-2)).toEqual(['', androidAppHash])
  })

  it('keeps to the 140 bytes that Google asks for by saying it shorter', () => {
    const long = wording({ host, service: 'Acme Savings and Loan Bank', intent: 'verify' })
    expect(sms.word(long)).toMatchObject({ parts: 2 })
    expect(app.word(long)).toMatchObject({
      parts: 1,
      text: expect.stringContaining('Acme Savings and Loan Bank code to confirm that it is you'),
    })
  })

  it('takes two segments rather than another language', () => {
    const { parts, text } = app.word(wording({ host, locale: 'el' }))
    expect(parts).toBe(2)
    expect(text).toMatch(/\p{Script=Greek}/u)
  })

  it('adds nothing to a text that has the lines', () => {
    const ending = `${androidAppHash}\n@${host} #482913`
    const own = smsChannel({ transport: noTransport, androidAppHash, text: () => `Code 482913\n${ending}` })
    expect(own.word(wording({ host })).text).toBe(`Code 482913\n${ending}`)
  })

  it.each(['', 'FA+9qCX9VS', 'FA+9qCX9VSuu', 'FA 9qCX9VSu', 'FA+9qCX9VS\n', 11])('refuses the hash %j', (hash) => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => smsChannel({ transport: noTransport, androidAppHash: hash as string })).toThrowError(/option "androidAppHash"/)
  })
})
