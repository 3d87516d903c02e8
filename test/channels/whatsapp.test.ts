import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { describe, expect, it } from 'vitest'
import { noTransport, wording } from './sample-wording.js'

const transport = noTransport
const whatsapp = whatsappChannel({ transport, template: { name: 'login_code' } })

describe('whatsappChannel', () => {
  it('is the channel "whatsapp" over the given transport, for phone numbers', () => {
    const channel = whatsappChannel({ transport, template: { name: 'login_code' }, countries: ['US'], defaultCountry: 'US' })
    expect(channel).toMatchObject({ name: 'whatsapp', transport })
    expect(channel.parse('(206) 880-0123')).toMatchObject({ kind: 'phone', address: '+12068800123' })
    expect(channel.parse('+33612345678')).toEqual({ refused: 'country_not_served' })
    expect(channel.parse('ann@example.com')).toEqual({ refused: 'invalid_phone_number' })
  })

  it('T20 names the template, and words a text that names service, intent, lifetime and reference', () => {
    expect(whatsapp.word(wording({ host: 'acme.example' }))).toEqual({
      text: '482913 is your Acme code to log in (KX). Valid for 5 minutes. Do not share it with anyone.',
      template: { name: 'login_code', language: 'en_US' },
      parts: 1,
    })
  })

  it('shows what is being approved in the text', () => {
    expect(whatsapp.word(wording({ intent: 'hire', context: { person: 'Ann' } })).text).toMatch(/\nperson: Ann$/)
  })

  it('asks for a template only in a language in which it was approved', () => {
    const template = { name: 'code', language: ['pt_PT', 'pt_BR', 'es_AR', 'es_MX', 'zh_HK', 'zh_CN', 'en_GB'] }
    const { word } = whatsappChannel({ transport, template })
    const language = (locale: string | undefined, country?: string): string | undefined =>
      word(wording({ locale, country })).template?.language
    expect(language('pt-BR')).toBe('pt_BR')
    expect(language('es-MX')).toBe('es_MX')
    expect(language('es')).toBe('es_AR')
    expect(language('zh-TW')).toBe('zh_HK')
    expect(language('en-US')).toBe('en_GB')
    expect(language('nl', 'MX')).toBe('pt_PT')
    expect(language(undefined, 'MX')).toBe('es_MX')
    expect(language(undefined, 'CN')).toBe('zh_CN')
    expect(language(undefined, 'IT')).toBe('pt_PT')
  })

  it('words the text in the language of the person all the same', () => {
    expect(whatsapp.word(wording({ locale: 'it' }))).toMatchObject({
      text: expect.stringContaining('il tuo codice Acme'),
      template: { language: 'en_US' },
    })
  })
})

describe('whatsappChannel options', () => {
  it.each<readonly [object, RegExp]>([
    [{ template: { name: 'code' } }, /option "transport" is missing/],
    [{ transport }, /option "template" is missing/],
    [{ transport, template: 'code' }, /option "template" is "code"; it must be an object/],
    [{ transport, template: {} }, /whatsappChannel template: option "name" is missing/],
    [{ transport, template: { name: 'my code' } }, /whatsappChannel template: option "name" is "my code"/],
    [
      { transport, template: { name: 'code', language: 'en-US' } },
      /option "language" is "en-US"; it must be a language code such as "en_US"/,
    ],
    [{ transport, template: { name: 'code', language: [] } }, /option "language"/],
    [{ transport, template: { name: 'code', lang: 'en' } }, /unknown option "lang"/],
  ])('refuses %j', (options, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => whatsappChannel(options as Parameters<typeof whatsappChannel>[0])).toThrowError(message)
  })
})
