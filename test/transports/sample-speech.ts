import type { Speech, Wording } from '../../src/ports/message.js'

/** What a call says, with what a test wants to differ. */
export function speech(differing: Partial<Speech> = {}): Speech {
  return {
    language: 'en-GB',
    gender: 'female',
    prompt: 'Press any key to hear your code.',
    requireKeypress: false,
    before: 'Your Acme code is',
    spelled: ['four', 'eight', 'two', 'nine', 'one', 'three'],
    after: 'Goodbye.',
    times: 2,
    ...differing,
  }
}

/** The languages of Octopush's voice calls, from its API reference, each in both genders. */
export const OCTOPUSH_VOICES: readonly (readonly [string, Speech['gender']])[] = [
  'en-US',
  'en-GB',
  'el-GR',
  'pl-PL',
  'hu-HU',
  'sv-SE',
  'de-DE',
  'es-ES',
  'es-LA',
  'fr-FR',
  'it-IT',
  'pt-BR',
  'ru-RU',
].flatMap((language) => (['female', 'male'] as const).map((gender) => [language, gender] as const))

/** A code to be worded. */
export const WORDING: Wording = {
  code: '48291357',
  intent: 'login',
  reference: 'KX',
  ttlSeconds: 300,
  locale: undefined,
  context: undefined,
  service: 'Acme',
  host: undefined,
}

/** The same sealed speech with one character in its middle changed. */
export function changed(sealed: string): string {
  return `${sealed.slice(0, 20)}${sealed[20] === 'A' ? 'B' : 'A'}${sealed.slice(21)}`
}
