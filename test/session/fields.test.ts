import { describe, expect, it } from 'vitest'
import { acceptedLocale, readFields } from '../../src/session/fields.js'

function reader(fields: Readonly<Record<string, unknown>>): ReturnType<typeof readFields> {
  return readFields(new Map(Object.entries(fields)), ['to', 'channel', 'locale', 'intent'])
}

describe('readFields', () => {
  it('T43 refuses every field that it does not know, each by name', () => {
    expect(reader({ to: 'x', ttl: 1, user_id: 2, 'a.b-c': 3 }).errors).toEqual([
      { field: 'ttl', reason: 'unknown_field' },
      { field: 'user_id', reason: 'unknown_field' },
      { field: 'a.b-c', reason: 'unknown_field' },
    ])
  })

  it('T42 tells of ten unknown fields and no more, however many there are', () => {
    const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`field${index}`, 1]))
    expect(reader(many).errors).toHaveLength(10)
  })

  it.each(['<b>', 'a b', 'a\nb', '', 'x'.repeat(41), '\u202e', '"'])('T41 does not repeat the name %j', (name) => {
    expect(reader({ [name]: 1 }).errors).toEqual([{ field: 'body', reason: 'unknown_field' }])
  })

  it.each<[unknown, string]>([
    [5, 'must_be_text'],
    [null, 'must_be_text'],
    [['x'], 'must_be_text'],
    [{}, 'must_be_text'],
    ['x'.repeat(37), 'too_long'],
  ])('refuses %j as a text of 36 characters: %s', (value, reason) => {
    const fields = reader({ intent: value })
    expect(fields.text('intent', 36)).toBeUndefined()
    expect(fields.errors).toEqual([{ field: 'intent', reason }])
  })

  it.each(['auto', 'sms', 'call', 'whatsapp', 'email'])('knows the channel %s', (name) => {
    expect(reader({ channel: name }).channel('channel')).toBe(name)
  })

  it.each(['SMS', 'fax', '', ' sms', '__proto__', 'length'])('T43 does not know the channel %j', (name) => {
    const fields = reader({ channel: name })
    expect(fields.channel('channel')).toBeUndefined()
    expect(fields.errors).toEqual([{ field: 'channel', reason: 'unknown' }])
  })

  it.each(['en', 'en-GB', 'zh-Hans-CN', 'gsw'])('takes the locale %s', (locale) => {
    expect(reader({ locale }).locale('locale')).toBe(locale)
  })

  it.each(['e', 'english', 'en_GB', 'en-', 'en-GB\n', '../en', 'en-x'])('T41 refuses the locale %j', (locale) => {
    const fields = reader({ locale })
    expect(fields.locale('locale')).toBeUndefined()
    expect(fields.errors).toEqual([{ field: 'locale', reason: 'invalid_locale' }])
  })

  it('takes what is not given as nothing', () => {
    const fields = reader({})
    expect([fields.text('to', 5), fields.channel('channel'), fields.locale('locale'), fields.raw('to')]).toEqual(
      new Array(4).fill(undefined),
    )
    expect(fields.errors).toEqual([])
  })
})

describe('acceptedLocale', () => {
  it.each<[unknown, string | undefined]>([
    ['de-AT,de;q=0.9,en;q=0.8', 'de-AT'],
    ['fr;q=0.5', 'fr'],
    [' es , en', 'es'],
    ['*', undefined],
    ['', undefined],
    ['en_US', undefined],
    [undefined, undefined],
    [['en'], undefined],
    [`${'x'.repeat(100_000)}`, undefined],
  ])('reads the language that a browser likes best from %.40j: %s', (header, locale) => {
    expect(acceptedLocale(header)).toBe(locale)
  })
})
