import type { Speech } from '../ports/channel.js'

interface Voices {
  readonly female: string
  /** Where Twilio has none of this gender, the other speaks. */
  readonly male?: string
  /** Where Twilio spells the language otherwise. */
  readonly language?: string
}

const LATIN_AMERICA: Voices = { female: 'Polly.Penelope', male: 'Polly.Miguel', language: 'es-US' }

/** Standard voices that understand SSML, from Twilio's page "Text-to-Speech" (docs/voice/twiml/say/text-speech). */
const VOICES: ReadonlyMap<string, Voices> = new Map<string, Voices>([
  ['de-DE', { female: 'Polly.Marlene', male: 'Polly.Hans' }],
  ['el-GR', { female: 'Google.el-GR-Standard-A' }],
  ['en-GB', { female: 'Polly.Amy', male: 'Polly.Brian' }],
  ['en-US', { female: 'Polly.Joanna', male: 'Polly.Matthew' }],
  ['es-419', LATIN_AMERICA],
  ['es-ES', { female: 'Polly.Conchita', male: 'Polly.Enrique' }],
  ['es-LA', LATIN_AMERICA],
  ['es-US', LATIN_AMERICA],
  ['fr-FR', { female: 'Polly.Celine', male: 'Polly.Mathieu' }],
  ['hu-HU', { female: 'Google.hu-HU-Standard-A' }],
  ['it-IT', { female: 'Polly.Carla', male: 'Polly.Giorgio' }],
  ['pl-PL', { female: 'Polly.Ewa', male: 'Polly.Jacek' }],
  ['pt-BR', { female: 'Polly.Vitoria', male: 'Polly.Ricardo' }],
  ['ru-RU', { female: 'Polly.Tatyana', male: 'Polly.Maxim' }],
  ['sv-SE', { female: 'Polly.Astrid' }],
])

/** Language and voice for `<Say>`; no voice where the language is not in the table, so that Twilio takes its own for it. */
export function twilioVoice(speech: Speech): { readonly language: string; readonly voice: string | undefined } {
  const voices = VOICES.get(speech.language)
  if (voices === undefined) return { language: speech.language, voice: undefined }
  return { language: voices.language ?? speech.language, voice: speech.gender === 'male' ? (voices.male ?? voices.female) : voices.female }
}
