import type { Check } from '../options.js'
import type { Speech } from '../ports/message.js'
import { escapeXml, spokenSsml } from './spoken.js'

/** Which of Vonage's voice styles speaks a language, by gender: `{ 'en-GB': { female: 0, male: 3 } }`. */
export type VonageStyles = Readonly<Record<string, { readonly female?: number | undefined; readonly male?: number | undefined }>>

/** How {@link VonageStyles} is checked. */
export const voiceStyles: Check = {
  allowed: 'an object of languages with a style number for "female" and "male"',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (genders) =>
        typeof genders === 'object' &&
        genders !== null &&
        Object.entries(genders).every(([gender, style]) => /^(?:fe)?male$/.test(gender) && Number.isInteger(style) && Number(style) >= 0),
    ),
}

/** Longest text of a `talk` action, without SSML tags (NCCO reference). */
const MAX_TALK_LENGTH = 1500

/** Languages that Vonage spells otherwise (Voice API, "Text to Speech": supported languages). */
const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['ar-SA', 'ar'],
  ['es-LA', 'es-US'],
  ['es-419', 'es-US'],
  ['zh-CN', 'cmn-CN'],
  ['zh-TW', 'cmn-TW'],
])

type Ncco = readonly Readonly<Record<string, unknown>>[]

/** Says the code, character by character; `undefined` where it is too long for Vonage. */
export function codeNcco(speech: Speech, styles: VonageStyles): Ncco | undefined {
  const ssml = spokenSsml(speech)
  return ssml.replace(/<[^>]*>/g, '').length > MAX_TALK_LENGTH ? undefined : [talk(speech, styles, ssml)]
}

/** Asks for a key and ends without one; Vonage asks `url` for the rest (T33). */
export function promptNcco(speech: Speech, styles: VonageStyles, url: string): Ncco {
  return [
    { ...talk(speech, styles, escapeXml(speech.prompt)), bargeIn: true },
    { action: 'input', type: ['dtmf'], dtmf: { maxDigits: 1, timeOut: 10 }, eventUrl: [url], eventMethod: 'POST' },
  ]
}

function talk(speech: Speech, styles: VonageStyles, inner: string): Readonly<Record<string, unknown>> {
  const language = LANGUAGES.get(speech.language) ?? speech.language
  const style = [language, speech.language].map((spelling) => ownStyles(styles, spelling)?.[speech.gender]).find((own) => own !== undefined)
  return { action: 'talk', text: `<speak>${inner}</speak>`, language, style: style ?? 0 }
}

function ownStyles(styles: VonageStyles, language: string): VonageStyles[string] | undefined {
  return Object.hasOwn(styles, language) ? styles[language] : undefined
}
