import { type IntentTemplates as CallTemplates, callChannel } from 'express-otp/channels/call'
import { type IntentTemplates as EmailTemplates, emailChannel } from 'express-otp/channels/email'
import { type IntentTemplates, smsChannel } from 'express-otp/channels/sms'
import { type IntentTemplates as WhatsAppTemplates, whatsappChannel } from 'express-otp/channels/whatsapp'
import { describe, expect, it } from 'vitest'
import { noTransport, wording } from '../sample-wording.js'

const transport = noTransport

const templates: Readonly<Record<string, IntentTemplates>> = {
  transfer: {
    context: ['amount', 'payee'],
    intent: { en: 'to send {amount} to {payee}', 'de-DE': 'um {amount} an {payee} zu senden' },
    sms: { en: '{service}: {code} sends {amount} to {payee}. {minutes} min, {seconds} s.', ca: '{service}: el codi {code} per a {payee}' },
    html: '<style>b{color:red}</style><b title="{payee}">{code}</b> {intent}',
    subject: '{code} for {amount}',
    speech: { before: 'The code {intent} is', after: 'Goodbye.' },
    whatsapp: 'transfer_code',
  },
  '*': { sms: '{code} is it. {lifetime}, {lifetimeShort}, {reference}.' },
}
const context = { amount: '100 EUR', payee: 'A & B' }
const transfer = wording({ intent: 'transfer', context })

describe('templates of one\u2019s own', () => {
  const sms = smsChannel({ transport, templates })

  it('word an intent, with its context', () => {
    expect(sms.word(transfer).text).toBe('Acme: 482913 sends 100 EUR to A & B. 5 min, 300 s.')
  })

  it('are there in the languages that were given, also in one that is not built in', () => {
    expect(sms.word({ ...transfer, locale: 'ca-ES' }).text).toBe('Acme: el codi 482913 per a A & B')
    expect(sms.word({ ...transfer, locale: 'en-GB' }).text).toContain('sends')
  })

  it('may leave a language to another set or to the built-in wording, which then says their phrase', () => {
    expect(sms.word({ ...transfer, locale: 'de' }).text).toBe('482913 is it. 5 Minuten, 5 Min., KX.')
    const only = smsChannel({ transport, templates: { transfer: { ...templates.transfer, sms: undefined } } })
    expect(only.word({ ...transfer, locale: 'de' }).text).toBe(
      '482913 ist Ihr Code von Acme um 100 EUR an A & B zu senden (KX). 5 Minuten g\u00fcltig. Geben Sie ihn nicht weiter.',
    )
  })

  it('are one type, so that every channel takes the same set', () => {
    const login: IntentTemplates & CallTemplates & EmailTemplates & WhatsAppTemplates = { intent: 'to enter' }
    const common = { transport, templates: { login } }
    const channels = [
      smsChannel(common),
      callChannel(common),
      emailChannel(common),
      whatsappChannel({ ...common, template: { name: 'code' } }),
    ]
    for (const { word } of channels) expect(word(wording()).text).toContain('Acme code to enter')
  })

  it('of "*" stand for every other intent', () => {
    expect(sms.word(wording({ ttlSeconds: 59 })).text).toBe('482913 is it. 59 seconds, 59 s, KX.')
  })

  it('go before a text that is a function', () => {
    const both = smsChannel({ transport, templates: { transfer: templates.transfer ?? {} }, text: ({ code }) => `function ${code}` })
    expect(both.word(transfer).text).toContain('sends')
    expect(both.word(wording()).text).toBe('function 482913')
  })

  it('T34 are escaped in HTML where they are filled in, and only there', () => {
    const { html, subject, text } = emailChannel({ transport, templates }).word(transfer)
    expect(html).toBe('<style>b{color:red}</style><b title="A &amp; B">482913</b> to send 100 EUR to A &amp; B')
    expect(subject).toBe('482913 for 100 EUR')
    expect(text).toContain('Your Acme code to send 100 EUR to A & B:')
  })

  it('T34 are escaped in the built-in HTML, phrase and value alike', () => {
    const phrased = emailChannel({ transport, templates: { hire: { context: ['person'], intent: 'to <b>hire</b> {person}' } } })
    const { html, text } = phrased.word(wording({ intent: 'hire', context: { person: '<i>{code}</i>' } }))
    expect(html).toContain('Your Acme code to &lt;b&gt;hire&lt;/b&gt; &lt;i&gt;{code}&lt;/i&gt;:')
    expect(text).toContain('Your Acme code to <b>hire</b> <i>{code}</i>:')
  })

  it('change what a call says around the code, and the template that WhatsApp is given', () => {
    const { speech } = callChannel({ transport, templates }).word(transfer)
    expect(speech).toMatchObject({ before: 'The code to send 100 EUR to A & B is', after: 'Goodbye.' })
    expect(speech?.prompt).toBe('This is Acme. Press any key to hear your code.')
    const whatsapp = whatsappChannel({ transport, templates, template: { name: 'any_code' } })
    expect(whatsapp.word(transfer).template?.name).toBe('transfer_code')
    expect(whatsapp.word(wording()).template?.name).toBe('any_code')
  })

  it('T34 never leave a hole: a field that the context has not is an error', () => {
    expect(() => sms.word(wording({ intent: 'transfer', context: { amount: '1' } }))).toThrowError(
      /name "payee", which its context has not/,
    )
  })
})

describe('templates of one\u2019s own that are refused at construction', () => {
  it.each<readonly [string, object, RegExp]>([
    [
      'an unknown placeholder',
      { login: { sms: '{code} {amount}' } },
      /option "templates\.login\.sms" has the unknown placeholder \{amount\}/,
    ],
    ['one in one language', { login: { sms: { en: '{code}', de: '{Code}' } } }, /option "templates\.login\.sms\.de".*\{Code\}/],
    ['an SMS without the code', { login: { sms: 'Hello' } }, /option "templates\.login\.sms" must contain \{code\}/],
    ['a text without the code', { login: { text: 'Hello' } }, /option "templates\.login\.text" must contain \{code\}/],
    ['HTML without the code', { login: { html: '<p>' } }, /option "templates\.login\.html" must contain \{code\}/],
    ['a spoken code', { login: { speech: { before: '{code}' } } }, /option "templates\.login\.speech\.before".*\{code\}/],
    ['a code in the prompt (T33)', { login: { speech: { prompt: '{code}' } } }, /option "templates\.login\.speech\.prompt".*\{code\}/],
    ['a code in the phrase', { login: { intent: '{code}' } }, /option "templates\.login\.intent".*\{code\}/],
    ['a subject of two lines', { login: { subject: 'a\nb' } }, /control characters or line breaks/],
    ['a long subject', { login: { subject: 'x'.repeat(151) } }, /at most 150 characters/],
    ['a carriage return', { login: { sms: '{code}\r\n' } }, /must not contain control characters/],
    ['an unknown text', { login: { sns: '{code}' } }, /smsChannel templates\.login: unknown option "sns"\. Did you mean "sms"\?/],
    ['an unknown spoken text', { login: { speech: { text: 'a' } } }, /templates\.login\.speech: unknown option "text"/],
    ['no text', { login: { sms: '' } }, /option "sms"/],
    ['no language', { login: { sms: {} } }, /option "sms"/],
    ['what is no language', { login: { sms: { 'e n': '{code}' } } }, /option "sms"/],
    ['a field called code', { login: { context: ['code'] } }, /option "templates\.login\.context" names "code"/],
    ['what is no intent', { 'Log in': {} }, /option "templates\.Log in" must be named after an intent, or "\*"/],
    ['what is no object', { login: '{code}' }, /smsChannel templates\.login: options must be an object/],
  ])('%s', (_what, given, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const options = { transport, templates: given as Record<string, IntentTemplates> }
    expect(() => smsChannel(options)).toThrowError(message)
    expect(() => smsChannel(options)).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
  })
})
