import { domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { parseMailbox } from '../../src/channels/mailbox.js'
import { phoneNumberParser } from '../../src/channels/phone-number.js'
import type { Recipient, RecipientRefusal } from '../../src/ports/channel.js'

type Read = Recipient | { readonly refused: RecipientRefusal }

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 300) }

const accepted = (read: Read): Recipient => {
  if ('refused' in read) throw new Error(read.refused)
  return read
}

/** Refused by name, or a person: never anything else, and the person's address stands for the same person. */
function isStable(parse: (to: string) => Read, to: string): void {
  const read = parse(to)
  if ('refused' in read) {
    expect(read.refused).toMatch(/^[a-z_]+$/)
    return
  }
  const again = accepted(parse(read.address))
  expect(again).toEqual(read)
}

const countries = getCountries()
const country = fc.constantFrom(...countries)
/** Digits and signs that nearly are a number. */
const nearly = fc.string({
  unit: fc.constantFrom(...'0123456789+ -.()', '\u0661', '\uff11', '\u200e', ';ext=1', 'x', '\u00a0'),
  maxLength: 30,
})
const ugly = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 80 }), nearly)

describe('phone numbers', () => {
  const parsers = new Map(countries.map((name) => [name, phoneNumberParser({ defaultCountry: name })]))
  const parserOf = (name: string): ((to: string) => Read) => parsers.get(name as (typeof countries)[number]) ?? phoneNumberParser({})

  it('T39 every text is one person or nobody, wherever it is read', () => {
    fc.assert(
      fc.property(country, ugly, (home, to) => isStable(parserOf(home), to)),
      RUNS,
    )
    fc.assert(
      fc.property(country, nearly, (home, to) => isStable(parserOf(home), to)),
      RUNS,
    )
  })

  it('T39 at home and from abroad a number is the same person, in every country', () => {
    fc.assert(
      fc.property(
        country,
        country,
        fc.array(fc.constantFrom(' ', '.', '-', ''), { minLength: 20, maxLength: 20 }),
        (home, abroad, between) => {
          const number = getExampleNumber(home, examples)
          // E.164 numbers have 8 digits at least; a few islands' have fewer.
          if (number === undefined || number.number.length < 9) return
          const spell = (text: string): string => [...text].map((sign, index) => sign + (between[index % 20] ?? '')).join('')
          const person = accepted(parserOf(home)(number.number)).countedAs
          expect(accepted(parserOf(abroad)(spell(number.number))).countedAs).toBe(person)
          const local = parserOf(home)(spell(number.formatNational().replace(/[^0-9]/g, '')))
          if ('countedAs' in local) expect(local.countedAs).toBe(person)
        },
      ),
      RUNS,
    )
  })
})

describe('mailboxes', () => {
  const atom = fc
    .string({ unit: fc.constantFrom(...'abcXYZ019_-+'), minLength: 1, maxLength: 8 })
    .filter((text) => /^[A-Za-z0-9_]/.test(text))
  const label = fc.string({
    unit: fc.constantFrom(...'abcXY09', '\u00e9', '\u00fc', '\u0444', '\u4f8b', '\u0301'),
    minLength: 1,
    maxLength: 8,
  })
  const top = fc.constantFrom('com', 'ORG', 'De', '\u0440\u0444')
  const local = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'))
  const domain = fc.oneof(
    fc.tuple(label, top).map((labels) => labels.join('.')),
    fc.constantFrom('gmail.com', 'GoogleMail.com', 'example.org'),
  )
  const mailbox = fc.tuple(local, domain)

  it('T40 every text is one person or nobody', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ugly,
          mailbox.map((parts) => parts.join('@')),
        ),
        (to) => isStable(parseMailbox, to),
      ),
      RUNS,
    )
  })

  it('T40 no other spelling of a mailbox is another person', () => {
    let met = 0
    fc.assert(
      fc.property(mailbox, fc.nat(), ([name, host], tag) => {
        const read = parseMailbox(`${name}@${host}`)
        if ('refused' in read) return
        met += 1
        const hosts = [host.toUpperCase(), host.toLowerCase(), host.normalize('NFD'), host.normalize('NFC'), domainToUnicode(host)]
        const names = [name.toUpperCase(), name.toLowerCase(), name.includes('+') ? name : `${name}+${tag}`]
        const others = [...hosts.map((one) => `${name}@${one}`), ...names.map((one) => `${one}@${host}`)]
        for (const other of others) {
          const person = parseMailbox(other)
          // Refused is no second person.
          if (!('refused' in person)) expect([other, person.countedAs]).toEqual([other, read.countedAs])
        }
      }),
      RUNS,
    )
    expect(met).toBeGreaterThan(RUNS.numRuns / 4)
  })
})
