import { describe, expect, it } from 'vitest'
import { emailChannel } from '../../src/channels/email.js'
import type { Wording } from '../../src/ports/message.js'

const transport = { name: 'none', deliver: () => Promise.resolve({}) }
const WORDING: Wording = {
  code: '123456',
  reference: 'AB',
  intent: 'login',
  ttlSeconds: 300,
  locale: 'en',
  context: undefined,
  service: 'Acme',
  host: undefined,
}

describe('emailChannel, for the second person and the ones after', () => {
  const usual = emailChannel({ transport })
  // Words of its own for an intent that nobody asks for: every message is written from the beginning.
  const anew = emailChannel({ transport, templates: { unused: { subject: 'x {reference}' } } })

  it.each<[string, Partial<Wording>]>([
    ['another code and reference', { code: '654321', reference: 'XY' }],
    ['a code with signs that HTML reads', { code: '&<"\'&', reference: 'QR' }],
    ['a code that is written like a mark of replacing', { code: '$&$1$$', reference: 'ZZ' }],
    ['another language', { locale: 'de' }],
    ['a language from right to left', { locale: 'ar', code: '&&1' }],
    ['a language that is not there', { locale: 'tlh' }],
    ['another country', { locale: undefined, country: 'FR' }],
    ['another lifetime', { ttlSeconds: 59 }],
    ['another intent', { intent: 'delete-account' }],
    ['another service', { service: 'A & <b>' }],
    ['a service whose name has a character that nobody uses', { service: 'A\ue000B\ue001' }],
    ['something to approve', { intent: 'pay', context: { amount: '12.50 EUR', payee: 'Ann' } }],
    ['the same once more', {}],
  ])('T34 says the same as if it were the first one: %s', (_, change) => {
    usual.word(WORDING)
    const wording = { ...WORDING, ...change }
    for (const code of [wording.code, '000000']) {
      const said = usual.word({ ...wording, code })
      expect(said).toEqual(anew.word({ ...wording, code }))
      expect(said.text).toContain(code)
    }
  })

  it('goes on being right when there have been more kinds than it keeps', () => {
    for (let ttlSeconds = 60; ttlSeconds < 700; ttlSeconds++) usual.word({ ...WORDING, ttlSeconds })
    expect(usual.word(WORDING)).toEqual(anew.word(WORDING))
  })
})
