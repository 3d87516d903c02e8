import type { Check } from '../options.js'
import type { Speech } from '../ports/message.js'

/** Voices by language and gender, as Twilio names them: `{ 'el-GR': { female: 'Google.el-GR-Wavenet-B' } }`. */
export type TwilioVoices = Readonly<Record<string, { readonly female?: string | undefined; readonly male?: string | undefined }>>

/** How {@link TwilioVoices} is checked. */
export const twilioVoices: Check = {
  allowed: 'an object of languages with the name of a voice for "female" and "male"',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (genders) =>
        typeof genders === 'object' &&
        genders !== null &&
        Object.entries(genders).every(
          ([gender, voice]) => /^(?:fe)?male$/.test(gender) && typeof voice === 'string' && /^[A-Za-z0-9.-]{1,80}$/.test(voice),
        ),
    ),
}

interface Speaker {
  readonly female: string
  /** Where Twilio has none of this gender, the other speaks. */
  readonly male?: string
  /** Where Twilio spells the language otherwise. */
  readonly language?: string
}

const LATIN_AMERICA: Speaker = { female: 'Polly.Penelope', male: 'Polly.Miguel', language: 'es-US' }

/** Standard voices that understand SSML, from Twilio's page "Text-to-Speech" (docs/voice/twiml/say/text-speech). */
const SPEAKERS: ReadonlyMap<string, Speaker> = new Map<string, Speaker>([
  ['ar-SA', { female: 'Polly.Zeina', language: 'arb' }],
  ['cs-CZ', { female: 'Google.cs-CZ-Standard-B' }],
  ['da-DK', { female: 'Polly.Naja', male: 'Polly.Mads' }],
  ['de-DE', { female: 'Polly.Marlene', male: 'Polly.Hans' }],
  ['el-GR', { female: 'Google.el-GR-Standard-B' }],
  ['en-GB', { female: 'Polly.Amy', male: 'Polly.Brian' }],
  ['en-US', { female: 'Polly.Joanna', male: 'Polly.Matthew' }],
  ['es-419', LATIN_AMERICA],
  ['es-ES', { female: 'Polly.Conchita', male: 'Polly.Enrique' }],
  ['es-LA', LATIN_AMERICA],
  ['es-US', LATIN_AMERICA],
  ['fi-FI', { female: 'Google.fi-FI-Standard-B' }],
  ['fr-FR', { female: 'Polly.Celine', male: 'Polly.Mathieu' }],
  ['he-IL', { female: 'Google.he-IL-Standard-A' }],
  ['hi-IN', { female: 'Polly.Aditi' }],
  ['hu-HU', { female: 'Google.hu-HU-Standard-B' }],
  ['id-ID', { female: 'Google.id-ID-Standard-A' }],
  ['it-IT', { female: 'Polly.Carla', male: 'Polly.Giorgio' }],
  ['ja-JP', { female: 'Polly.Mizuki', male: 'Polly.Takumi' }],
  ['ko-KR', { female: 'Polly.Seoyeon' }],
  ['nb-NO', { female: 'Polly.Liv' }],
  ['nl-NL', { female: 'Polly.Lotte', male: 'Polly.Ruben' }],
  ['pl-PL', { female: 'Polly.Ewa', male: 'Polly.Jacek' }],
  ['pt-BR', { female: 'Polly.Vitoria', male: 'Polly.Ricardo' }],
  ['pt-PT', { female: 'Polly.Ines', male: 'Polly.Cristiano' }],
  ['ro-RO', { female: 'Polly.Carmen' }],
  ['ru-RU', { female: 'Polly.Tatyana', male: 'Polly.Maxim' }],
  ['sv-SE', { female: 'Polly.Astrid' }],
  ['th-TH', { female: 'Google.th-TH-Standard-A' }],
  ['tr-TR', { female: 'Polly.Filiz' }],
  ['uk-UA', { female: 'Google.uk-UA-Standard-A' }],
  ['vi-VN', { female: 'Google.vi-VN-Standard-A' }],
  ['zh-CN', { female: 'Polly.Zhiyu', language: 'cmn-CN' }],
  ['zh-TW', { female: 'Google.cmn-TW-Standard-A', language: 'cmn-TW' }],
])

/** Language and voice for `<Say>`; no voice where the language is not in the table, so that Twilio takes its own for it. */
export function twilioVoice(speech: Speech, own: TwilioVoices): { readonly language: string; readonly voice: string | undefined } {
  const speaker = SPEAKERS.get(speech.language)
  const chosen = Object.hasOwn(own, speech.language) ? own[speech.language]?.[speech.gender] : undefined
  const usual = speech.gender === 'male' ? (speaker?.male ?? speaker?.female) : speaker?.female
  return { language: speaker?.language ?? speech.language, voice: chosen ?? usual }
}
