import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { LOCALES, type Locale, loadLocale } from '../../src/channels/messages/locales.js'

const folder = fileURLToPath(new URL('../../src/channels/locales', import.meta.url))
const english = loadLocale('en')

/** Every text of a language by its path, but the forms of a count, which differ from language to language. */
function texts(value: object, path = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(value).flatMap(([name, entry]): (readonly [string, string])[] => {
      if (path === '' && ['name', 'minutes', 'seconds'].includes(name)) return []
      if (path === 'problems.' && name === 'attempts') return []
      return typeof entry === 'string' ? [[path + name, entry]] : [...texts(entry, `${path}${name}.`)]
    }),
  )
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name).sort()
}

/** The first character that says which way a line runs (UAX 9, rule P2), Latin letters and Hebrew or Arabic ones being all there are. */
function firstStrong(text: string): string | undefined {
  return text.replace(/\{(?:code|reference|lifetime|lifetimeShort)\}/g, '').match(/\p{L}|\{/u)?.[0]
}

describe('the languages', () => {
  it('are the files', () => {
    expect(readdirSync(folder).sort()).toEqual(LOCALES.map((name) => `${name}.json`).sort())
    expect(LOCALES.length).toBeGreaterThanOrEqual(20)
  })

  it('each have a name of their own', () => {
    expect(new Set(LOCALES.map((name) => loadLocale(name).name)).size).toBe(LOCALES.length)
  })
})

describe.each(LOCALES)('the wording of %s', (name) => {
  const locale: Locale = loadLocale(name)

  it('has every text, with the placeholders of the English one', () => {
    expect(Object.keys(locale)).toEqual(Object.keys(english))
    const own = texts(locale)
    expect([...own.keys()]).toEqual([...texts(english).keys()])
    for (const [path, text] of texts(english)) {
      expect(own.get(path)?.trim(), path).toMatch(/\S/)
      expect(placeholders(own.get(path) ?? ''), path).toEqual(placeholders(text))
    }
  })

  it('has every form of a count that the language has, and no other', () => {
    const categories = new Intl.PluralRules(name).resolvedOptions().pluralCategories
    for (const unit of [locale.minutes, locale.seconds]) expect(Object.keys(unit).sort()).toEqual([...categories].sort())
  })

  it('says each lifetime that a code can have with its figure, unless the words hold it', () => {
    const rules = new Intl.PluralRules(name)
    for (let count = 3; count <= 59; count++) {
      for (const unit of [locale.minutes, locale.seconds]) expect(unit[rules.select(count)]).toContain('{count}')
    }
    // "One minute" and "two minutes" may be words, where the form stands for that count alone.
    for (const unit of [locale.minutes, locale.seconds]) {
      for (const [category, form] of Object.entries(unit)) {
        const counts = Array.from({ length: 600 }, (_, count) => count).filter((count) => rules.select(count) === category)
        if (!form.includes('{count}')) expect(counts, form).toHaveLength(1)
      }
    }
  })

  it('is written in its own script, with the texts translated', () => {
    if (name === 'en') return
    const same = [...texts(locale)].filter(
      ([path, text]) => text === texts(english).get(path) && /\p{L}{4}/u.test(text.replace(/\{.*?\}/g, '')),
    )
    expect(same.map(([, text]) => text).filter((text) => !['zero', 'ampersand'].includes(text))).toEqual([])
  })

  it('has no markup, no line break and no invisible sign', () => {
    for (const [path, text] of texts(locale)) {
      expect(text, path).not.toMatch(/[<>&\p{Cc}\p{Cf}\u2028\u2029\\]/u)
      expect(text, path).toBe(text.trim())
      expect(text, path).not.toMatch(/ {2}/)
      expect(text, path).toBe(text.normalize('NFC'))
    }
  })

  it('T20 names the service, the intent, the lifetime and the reference wherever a message is worded', () => {
    for (const text of [locale.sms, locale.smsBrief]) {
      expect(text).toMatch(/\{code\}/)
      expect(text).toMatch(/\{service\}/)
      expect(text).toMatch(/\{intent\}/)
      expect(text).toMatch(/\{lifetime(?:Short)?\}/)
      expect(text).toMatch(/\{reference\}/)
    }
  })

  it('has a word for each number of attempts', () => {
    const { attempts } = locale.problems
    expect(attempts.other).toContain('{count}')
    expect(new Intl.PluralRules(name).resolvedOptions().pluralCategories).toEqual(expect.arrayContaining(Object.keys(attempts)))
    for (const [category, form] of Object.entries(attempts)) if (!form.includes('{count}')) expect(category).toBe('one')
  })

  it('T33 says nothing of the code before a key is pressed', () => {
    expect(placeholders(locale.speech.prompt)).toEqual(['service'])
  })

  it('has a word for each character of a code', () => {
    expect(Object.keys(locale.characters).join('')).toBe('0123456789!#$%&?@')
    expect(new Set(Object.values(locale.characters)).size).toBe(17)
    for (const word of Object.values(locale.characters)) expect(word).toMatch(/^[\p{L}\p{M}][\p{L}\p{M} \u2019-]*$/u)
  })

  it('begins each text from right to left if it runs so, for a phone judges by the first letter', () => {
    for (const text of [locale.sms, locale.smsBrief, locale.subject, locale.lead, locale.validity, locale.mark, locale.warning]) {
      const isRtl = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(firstStrong(text) ?? '')
      expect(isRtl, text).toBe(locale.direction === 'rtl')
    }
  })
})
