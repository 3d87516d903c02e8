import { callChannel } from 'express-otp/channels/call'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { describe, expect, it } from 'vitest'
import type { Wording } from '../../src/ports/message.js'
import { noTransport, wording } from './sample-wording.js'

const transport = noTransport
const templates = { '*': { sms: 'own {code}', text: 'own {code}', html: '<p>own {code}</p>', speech: { before: 'own', after: 'own' } } }
const sms = smsChannel({ transport, androidAppHash: 'FA+9qCX9VSu', withoutAccents: true, templates })
const call = callChannel({ transport, templates })
const email = emailChannel({ transport, templates, text: ({ code }) => code, html: ({ code }) => code })
const whatsapp = whatsappChannel({ transport, template: { name: 'login_code', language: ['en_US', 'es'] } })
const everyChannel = [sms, call, email, whatsapp].map((channel) => [channel.name, channel] as const)

const said = (text: string, differing: Partial<Wording> = {}): Wording => wording({ text, host: 'acme.example', ...differing })

describe('a text of the caller, by SMS', () => {
  it('is sent exactly as it is, with the code in every place, no last lines and its accents', () => {
    expect(sms.word(said('C\u00f3digo {code}.\n{name} {{x}} $& {code}'))).toEqual({
      text: 'C\u00f3digo 482913.\n{name} {{x}} $& 482913',
      parts: 1,
    })
    expect(sms.word(said('{code}', { context: { amount: '100 EUR' } }))).toEqual({ text: '482913', parts: 1 })
    expect(sms.word(said('{code}', { code: '{code}$&' })).text).toBe('{code}$&')
  })

  it('may take more than two segments, and says how many', () => {
    expect(sms.word(said(`{code}${'x'.repeat(155)}`)).parts).toBe(2)
    expect(sms.word(said(`{code}${'x'.repeat(1218)}`))).toMatchObject({ text: `482913${'x'.repeat(1218)}`, parts: 8 })
    expect(sms.word(said(`${'x'.repeat(1224)} {code}`)).parts).toBe(9)
    expect(sms.word(said(`{code}${'\u0416'.repeat(9 * 67 - 6)}`)).parts).toBe(9)
  })
})

describe('a long text of the caller, by SMS', () => {
  it.each([
    ['other scripts', `{code}${'\u0416'.repeat(9 * 67 - 5)}`],
    ['characters that take two septets', `${'\u20ac'.repeat(700)}{code}`],
  ])('T34 takes no more than nine segments in %s', (_what, text) => {
    expect(() => sms.word(said(text))).toThrowError(
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(/takes 10 segments of 9 allowed/) }),
    )
  })
})

describe('a text of the caller, by e-mail', () => {
  it('is the text part, and stands in the frame of the HTML part with the code set apart; the subject stays', () => {
    const { subject, text, html = '', parts } = email.word(said('Hello,\nuse {code} now.\n\nOr: {code}'))
    expect([subject, text, parts]).toEqual(['Your Acme code (KX)', 'Hello,\nuse 482913 now.\n\nOr: 482913', 1])
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/)
    expect(html.match(/<strong class="code" dir="ltr" style="display:inline-block;[^>]*>482913<\/strong>/g)).toHaveLength(2)
    const body = html
      .slice(html.indexOf('<p '))
      .replaceAll('<br>', '')
      .replace(/<[^>]*>/g, '')
    expect(body.trim()).toBe('Hello,\nuse 482913 now.\n\nOr: 482913')
    expect(html).toContain('<p dir="auto"')
  })

  it('T34 is escaped in the HTML part, and so is the code', () => {
    const evil = '<b a="1" c=\'2\'>&'
    const { html = '' } = email.word(said(`${evil}{code}`, { code: 'a&<1' }))
    expect(html).not.toContain(evil)
    expect(html).toContain('&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;<strong')
    expect(html).toContain('>a&amp;&lt;1</strong>')
  })

  it('hides the code from a preview as ever', () => {
    const { html = '' } = email.word(said('{code}'))
    const body = html.slice(html.indexOf('<body'))
    expect(body.indexOf('Do not share this code')).toBeGreaterThan(0)
    expect(body.indexOf('Do not share this code')).toBeLessThan(body.indexOf('482913'))
    const shown = emailChannel({ transport, codeInSubject: true }).word(said('{code}'))
    expect([shown.subject, shown.html?.includes('aria-hidden')]).toEqual(['482913 is your Acme code (KX)', false])
  })
})

describe('a text of the caller, by call', () => {
  it('is said around the code, which is spelled where it stands again', () => {
    const { text, speech, parts } = call.word(said('Hello.\nYour code is {code}. Again: {code}, bye', { code: '12' }))
    expect([text, parts]).toEqual(['Hello.\nYour code is 12. Again: 12, bye', 1])
    expect(speech).toMatchObject({
      before: 'Hello. Your code is',
      spelled: ['one', 'two'],
      after: 'Again: one, two , bye',
      prompt: 'This is Acme. Press any key to hear your code.',
      requireKeypress: true,
      times: 2,
    })
  })

  it.each([
    ['{code}', '', ''],
    ['Code {code}.', 'Code', ''],
    ['{code} is your code', '', 'is your code'],
    ['\u60a8\u7684\u9a8c\u8bc1\u7801\u662f{code}\u3002\u518d\u89c1', '\u60a8\u7684\u9a8c\u8bc1\u7801\u662f', '\u518d\u89c1'],
  ])('%j is said as %j before and %j after', (text, before, after) => {
    expect(call.word(said(text)).speech).toMatchObject({ before, after })
  })

  it('T41 reaches a transport in plain words, to be escaped there', () => {
    expect(call.word(said('<Say>&{code}</Say>')).speech).toMatchObject({ before: '<Say>&', after: '</Say>' })
  })
})

describe('a text of the caller, by WhatsApp', () => {
  it('leaves the template as it is, and goes along for transports that need none', () => {
    const usual = whatsapp.word(wording({ locale: 'es' }))
    expect(whatsapp.word(said('Mine: {code}', { locale: 'es' }))).toEqual({ ...usual, text: 'Mine: 482913' })
  })
})

describe.each(everyChannel)('a text of the caller on %s', (_name, channel) => {
  it.each([
    ['', /must contain \{code\}/],
    ['no code', /must contain \{code\}/],
    ['{CODE}', /must contain \{code\}/],
    ['{code}\u0007', /control characters/],
    ['{code}\r\n', /control characters/],
    ['{code}\u0000', /control characters/],
    ['{code}\u0085', /control characters/],
    ['{code}\u2028', /control characters/],
    [`{code}${'x'.repeat(1226)}`, /at most 1231 characters with the code in it, not 1232/],
    ['{code}'.repeat(206), /at most 1231/],
  ])('T41 is refused as %j, without being shown', (text, problem) => {
    expect(() => channel.word(said(text))).toThrowError(
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(problem) }),
    )
    expect(() => channel.word(said(text))).not.toThrowError(/482913|xxx|no code/)
  })

  it('T34 is none of a request that has none: the wording is the usual one', () => {
    expect(channel.word(wording({ text: undefined }))).toEqual(channel.word(wording()))
  })
})
