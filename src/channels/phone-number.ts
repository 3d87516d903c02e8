import type { CountryCode, NumberType } from 'libphonenumber-js/max'
import { isSupportedCountry, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Check } from '../options.js'
import { list, optionError } from '../options.js'
import type { Recipient, RecipientRefusal } from '../ports/channel.js'

/** Which phone numbers a channel accepts. */
export interface PhoneNumberOptions {
  /**
   * The only countries served, ISO 3166-1 alpha-2 in capitals. A number of another country, or of none (+800, +882), is refused
   * as `country_not_served`. Must be given with `NODE_ENV=production`, because every message costs money and some countries' cost much (T29). Default elsewhere: every
   * country.
   */
  readonly countries?: readonly string[] | undefined
  /** The country whose national format is understood, ISO 3166-1 alpha-2. Default: none, so that a number must begin with `+`. */
  readonly defaultCountry?: string | undefined
}

const country: Check = {
  allowed: 'an ISO 3166-1 alpha-2 country code such as "US"',
  accepts: (value) => typeof value === 'string' && isSupportedCountry(value),
}

/** How the options of {@link PhoneNumberOptions} are checked. */
export const PHONE_NUMBER_CHECKS: Readonly<Record<keyof PhoneNumberOptions, Check>> = {
  countries: list(country, 1, 300),
  defaultCountry: country,
}

/** Refuses to run where messages cost money without a list of the countries that they go to (T29); `owner` is the factory. */
export function requireCountries(owner: string, { countries }: PhoneNumberOptions): void {
  if (countries !== undefined || process.env.NODE_ENV !== 'production') return
  throw optionError(owner, 'option "countries" is missing; with NODE_ENV=production it must name the countries that you serve')
}

/** Longest input looked at: 15 digits with room for generous punctuation. */
const MAX_INPUT_LENGTH = 64

/** Numbers that cost their caller more than a call, or that are no person's phone. */
const REFUSED_TYPES: ReadonlySet<NumberType> = new Set<NumberType>([
  'PREMIUM_RATE',
  'SHARED_COST',
  'PAGER',
  'UAN',
  'VOICEMAIL',
  'PERSONAL_NUMBER',
])

/** Argentina: a mobile number that is written as at home, without the 9 behind the calling code, looks like a landline. */
const AMBIGUOUS = 'AR'

const REFUSED = { refused: 'invalid_phone_number' } as const

/** Reads what a person typed as a phone number. */
export type ParsePhoneNumber = (to: string) => Recipient | { readonly refused: RecipientRefusal }

/**
 * Makes the one reader of phone numbers for `sms`, `call` and `whatsapp`: every accepted spelling of a number gives the same
 * E.164 form (ITU-T E.164, 8 to 15 digits). Spaces, dots, hyphens, parentheses and one leading `+` are removed; anything else in
 * the input refuses it. Length, type and country are libphonenumber's. The options must have been checked before. With `landlines: 'refused'` a number that is certainly
 * one, and no number of either kind, is `not_an_sms_number`.
 */
export function phoneNumberParser(
  options: PhoneNumberOptions,
  { landlines = 'accepted' }: { readonly landlines?: 'accepted' | 'refused' } = {},
): ParsePhoneNumber {
  const served = options.countries === undefined ? undefined : new Set<string>(options.countries)
  const home = homeCountry(options.defaultCountry)

  return function parsePhoneNumber(to) {
    if (to.length > MAX_INPUT_LENGTH) return REFUSED
    const unspaced = to.replace(/[ .-]/g, '')
    // "+44 (0)7911..." names two numbers, with and without the zero.
    if (unspaced.includes('(0)')) return REFUSED
    const plain = unspaced.replace(/[()]/g, '')
    if (!/^\+?[0-9]{4,15}$/.test(plain)) return REFUSED
    const number = plain.startsWith('+') ? international(plain) : national(plain, home)
    if (number === undefined || !/^\+[0-9]{8,15}$/.test(number.number)) return REFUSED
    // Ranges are handed out faster than metadata is written, so a number of the right length is read, as libphonenumber-js advises.
    if (!number.isPossible()) return REFUSED
    const type = number.getType()
    if (type !== undefined && REFUSED_TYPES.has(type)) return REFUSED
    // Of a range that nobody knows yet, the country is the first one of its calling code.
    const country = number.country ?? number.getPossibleCountries()[0]
    if (served !== undefined && (country === undefined || !served.has(country))) return { refused: 'country_not_served' }
    if (landlines === 'refused' && type === 'FIXED_LINE' && country !== AMBIGUOUS) return { refused: 'not_an_sms_number' }
    return { kind: 'phone', address: number.number, countedAs: number.number, callingCode: number.countryCallingCode, country }
  }
}

type Parsed = ReturnType<typeof parsePhoneNumberFromString>

function international(plain: string): Parsed {
  const number = parsePhoneNumberFromString(plain, { extract: false })
  // A trunk zero or a second country code, which libphonenumber would drop, is another spelling that E.164 does not have.
  return number?.number === plain ? number : undefined
}

interface HomeCountry {
  readonly code: CountryCode
  readonly internationalPrefix: RegExp
}

function homeCountry(code: string | undefined): HomeCountry | undefined {
  if (code === undefined || !isSupportedCountry(code)) return undefined
  const metadata = new Metadata()
  metadata.selectNumberingPlan(code)
  const prefix = metadata.numberingPlan?.IDDPrefix()
  return { code, internationalPrefix: new RegExp(prefix === undefined ? '^00' : `^(?:00|${prefix})`) }
}

function national(plain: string, home: HomeCountry | undefined): Parsed {
  // A dialled prefix such as 00 or 011 means another country in every country; only + is read.
  if (home === undefined || home.internationalPrefix.test(plain)) return undefined
  return parsePhoneNumberFromString(plain, { defaultCountry: home.code, extract: false })
}
