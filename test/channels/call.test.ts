import { callChannel } from 'express-otp/channels/call'
import { describe, expect, it } from 'vitest'
import { LOCALES, loadLocale } from '../../src/channels/messages/locales.js'
import { noTransport, wording } from './sample-wording.js'

const transport = noTransport
const call = callChannel({ transport })

/** The languages of Octopush's voice calls, from its API reference. */
const OCTOPUSH = ['en-US', 'en-GB', 'el-GR', 'pl-PL', 'hu-HU', 'sv-SE', 'de-DE', 'es-ES', 'es-LA', 'fr-FR', 'it-IT', 'pt-BR', 'ru-RU']

describe('callChannel', () => {
  it('is the channel "call" over the given transport, for phone numbers', () => {
    const channel = callChannel({ transport, countries: ['US'], defaultCountry: 'US' })
    expect(channel).toMatchObject({ name: 'call', transport })
    expect(channel.parse('(206) 880-0123')).toMatchObject({ kind: 'phone', address: '+12068800123' })
    expect(channel.parse('+33612345678')).toEqual({ refused: 'country_not_served' })
    expect(channel.parse('ann@example.com')).toEqual({ refused: 'invalid_phone_number' })
  })

  it('T20 says the service, the intent, the code twice, the lifetime, and not to share it', () => {
    expect(call.word(wording())).toEqual({
      text: 'Your Acme code to log in is: 482913. It is valid for 5 minutes. Do not share it with anyone.',
      speech: {
        language: 'en-US',
        gender: 'female',
        prompt: 'This is Acme. Press any key to hear your code.',
        requireKeypress: true,
        before: 'Your Acme code to log in is:',
        spelled: ['four', 'eight', 'two', 'nine', 'one', 'three'],
        after: 'It is valid for 5 minutes. Do not share it with anyone.',
        times: 2,
      },
      parts: 1,
    })
  })

  it('says what is being approved', () => {
    const { speech } = call.word(wording({ intent: 'transfer', context: { amount: '100 EUR', payee: 'Ann Lee', reason: 'rent' } }))
    expect(speech?.before).toBe('Your Acme code to pay 100 EUR to Ann Lee, rent is:')
  })

  it('T33 asks for a key press unless told not to, and says nothing of the code before', () => {
    expect(call.word(wording()).speech?.requireKeypress).toBe(true)
    expect(callChannel({ transport, requireKeypress: false }).word(wording()).speech?.requireKeypress).toBe(false)
    for (const locale of LOCALES) {
      const { speech } = call.word(wording({ locale, intent: 'transfer', context: { amount: '7 EUR', payee: 'Zoe' } }))
      expect(speech?.prompt).toContain('Acme')
      expect(speech?.prompt).not.toMatch(/[0-9]|Zoe|KX/)
    }
  })

  it('has the gender and the number of times that were asked for', () => {
    expect(callChannel({ transport, gender: 'male', times: 3 }).word(wording()).speech).toMatchObject({ gender: 'male', times: 3 })
  })
})

describe.each(OCTOPUSH)('a call in %s', (voice) => {
  it.each(['female', 'male'] as const)('spells each digit as a word of the language, in a %s voice', (gender) => {
    const { speech } = callChannel({ transport, gender, voices: OCTOPUSH }).word(wording({ locale: voice, code: '0123456789' }))
    expect(speech).toMatchObject({ language: voice, gender })
    expect(speech?.spelled).toHaveLength(10)
    expect(new Set(speech?.spelled).size).toBe(10)
    for (const word of speech?.spelled ?? []) expect(word).toMatch(/^[\p{L}\p{M}]{2,}$/u)
  })
})

describe('the voice of a call', () => {
  it.each([
    ['en-AU', undefined, 'en-GB'],
    ['en', 'GB', 'en-GB'],
    [undefined, 'IE', 'en-GB'],
    ['en', undefined, 'en-US'],
    ['en', 'CA', 'en-US'],
    ['es', undefined, 'es-ES'],
    ['es', 'MX', 'es-LA'],
    [undefined, 'ES', 'es-ES'],
    ['es-419', 'ES', 'es-LA'],
    [undefined, 'AR', 'es-LA'],
    ['pt-BR', 'PT', 'pt-BR'],
    ['zh-TW', undefined, 'zh-TW'],
    ['nn', undefined, 'nb-NO'],
  ])('for %s and a number of %s is %s', (locale, country, language) => {
    expect(call.word(wording({ locale, country })).speech?.language).toBe(language)
  })

  it('is there for every built-in language', () => {
    for (const locale of LOCALES) {
      const { speech } = call.word(wording({ locale }))
      expect(speech?.language.slice(0, 2)).toBe(locale.slice(0, 2))
      expect(speech?.prompt.slice(-8)).toBe(loadLocale(locale).speech.prompt.slice(-8))
    }
  })

  it('is one that the vendor has, and the words are of its language', () => {
    const channel = callChannel({ transport, voices: ['fr-FR', 'it-IT'], locale: 'fr' })
    expect(channel.word(wording({ locale: 'nl', country: 'IT' })).speech).toMatchObject({
      language: 'it-IT',
      spelled: ['quattro', 'otto', 'due', 'nove', 'uno', 'tre'],
    })
    expect(channel.word(wording({ locale: 'nl', country: 'NL' })).speech).toMatchObject({ language: 'fr-FR' })
    expect(channel.word(wording({ locale: 'fr-CA' })).speech).toMatchObject({ language: 'fr-FR' })
    expect(callChannel({ transport, voices: ['en-AU'] }).word(wording()).speech?.language).toBe('en-AU')
  })
})

describe('the voice that a caller wishes', () => {
  it.each(OCTOPUSH.flatMap((language) => (['female', 'male'] as const).map((gender) => [language, gender] as const)))(
    'is %s, %s, whatever the language of the person, and the words are of its language',
    (language, gender) => {
      const other = gender === 'male' ? 'female' : 'male'
      const channel = callChannel({ transport, gender: other })
      const { speech } = channel.word(wording({ locale: 'tr', country: 'JP', voice: { language, gender } }))
      const native = channel.word(wording({ locale: language })).speech
      expect(speech).toEqual({ ...native, language, gender })
    },
  )

  it.each([
    ['es-la', undefined, 'es-LA'],
    ['es-MX', undefined, 'es-LA'],
    ['en-AU', undefined, 'en-GB'],
    ['pt-BR', undefined, 'pt-BR'],
    ['es-LA', ['en-US', 'es-US'], 'es-US'],
    ['es-MX', ['en-US', 'es-US', 'es-MX'], 'es-MX'],
    ['fr', ['en-US', 'fr-CA'], 'fr-CA'],
  ])('%s among %j is %s', (language, voices, spoken) => {
    const { speech } = callChannel({ transport, voices }).word(wording({ voice: { language } }))
    expect(speech).toMatchObject({ language: spoken, gender: 'female' })
  })

  it.each([['is-IS'], ['not a language'], [''], ['fr-FR'], [undefined]])('is the usual one where nobody speaks %j', (language) => {
    const channel = callChannel({ transport, voices: ['en-US', 'de-DE'] })
    expect(channel.word(wording({ locale: 'de', voice: { language } }))).toEqual(channel.word(wording({ locale: 'de' })))
  })
})

describe('a code of other characters than digits', () => {
  it('is spelled too: letters by themselves, small ones said to be small, signs by their names', () => {
    expect(call.word(wording({ code: 'Kq7#' })).speech?.spelled).toEqual(['K', 'small Q', 'seven', 'hash'])
    expect(call.word(wording({ code: 'q@', locale: 'it' })).speech?.spelled).toEqual(['Q minuscola', 'chiocciola'])
  })
})

describe('callChannel options', () => {
  it.each<readonly [object, RegExp]>([
    [{}, /option "transport" is missing/],
    [{ transport, gender: 'neutral' }, /option "gender" is "neutral"; it must be one of "female", "male"/],
    [{ transport, requireKeypress: 'yes' }, /option "requireKeypress"/],
    [{ transport, requireKeyPress: false }, /unknown option "requireKeyPress"\. Did you mean "requireKeypress"\?/],
    [{ transport, times: 0 }, /option "times"/],
    [{ transport, times: 6 }, /option "times"/],
    [{ transport, voices: [] }, /option "voices"/],
    [{ transport, voices: ['en_US'] }, /option "voices"/],
    [{ transport, voices: ['fr-FR'] }, /option "voices" has none for the language of last resort, "en"/],
    [{ transport, countries: ['XX'] }, /ISO 3166-1/],
  ])('refuses %j', (options, message) => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => callChannel(options as Parameters<typeof callChannel>[0])).toThrowError(message)
  })
})
