import { callChannel } from 'express-otp/channels/call'
import { smsChannel } from 'express-otp/channels/sms'
import { whatsappChannel } from 'express-otp/channels/whatsapp'
import { outbox } from 'express-otp/testing'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type PhoneNumberOptions, phoneNumberParser } from '../../src/channels/phone-number.js'

const anywhere = phoneNumberParser({})
const american = phoneNumberParser({ defaultCountry: 'US' })
const INVALID = { refused: 'invalid_phone_number' }

const SPELLINGS = [
  '+12068800123',
  '+1 206 880 0123',
  '+1-206-880-0123',
  '+1.206.880.0123',
  '+1 (206) 880-0123',
  '+1(206)8800123',
  '+1 (206) 880 0123',
  '+1 206-880-0123',
  '+1 206 8800123',
  '+1 2068800123',
  '+1-2068800123',
  '+1.2068800123',
  '+12068800123 ',
  ' +12068800123',
  '  +1 206 880 0123  ',
  '+1  206  880  0123',
  '+ 1 206 880 0123',
  '+1 2 0 6 8 8 0 0 1 2 3',
  '(+1) 206 880 0123',
  '(+1 206) 880-0123',
  '+1 (206) (880) (0123)',
  '+1.(206).880.0123',
  '+1-(206)-880-0123',
  '+1 206.880.0123',
  '+1 206 880-0123',
  '+1 20 68 80 01 23',
  '+12 068 800 123',
  '+120-688-00123',
  '+1--206--880--0123',
  '+1..206..880..0123',
  '+1 - 206 - 880 - 0123',
  '+1 ( 206 ) 880 - 0123',
]

const NATIONAL_SPELLINGS = [
  '2068800123',
  '206 880 0123',
  '(206) 880-0123',
  '206-880-0123',
  '206.880.0123',
  '1 206 880 0123',
  '1-206-880-0123',
]

const HOSTILE = [
  '',
  ' ',
  '+',
  '++12068800123',
  '+1+2068800123',
  '12068800123+',
  '+1206880012',
  '+120688001234',
  '+1206880',
  '+1206880012345678',
  '+12068800123 ext 5',
  '+12068800123 ext. 5',
  '+12068800123x5',
  '+12068800123#5',
  '+12068800123;ext=5',
  '+12068800123,5',
  '+12068800123;phone-context=evil.example',
  'tel:+12068800123',
  '+1206880CALL',
  '+1 (206) 880-O123',
  '+44 (0)7400 123456',
  '+44 (0) 7400 123456',
  '+44 ( 0 ) 7400 123456',
  '+44 07400 123456',
  '+4907400123456',
  '0012068800123',
  '00 1 206 880 0123',
  '+0012068800123',
  '01112068800123',
  '+112068800123',
  '+1206880012\u0663',
  '+\u0661\u0662\u0660\u0666\u0668\u0668\u0660\u0660\u0661\u0662\u0663',
  '(206) 880-012\u0663',
  '\uff0b12068800123',
  '+\uff1112068800123',
  '+1\u00a0206\u00a0880\u00a00123',
  '+1\u2010206\u2010880\u20100123',
  '+1\u2013206\u2013880\u20130123',
  '\u202a+12068800123\u202c',
  '\u202e3210088602+1',
  '+1206880\u200b0123',
  '\ufeff+12068800123',
  '+12068800123\n',
  '+12068800123\r\nBcc: x@example.com',
  '+12068800123\u0000',
  '+1206880\t0123',
  '+12068800123\u2028',
  '+12068800123,+12068800124',
  '+12068800123/+12068800124',
  '+1_206_880_0123',
  "+12068800123' OR 1=1",
  '+99912345678',
  '[object Object]',
  '1e10',
  'somebody@example.com',
]

describe('phoneNumberParser', () => {
  it.each(SPELLINGS)('T39 reads %j as one canonical number', (spelling) => {
    expect(anywhere(spelling)).toEqual({
      kind: 'phone',
      address: '+12068800123',
      countedAs: '+12068800123',
      callingCode: '1',
      country: 'US',
    })
  })

  it('T39 is tried with at least 30 spellings and 30 hostile inputs', () => {
    expect(new Set(SPELLINGS).size).toBeGreaterThanOrEqual(30)
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(30)
  })

  it.each(NATIONAL_SPELLINGS)('T39 reads the national format %j only with a default country', (spelling) => {
    expect(american(spelling)).toEqual(anywhere('+12068800123'))
    expect(anywhere(spelling)).toEqual(INVALID)
  })

  it.each(HOSTILE)('T39 T41 refuses %j, with and without a default country', (input) => {
    expect(anywhere(input)).toEqual(INVALID)
    expect(american(input)).toEqual(INVALID)
  })

  it('T39 reads an international number the same whatever the default country', () => {
    for (const defaultCountry of ['US', 'DE', 'GB', 'JP', 'AR']) {
      expect(phoneNumberParser({ defaultCountry })('+33 6 12 34 56 78')).toEqual(anywhere('+33612345678'))
    }
  })

  it('T39 reads trunk prefixes of the default country, and no dialled international prefix', () => {
    expect(phoneNumberParser({ defaultCountry: 'DE' })('0151 12345678')).toMatchObject({ address: '+4915112345678' })
    expect(phoneNumberParser({ defaultCountry: 'RU' })('8 912 345-67-89')).toMatchObject({ address: '+79123456789' })
    expect(phoneNumberParser({ defaultCountry: 'IS' })('611 1234')).toMatchObject({ address: '+3546111234' })
    expect(phoneNumberParser({ defaultCountry: 'RU' })('810 1 206 880 0123')).toEqual(INVALID)
    expect(phoneNumberParser({ defaultCountry: 'JP' })('010 1 206 880 0123')).toEqual(INVALID)
    expect(phoneNumberParser({ defaultCountry: 'US' })('011 1 206 880 0123')).toEqual(INVALID)
    expect(phoneNumberParser({ defaultCountry: 'DE' })('00 49 151 12345678')).toEqual(INVALID)
  })

  it('T39 accepts 8 digits and refuses fewer, even where a shorter number exists', () => {
    expect(anywhere('+29022158')).toMatchObject({ address: '+29022158', country: 'SH' })
    expect(anywhere('+6834002')).toEqual(INVALID)
    expect(phoneNumberParser({ defaultCountry: 'NU' })('4002')).toEqual(INVALID)
  })

  it('T39 refuses a zero in parentheses of its own, also in the national format', () => {
    const german = phoneNumberParser({ defaultCountry: 'DE' })
    expect(german('(0151) 12345678')).toMatchObject({ address: '+4915112345678' })
    expect(german('(0)151 12345678')).toEqual(INVALID)
  })

  it.each([
    ['premium', ['+33899123456', '+449012345678', '+499001234567', '+19002345678', '+39899123456', '+34803123456']],
    ['shared-cost', ['+80812345678', '+448431234567', '+4918012345678', '+33884012345', '+39848123456', '+34901123456', '+611300123456']],
    ['pager', ['+447640123456', '+4916412345', '+41740123456', '+46740123456', '+85271001234', '+4864123456']],
    ['UAN', ['+443001234567', '+41581234567', '+33806123456', '+3278051234', '+353818123456', '+81570123456']],
    ['voicemail', ['+41860123456789', '+491779912345678', '+3538850123456', '+46252123456789', '+97215112345678', '+3546891234']],
    ['personal', ['+447011234567', '+15002345678', '+15332345678', '+4970012345678', '+41878123456', '+46751234567']],
  ])('T29 refuses %s numbers', (_type, numbers) => {
    for (const number of numbers) expect([number, anywhere(number)]).toEqual([number, INVALID])
  })

  it('T29 refuses what is certainly a landline where asked to, after its country', () => {
    const texting = phoneNumberParser({}, { landlines: 'refused' })
    const refused = { refused: 'not_an_sms_number' }
    for (const landline of [
      '+442079460123',
      '+33142685300',
      '+493030801234',
      '+390612345678',
      '+61291234567',
      '+81312345678',
      '+41446681800',
    ]) {
      expect([landline, texting(landline)]).toEqual([landline, refused])
      expect(anywhere(landline)).toMatchObject({ address: landline })
    }
    const british = phoneNumberParser({ countries: ['GB'] }, { landlines: 'refused' })
    expect(british('+33142685300')).toEqual({ refused: 'country_not_served' })
    expect(british('+442079460123')).toEqual(refused)
  })

  it('T29 takes for a mobile what may be one', () => {
    const texting = phoneNumberParser({}, { landlines: 'refused' })
    // North America and Mexico do not tell; Argentinians leave out the 9; a range that is not handed out yet is of no kind.
    for (const number of ['+12068800123', '+525512345678', '+541123456789', '+5491123456789', '+447700900123', '+33612345678'])
      expect(texting(number)).toMatchObject({ address: number })
  })

  it.each([
    ['smsChannel', (options: PhoneNumberOptions) => smsChannel({ transport: outbox(), ...options })],
    ['callChannel', (options: PhoneNumberOptions) => callChannel({ transport: outbox(), ...options })],
    ['whatsappChannel', (options: PhoneNumberOptions) => whatsappChannel({ transport: outbox(), template: { name: 'otp' }, ...options })],
  ])('T29 %s must be told its countries with NODE_ENV=production', (name, make) => {
    expect(() => make({})).not.toThrow()
    vi.stubEnv('NODE_ENV', 'production')
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const problem = `${name}: option "countries" is missing; with NODE_ENV=production it must name the countries that you serve`
    expect(() => make({})).toThrow(problem)
    expect(() => make({ countries: undefined })).toThrow(problem)
    expect(() => make({ countries: ['US'] })).not.toThrow()
  })

  it('serves only the countries listed', () => {
    const northern = phoneNumberParser({ countries: ['US', 'CA'] })
    expect(northern('+12068800123')).toMatchObject({ country: 'US' })
    expect(northern('+16135550123')).toMatchObject({ country: 'CA' })
    expect(northern('+18765551234')).toEqual({ refused: 'country_not_served' })
    expect(northern('+33612345678')).toEqual({ refused: 'country_not_served' })
  })

  it('serves a number of no country only where every country is served', () => {
    expect(anywhere('+88213300655')).toMatchObject({ address: '+88213300655', country: undefined })
    expect(phoneNumberParser({ countries: ['US'] })('+88213300655')).toEqual({ refused: 'country_not_served' })
  })

  it('calls a number that is none invalid before it asks for the country', () => {
    expect(phoneNumberParser({ countries: ['US'] })('+3361234567')).toEqual(INVALID)
  })

  it('reads a number of a range that is not handed out yet, as one of the first country of its calling code', () => {
    expect(anywhere('+447700900123')).toMatchObject({ address: '+447700900123', country: 'GB' })
    expect(phoneNumberParser({ countries: ['GB'] })('+447700900123')).toMatchObject({ country: 'GB' })
    expect(phoneNumberParser({ countries: ['FR'] })('+447700900123')).toEqual({ refused: 'country_not_served' })
  })

  it('T39 gives one number for every placing of spaces, dots, hyphens and parentheses', () => {
    const filler = fc.string({ unit: fc.constantFrom(' ', '.', '-', '(', ')'), maxLength: 2 })
    fc.assert(
      fc.property(fc.array(filler, { minLength: 12, maxLength: 12 }), (fillers) => {
        const typed = [...'+12068800123'].map((character, index) => `${fillers[index]}${character}`).join('')
        fc.pre(!/\([ .-]*0[ .-]*\)/.test(typed))
        expect(anywhere(typed)).toMatchObject({ address: '+12068800123' })
      }),
      { numRuns: 1000 },
    )
  })

  it('T41 lets no other character into a number', () => {
    const good = '+1 (206) 880-0123'
    const piece = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.string({ minLength: 1, maxLength: 1 }))
    fc.assert(
      fc.property(fc.nat(good.length), piece, (place, intruder) => {
        fc.pre(!/[0-9 .()-]/.test(intruder))
        expect(anywhere(good.slice(0, place) + intruder + good.slice(place))).toEqual(INVALID)
      }),
      { numRuns: 1000 },
    )
  })

  it('T42 looks at 64 characters at most', () => {
    expect(anywhere('+12068800123'.padStart(64))).toMatchObject({ address: '+12068800123' })
    expect(anywhere('+12068800123'.padStart(65))).toEqual(INVALID)
  })

  it('T42 refuses 10 000 hostile inputs of maximal size', () => {
    const seeds = [
      '+',
      '(',
      ')',
      '(0)',
      '+1',
      '0',
      ' ',
      '-',
      '.',
      '+1 (206) 880-0123 ',
      '\u0661',
      '\u202e',
      'a',
      '\n',
      ';ext=',
      '9'.repeat(15),
    ]
    for (let index = 0; index < 10_000; index++) {
      const seed = `${seeds[index % seeds.length]}${seeds[(index * 7) % seeds.length]}`
      const input = `${index}${seed.repeat(Math.ceil(4096 / seed.length))}`.slice(0, 4096)
      expect(american(input)).toBe(american(''))
    }
  })
})
