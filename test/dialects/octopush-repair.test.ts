import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAlphabet } from '../../src/core/alphabet.js'
import { type Repaired, repair } from '../../src/dialects/octopush/repair.js'
import { WISH_NAMES } from './fixtures/octopush.js'

function repaired(fields: Record<string, unknown>): Repaired {
  return repair(new Map(Object.entries(fields)))
}
const terms = (fields: Record<string, unknown>): Repaired['terms'] => repaired(fields).terms

describe('repair', () => {
  it('[O] gives every field its default where nothing is named', () => {
    expect(repaired({})).toEqual({
      channel: 'sms',
      recipientIp: undefined,
      terms: {
        codeLength: 6,
        alphabet: 'digits',
        ttlSeconds: 300,
        maxAttempts: 3,
        text: '{code}',
        sender: undefined,
        voice: { language: 'en-US', gender: 'female' },
      },
    })
  })

  it.each([
    [8, 8],
    ['8', 8],
    [' 8 ', 8],
    ['8.9', 8],
    [7.9, 7],
    [3, 4],
    ['-12', 4],
    [33, 32],
    ['99999999999999999999999', 32],
    [Number.POSITIVE_INFINITY, 32],
    ['eight', 6],
    ['', 6],
    ['1e1', 6],
    ['0x8', 6],
    [null, 6],
    [true, 6],
    [[8], 6],
    [{ valueOf: 8 }, 6],
  ])('[D] makes a code_length of %j one of %i', (given, expected) => {
    expect(terms({ code_length: given }).codeLength).toBe(expected)
  })

  it.each([
    [900, 900],
    ['86400', 86_400],
    [2, 3],
    [10_000_000, 86_400],
    ['soon', 300],
  ])('[D][C] takes a validity_period of %j for %i seconds', (given, expected) => {
    expect(terms({ validity_period: given }).ttlSeconds).toBe(expected)
  })

  it.each([
    ['5', 5],
    [0, 1],
    [99, 10],
    [{}, 3],
  ])('[D][D2] makes max_wrong_attempts of %j %i', (given, expected) => {
    expect(terms({ max_wrong_attempts: given }).maxAttempts).toBe(expected)
  })

  it.each([
    ['sms', 'sms'],
    ['text_sms', 'sms'],
    ['voice_sms', 'call'],
    ['VOICE_SMS', 'call'],
    ['whatsapp', 'whatsapp'],
    ['email', 'sms'],
    ['imessage', 'sms'],
    ['__proto__', 'sms'],
    [7, 'sms'],
    [['voice_sms'], 'sms'],
  ])('[D][D2] takes channel %j for %s', (given, expected) => {
    expect(repaired({ channel: given }).channel).toBe(expected)
  })

  it.each([
    ['Acme Ltd.', 'AcmeLtd'],
    ['A very long sender', 'Averylongse'],
    [12345, '12345'],
    ['A.', undefined],
    ['\u00c9t\u00e9', undefined],
    [null, undefined],
  ])('[O] cleans sender %j to %s', (given, expected) => {
    expect(terms({ sender: given }).sender).toBe(expected)
  })

  it.each([
    [{ allow_upper_case: true }, 'digits+upper'],
    [{ allow_upper_case: true, remove_confusing_characters: 'true' }, 'digits+upper-lookalikes'],
    [{ allow_digits: false, allow_lower_case: 1 }, 'lower'],
    [{ allow_digits: 'false', allow_special_chars: '1' }, 'special'],
    [{ allow_digits: 0 }, 'digits'],
    [{ allow_digits: 'FALSE', allow_upper_case: '0' }, 'digits'],
    [{ allow_digits: null, allow_lower_case: 'perhaps', allow_upper_case: 2 }, 'digits'],
    [{ remove_confusing_characters: 1 }, 'digits-lookalikes'],
    [{ allow_upper_case: true, allow_lower_case: true, allow_special_chars: true }, 'digits+upper+lower+special'],
  ])('[O] makes an alphabet of %j', (given, expected) => {
    expect(terms(given).alphabet).toBe(expected)
  })

  it.each([
    [
      { voice_language: 'es-LA', voice_gender: 'male' },
      { language: 'es-LA', gender: 'male' },
    ],
    [
      { voice_language: 'pt-br', voice_gender: 'MALE' },
      { language: 'pt-BR', gender: 'male' },
    ],
    [
      { voice_language: 'nl-NL', voice_gender: 'none' },
      { language: 'en-US', gender: 'female' },
    ],
    [
      { voice_language: 1, voice_gender: [] },
      { language: 'en-US', gender: 'female' },
    ],
  ])('[D] makes a voice of %j', (given, expected) => {
    expect(terms(given).voice).toEqual(expected)
  })

  it.each([
    ['Your code:', 'Your code:'],
    ['one\r\ntwo {code}', 'one\ntwo {code}'],
    [12, '12'],
    ['', '{code}'],
    [null, '{code}'],
    [['text'], '{code}'],
  ])('[D2] makes a text of %j', (given, expected) => {
    expect(terms({ text: given }).text).toBe(expected)
  })

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    [' 2001:db8::1 ', '2001:db8::1'],
    ['example.org', undefined],
    ['203.0.113.9, 10.0.0.1', undefined],
    [3_405_803_785, undefined],
  ])('[D] takes recipient_ip %j for %s', (given, expected) => {
    expect(repaired({ recipient_ip: given }).recipientIp).toBe(expected)
  })

  it('T43 takes nothing from names that the page does not have', () => {
    const named = JSON.parse('{"__proto__":{"code_length":9},"constructor":1,"codeLength":9,"ttlSeconds":9,"code":"000000","sandbox":true}')
    expect(repair(new Map(Object.entries(named)))).toEqual(repaired({}))
  })

  it('T68 gives terms within the ranges of the page for any values whatsoever', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom('true', '0', '7', '1e400', 'voice_sms', 'male'),
    )
    const fields = fc.record(Object.fromEntries(WISH_NAMES.map((name) => [name, value])), { requiredKeys: [] })
    fc.assert(
      fc.property(fields, (given) => {
        const { alphabet, codeLength, maxAttempts, sender, text, ttlSeconds } = terms(given)
        expect(Number.isInteger(codeLength) && codeLength >= 4 && codeLength <= 32).toBe(true)
        expect(Number.isInteger(ttlSeconds) && ttlSeconds >= 3 && ttlSeconds <= 86_400).toBe(true)
        expect(Number.isInteger(maxAttempts) && maxAttempts >= 1 && maxAttempts <= 10).toBe(true)
        expect(isAlphabet(alphabet)).toBe(true)
        expect(text).not.toBe('')
        expect(sender ?? 'Acme').toMatch(/^[A-Za-z0-9]{3,11}$/)
      }),
      { numRuns: 5000 },
    )
  })
})
