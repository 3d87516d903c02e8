import type { LocaleName } from './locales.js'

/**
 * The language of most people in a country (CLDR, territory languages), ISO 3166-1 alpha-2. Left out: countries whose people are divided
 * (BE, CH, LU), whose codes come in English (IN, SG), and whose language has no built-in wording.
 */
const COUNTRIES: Readonly<Partial<Record<LocaleName, string>>> = {
  ar: 'AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE',
  cs: 'CZ',
  da: 'DK FO GL',
  de: 'AT DE LI',
  el: 'CY GR',
  en: 'AU BS BB BM BZ CA FJ GB GG GH GI GY IE IM JE JM KE KY LR MT NG NZ PG SL TT UG US VI ZA ZM ZW',
  es: 'AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE',
  fi: 'FI',
  fr: 'BF BJ BL CD CF CG CI FR GA GF GN GP MC MF ML MQ NC NE PF PM RE SN TD TG WF YT',
  he: 'IL',
  hu: 'HU',
  id: 'ID',
  it: 'IT SM VA',
  ja: 'JP',
  ko: 'KR',
  nb: 'NO SJ',
  nl: 'NL SR',
  pl: 'PL',
  pt: 'AO CV GW MZ PT ST',
  'pt-BR': 'BR',
  ro: 'MD RO',
  ru: 'BY KG KZ RU',
  sv: 'AX SE',
  th: 'TH',
  tr: 'TR',
  uk: 'UA',
  vi: 'VN',
  'zh-Hans': 'CN',
  'zh-Hant': 'HK MO TW',
}

let languages: ReadonlyMap<string, LocaleName> | undefined

/** The language in which a message to a number of this country is read by most. */
export function countryLanguage(country: string | undefined): LocaleName | undefined {
  if (country === undefined) return undefined
  languages ??= new Map(
    // The keys are those of the table above.
    Object.entries(COUNTRIES).flatMap(([name, countries]) => countries.split(' ').map((code) => [code, name as LocaleName] as const)),
  )
  return languages.get(country)
}
