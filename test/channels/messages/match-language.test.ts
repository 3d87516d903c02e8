import { describe, expect, it } from 'vitest'
import { LOCALES } from '../../../src/channels/messages/locales.js'
import { matchLanguage } from '../../../src/channels/messages/match-language.js'

describe('matchLanguage', () => {
  it.each<readonly [string, string | undefined]>([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['de-AT', 'de'],
    ['pt', 'pt'],
    ['pt-PT', 'pt'],
    ['pt-AO', 'pt'],
    ['pt-BR', 'pt-BR'],
    ['PT-br', 'pt-BR'],
    ['es-419', 'es'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-CN', 'zh-Hant'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['iw', 'he'],
    ['in', 'id'],
    ['de-DE-u-co-phonebk', 'de'],
    ['sr', undefined],
    ['uk-Latn', undefined],
    ['xx', undefined],
    ['', undefined],
    ['*', undefined],
    ['en_US', undefined],
    ['en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-a', 'en'],
    ['en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaa', undefined],
    [`en-${'a-'.repeat(2000)}b`, undefined],
    ['../../package', undefined],
  ])('reads %j as %s', (wanted, name) => {
    expect(matchLanguage(wanted, LOCALES)).toBe(name)
  })

  it('prefers the region, then a language without one, then any of that language', () => {
    expect(matchLanguage('en-GB', ['en', 'en-US', 'en-GB'])).toBe('en-GB')
    expect(matchLanguage('en-GB', ['en-US', 'en'])).toBe('en')
    expect(matchLanguage('en-GB', ['de', 'en-US', 'en-AU'])).toBe('en-US')
  })
})
