import { emailChannel } from 'express-otp/channels/email'
import { describe, expect, it } from 'vitest'
import { noTransport, wording } from './sample-wording.js'

const email = emailChannel({ transport: noTransport })

describe('emailChannel', () => {
  it('is the channel "email" over the given transport', () => {
    expect(email).toMatchObject({ name: 'email', transport: noTransport })
    expect(email.parse('Ann@Example.com')).toEqual({ kind: 'email', address: 'Ann@example.com', countedAs: 'ann@example.com' })
    expect(email.parse('+12068800123')).toEqual({ refused: 'invalid_email_address' })
  })

  it('names the service and the reference in the subject, and not the code', () => {
    expect(email.word(wording()).subject).toBe('Your Acme code (KX)')
  })

  it('T20 names the service, the intent, the lifetime and the reference, and says not to share the code', () => {
    const { text, parts } = email.word(wording({ intent: 'change_password' }))
    expect(parts).toBe(1)
    expect(text).toBe(
      [
        'Your Acme code to change your password:',
        '    482913',
        'It is valid for 5 minutes and works once. This message is marked KX.',
        'Do not share this code. Acme never asks for it by phone or e-mail. If you did not ask for it, ignore this message.',
      ].join('\n\n'),
    )
    expect(email.word(wording({ ttlSeconds: 60 })).text).toContain('valid for 1 minute and')
    expect(email.word(wording({ ttlSeconds: 59 })).text).toContain('valid for 59 seconds and')
  })

  it('says the same in HTML, with the code set apart', () => {
    const { html } = email.word(wording())
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toMatch(/<p class="code"[^>]*>482913<\/p>/)
    const words = (html ?? '').replace(/<head>[\s\S]*<\/head>/, '').replace(/<[^>]*>/g, '')
    for (const line of email.word(wording()).text.split('\n\n')) expect(words).toContain(line.trim())
  })

  it('suits light and dark, and loads and links nothing', () => {
    const { html } = email.word(wording({ host: 'acme.example' }))
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).not.toMatch(/<img|<a\b|<link|<script|url\(|https?:|src=|background=/i)
  })

  it('shows what is being approved, in both parts', () => {
    const transfer = email.word(wording({ intent: 'transfer', context: { amount: '100 EUR', payee: 'Ann Lee' } }))
    expect(transfer.text).toContain('Your Acme code to pay 100 EUR to Ann Lee:')
    expect(transfer.html).toContain('Your Acme code to pay 100 EUR to Ann Lee:')
    const { text, html } = email.word(wording({ intent: 'refund', context: { amount: '100 EUR', payee: 'Ann Lee' } }))
    expect(text).toContain('amount: 100 EUR\npayee: Ann Lee')
    expect(html).toContain('amount: <strong>100 EUR</strong><br>payee: <strong>Ann Lee</strong>')
  })

  it('T34 escapes every value in the HTML', () => {
    const evil = '<b a="1" c=\'2\'>&'
    const safe = '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;'
    const { html = '' } = email.word(
      wording({ service: `S${evil}`, intent: `I${evil}`, reference: `R${evil}`, code: `C${evil}`, context: { [`N${evil}`]: `V${evil}` } }),
    )
    expect(html).not.toContain(evil)
    for (const field of ['S', 'I', 'R', 'C', 'N', 'V']) expect(html).toContain(field + safe)
  })
})

describe('emailChannel in other languages', () => {
  it('says which language it is and which way it runs', () => {
    expect(email.word(wording({ locale: 'de-AT' })).html).toContain('<html lang="de" dir="ltr">')
    expect(email.word(wording({ locale: 'he' })).html).toContain('<html lang="he" dir="rtl">')
    expect(email.word(wording({ locale: 'zh-TW' })).html).toContain('<html lang="zh-Hant" dir="ltr">')
  })

  it('keeps values and the code in their own order where the text runs from right to left', () => {
    const { html } = email.word(wording({ locale: 'ar', intent: 'transfer', context: { amount: '100 EUR', payee: 'Ann <Lee>' } }))
    expect(html).toContain('<bdi>100 EUR</bdi>')
    expect(html).toContain('<bdi>Ann &lt;Lee&gt;</bdi>')
    expect(html).toMatch(/<p class="code" dir="ltr"[^>]*>482913<\/p>/)
  })
})

describe('emailChannel and the code on a locked screen', () => {
  it('puts the warning before the code, unseen, so that a preview does not show it', () => {
    const { html = '' } = email.word(wording())
    const body = html.slice(html.indexOf('<body'))
    expect(body).toMatch(/^<body[^>]*>\n<div aria-hidden="true" style="display:none[^>]*>Do not share this code\.[^<]{60,}<\/div>/)
  })

  it('shows the code in the subject only when asked', () => {
    const channel = emailChannel({ transport: noTransport, codeInSubject: true })
    const { subject, html } = channel.word(wording())
    expect(subject).toBe('482913 is your Acme code (KX)')
    expect(html).not.toContain('aria-hidden')
    expect(channel.word(wording({ locale: 'fr' })).subject).toBe('482913 est votre code Acme (KX)')
  })
})

describe('emailChannel with words of one\u2019s own', () => {
  it('uses each of them', () => {
    const channel = emailChannel({
      transport: noTransport,
      subject: ({ service }) => `Hello from ${service}`,
      text: ({ code }) => `Code: ${code}`,
      html: ({ code }) => `<p>${code}</p>`,
    })
    expect(channel.word(wording())).toEqual({ subject: 'Hello from Acme', text: 'Code: 482913', html: '<p>482913</p>', parts: 1 })
  })

  it('sends no HTML that contradicts an own text', () => {
    const channel = emailChannel({ transport: noTransport, text: ({ code }) => code })
    expect(channel.word(wording())).toEqual({ subject: 'Your Acme code (KX)', text: '482913', html: undefined, parts: 1 })
  })

  it('keeps the default text beside an own HTML', () => {
    const channel = emailChannel({ transport: noTransport, html: ({ code }) => `<b>${code}</b>` })
    expect(channel.word(wording())).toMatchObject({ text: email.word(wording()).text, html: '<b>482913</b>' })
  })

  it.each<readonly [string, unknown]>([
    ['subject', ''],
    ['subject', 'x'.repeat(151)],
    ['subject', 'Hello\r\nBcc: bob@example.com'],
    ['subject', 'Hello\u0000'],
    ['subject', 'Hello\u2028'],
    ['subject', undefined],
    ['text', 'no code'],
    ['text', undefined],
    ['html', '<p>no code</p>'],
    ['html', 482913],
  ])('T41 refuses a %s such as %j, without showing it', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const channel = emailChannel({ transport: noTransport, [name]: () => value as string })
    expect(() => channel.word(wording())).toThrowError(new RegExp(`^emailChannel: option "${name}" must return`))
    expect(() => channel.word(wording())).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION', status: 500 }))
    expect(() => channel.word(wording())).not.toThrowError(/482913/)
  })
})

describe('emailChannel options', () => {
  it.each<readonly [object, RegExp]>([
    [{}, /option "transport" is missing/],
    [{ transport: () => undefined }, /option "transport" is a function; it must be an object with deliver\(\)/],
    [{ transport: noTransport, subject: 'Hello' }, /option "subject"/],
    [{ transport: noTransport, text: 1 }, /option "text"/],
    [{ transport: noTransport, html: '<p>' }, /option "html"/],
    [{ transport: noTransport, codeInSubject: 'yes' }, /option "codeInSubject"/],
    [{ transport: noTransport, locale: 'not a tag' }, /option "locale" is "not a tag"; it must be a BCP 47 language tag/],
    [{ transport: noTransport, subjects: () => '' }, /unknown option "subjects"\. Did you mean "subject"\?/],
  ])('refuses %j', (options, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => emailChannel(options as Parameters<typeof emailChannel>[0])).toThrowError(message)
  })
})
