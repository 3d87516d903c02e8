import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { describe, expect, it } from 'vitest'
import { drafter, PLAIN } from '../../../src/channels/messages/draft.js'
import { LOCALES } from '../../../src/channels/messages/locales.js'
import { noTransport, wording } from '../sample-wording.js'

const draft = drafter('smsChannel', {})

describe('the language of a message', () => {
  it('is the one asked for, then that of the number, then that of the channel, then English', () => {
    const french = drafter('smsChannel', { locale: 'fr-CA' })
    expect(french(wording({ locale: 'de-AT', country: 'IT' })).name).toBe('de')
    expect(french(wording({ country: 'IT' })).name).toBe('it')
    expect(french(wording()).name).toBe('fr')
    expect(draft(wording()).name).toBe('en')
  })

  it('is the next choice where a choice has no wording', () => {
    expect(draft(wording({ locale: 'sr', country: 'IT' })).name).toBe('it')
    expect(draft(wording({ locale: 'junk!', country: 'RS' })).name).toBe('en')
    expect(drafter('smsChannel', { locale: 'sr' })(wording()).name).toBe('en')
  })

  it.each([
    ['BR', 'pt-BR'],
    ['PT', 'pt'],
    ['MX', 'es'],
    ['TW', 'zh-Hant'],
    ['CN', 'zh-Hans'],
    ['AT', 'de'],
    ['CH', 'en'],
    ['IN', 'en'],
    ['ZZ', 'en'],
  ])('of a number of %s is %s', (country, name) => {
    expect(draft(wording({ country })).name).toBe(name)
  })

  it('is the same on every channel', () => {
    const { word: sms } = smsChannel({ transport: noTransport })
    const { word: email } = emailChannel({ transport: noTransport })
    const { word: call } = callChannel({ transport: noTransport })
    const { word: whatsapp } = whatsappChannel({ transport: noTransport, template: { name: 'code' } })
    for (const word of [sms, email, call, whatsapp]) expect(word(wording({ country: 'IT' })).text).toContain('Acme per accedere')
  })
})

describe('the intent of a message', () => {
  const intent = (name: string, context?: Readonly<Record<string, string>>): string =>
    draft(wording({ intent: name, context })).write('{intent}', { literal: (text) => text, value: (text) => text })

  it('has a phrase where its name is a common one', () => {
    expect(intent('login')).toBe('to log in')
    expect(intent('sign_up')).toBe('to sign up')
    expect(intent('change-password')).toBe('to change your password')
    expect(intent('transfer')).toBe('to approve a payment')
  })

  // A caller with a key may leave its purpose out, and the message then said: for "".
  it.each(LOCALES)('has words for none in %s', (locale) => {
    const said = (name: string): string => draft(wording({ locale, intent: name })).write('{intent}', PLAIN)
    for (const none of ['', ' ', '_', '--']) expect(said(none)).toBe(said('verify'))
    expect(said('')).not.toBe(said('x'))
    expect(said('x')).toContain('x')
  })

  it('T20 names amount and payee of a payment, and itself where it has no phrase', () => {
    expect(intent('transfer', { amount: '12.50', payee: 'Ann' })).toBe('to pay 12.50 to Ann')
    expect(intent('transfer', { amount: '12.50' })).toBe('to approve a payment')
    expect(intent('close_account', { amount: '12.50', payee: 'Ann' })).toBe('for "close account"')
  })

  it('leaves no context unsaid, whatever its fields are called', () => {
    const unsaid = (name: string, context: Readonly<Record<string, string>>) => draft(wording({ intent: name, context })).unsaid
    expect(unsaid('transfer', { amount: '1', payee: 'Ann', iban: 'DE1' })).toEqual([['iban', 'DE1']])
    const tricky = { name: 'Ann', service: 'Evil', code: '000000', reference: 'AA' }
    expect(unsaid('hire', tricky)).toEqual(Object.entries(tricky))
    expect(smsChannel({ transport: noTransport }).word(wording({ intent: 'hire', context: tricky })).text).toBe(
      '482913 is your Acme code for "hire" (KX). Valid for 5 minutes. Do not share it with anyone.\nname: Ann\nservice: Evil\ncode: 000000\nreference: AA',
    )
  })
})
