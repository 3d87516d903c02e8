import { describe, expect, it } from 'vitest'
import { canonicalContext, readContext } from '../../src/core/context.js'

const NAMES = ['amount', 'payee']

function readPayee(payee: unknown): unknown {
  const read = readContext({ amount: '1', payee }, NAMES)
  return read.ok ? read.context.payee : read.errors
}

describe('readContext', () => {
  it.each([
    'Ann',
    'Ann Lee',
    "O'Hara",
    'M\u00fcller (Bern)',
    '12.50 \u20ac',
    '$12.50',
    '\u5f20\u4f1f',
    'A-1: 50%',
    'No. 5',
    'x'.repeat(40),
  ])('T34 takes %s', (value) => {
    expect(readPayee(value)).toBe(value)
  })

  it.each([
    'x'.repeat(41),
    '',
    ' Ann',
    'Ann ',
    'Ann\nLee',
    'Ann\r',
    'Ann\u2028Lee',
    'Ann\u0000',
    'Ann\tLee',
    'Ann\u00a0Lee',
    'evil.example',
    'EVIL.COM',
    'bank24.com',
    'a.b1.io',
    '163.com now',
    'caf\u0065\u0301.com',
    'www.evil',
    'https://evil',
    'a/b',
    'ann@example.org',
    '@example.org #123456',
    '#123456',
    '<b>Ann</b>',
    'Ann & Co',
    'Ann"',
    '{{code}}',
    'Ann\\n',
    'Ann\u202eeeL',
    'Ann\u200bLee',
    'Ann\u3164Lee',
    'Ann\ufe0f',
    'Ann\u034f',
    '\ud83d\ude00',
    '\ud800',
  ])('T34 refuses %j', (value) => {
    expect(readPayee(value)).toEqual([{ field: 'context.payee', reason: 'invalid_text' }])
  })

  it.each([undefined, null, Number.NaN, true, ['Ann'], { toString: () => 'Ann' }])(
    'T34 a value that is no text counts as missing: %j',
    (value) => {
      expect(readPayee(value)).toEqual([{ field: 'context.payee', reason: 'required' }])
    },
  )

  it.each([undefined, null, 'Ann', 5, [], [['amount', '1']]])('T15 refuses %j where fields are asked for', (given) => {
    expect(readContext(given, NAMES)).toMatchObject({ ok: false, errors: [{ field: 'context', reason: 'required' }] })
  })

  it.each(['note', '__proto__', 'constructor', 'toString'])('T43 refuses the further field %s', (name) => {
    const given = JSON.parse(`{"amount":"1","payee":"Ann","${name}":"x"}`)
    expect(readContext(given, NAMES)).toMatchObject({ ok: false, errors: [{ field: 'context', reason: 'unknown_field' }] })
  })

  it('T43 a field that is only inherited is missing', () => {
    expect(readContext({}, ['constructor'])).toMatchObject({ errors: [{ field: 'context.constructor', reason: 'required' }] })
    expect(readContext({ constructor: 'Ann' }, ['constructor'])).toMatchObject({ ok: true, context: { constructor: 'Ann' } })
  })

  it('T15 takes nothing where nothing is asked for, and refuses everything else', () => {
    expect(readContext(undefined, [])).toEqual({ ok: true, context: {} })
    for (const given of [{}, null, '', []]) {
      expect(readContext(given, [])).toMatchObject({ ok: false, errors: [{ field: 'context', reason: 'not_allowed' }] })
    }
  })
})

describe('canonicalContext', () => {
  it('T15 does not care about the order of fields, and about nothing else', () => {
    const one = canonicalContext({ amount: '1', payee: 'Ann' })
    expect(canonicalContext({ payee: 'Ann', amount: '1' })).toBe(one)
    const others = [{ amount: '11', payee: 'Ann' }, { amount: '1', payee: 'ann' }, { amount: 'Ann', payee: '1' }, { amount: '1' }]
    for (const other of others) expect(canonicalContext(other)).not.toBe(one)
  })

  it('is empty for an empty context', () => {
    expect(canonicalContext({})).toBe('')
  })
})

describe('spellings in a context', () => {
  it('T15 of letters that look the same are the same, and anything else is not', () => {
    expect(readPayee('Jose\u0301')).toBe('Jos\u00e9')
    expect(readPayee('\u212bngstro\u0308m')).toBe('\u00c5ngstr\u00f6m')
    expect(readPayee('Ann  Lee')).toBe('Ann  Lee')
  })

  it('T34 are judged in the form that is kept: the Greek question mark becomes a semicolon', () => {
    expect(readPayee('Ann\u037e')).toEqual([{ field: 'context.payee', reason: 'invalid_text' }])
  })
})

describe('numbers in a context', () => {
  it('T15 have one text each, so that 12.5 is not "12.50"', () => {
    const values = [12.5, '12.50', 12, '12', 1e21, -0].map((amount) => {
      const read = readContext({ amount }, ['amount'])
      return read.ok ? read.context.amount : read.errors
    })
    expect(values).toEqual(['12.5', '12.50', '12', '12', '1e+21', '0'])
    expect(readContext({ amount: new Date(0) }, ['amount'])).toMatchObject({ errors: [{ field: 'context.amount', reason: 'required' }] })
  })

  it('T15 are the same approval as their text', () => {
    const names = ['amount']
    expect(readContext({ amount: 12.5 }, names)).toEqual(readContext({ amount: '12.5' }, names))
  })
})
