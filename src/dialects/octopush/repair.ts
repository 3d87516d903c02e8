import { isIP } from 'node:net'
import { type Alphabet, alphabetOf } from '../../core/alphabet.js'
import { CEILINGS, WEAK_CEILINGS } from '../../core/service/rights.js'
import type { ChannelName } from '../../ports/message.js'

/** What a request for a code comes to, once everything that could be repaired is. */
export interface Repaired {
  readonly channel: Exclude<ChannelName, 'email'>
  /** As the core's `Terms`. */
  readonly terms: {
    readonly codeLength: number
    readonly alphabet: Alphabet
    readonly ttlSeconds: number
    readonly maxAttempts: number
    readonly text: string
    readonly sender: string | undefined
    readonly voice: { readonly language: string; readonly gender: 'female' | 'male' }
  }
  /** `recipient_ip`, where it is an IP address. */
  readonly recipientIp: string | undefined
}

/** Voices that Octopush lists; `es-LA` is its word for the Spanish of Latin America. */
const VOICE_LANGUAGES = [
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
] as const

const VOICE_GENDERS = ['female', 'male'] as const

/** Words of the vendor's current page and of the earlier one. E-mail is none: `phone_number` cannot be a mailbox. */
const CHANNELS: ReadonlyMap<string, Repaired['channel']> = new Map([
  ['sms', 'sms'],
  ['text_sms', 'sms'],
  ['voice_sms', 'call'],
  ['whatsapp', 'whatsapp'],
])

/**
 * Reads the optional fields of a request for a code as Octopush does: what has the wrong type is cast, what is out of range is moved into it, what cannot be
 * repaired is as if it were not there. Refuses nothing. What the rights of a key cut off is not its business.
 */
export function repair(fields: ReadonlyMap<string, unknown>): Repaired {
  const recipientIp = text(fields.get('recipient_ip'))?.trim() ?? ''
  return {
    channel: CHANNELS.get(text(fields.get('channel'))?.trim().toLowerCase() ?? '') ?? 'sms',
    terms: {
      codeLength: whole(fields.get('code_length'), WEAK_CEILINGS.codeLength, 32) ?? 6,
      alphabet: alphabet(fields),
      // Octopush allows 10 000 000 s, nobody here more than a day.
      ttlSeconds: whole(fields.get('validity_period'), 3, WEAK_CEILINGS.ttlSeconds) ?? 300,
      maxAttempts: whole(fields.get('max_wrong_attempts'), 1, CEILINGS.maxAttempts) ?? 3,
      text: template(fields.get('text')),
      sender: sender(fields.get('sender')),
      voice: {
        language: oneOf(fields.get('voice_language'), VOICE_LANGUAGES) ?? 'en-US',
        gender: oneOf(fields.get('voice_gender'), VOICE_GENDERS) ?? 'female',
      },
    },
    recipientIp: isIP(recipientIp) === 0 ? undefined : recipientIp,
  }
}

/** The text of the message, its line ends in one spelling; the code alone where there is none. */
function template(value: unknown): string {
  const given = text(value)?.replaceAll('\r\n', '\n') ?? ''
  return given === '' ? '{code}' : given
}

/** Letters and digits, at most 11; fewer than 3 are no sender. */
function sender(value: unknown): string | undefined {
  const cleaned = (text(value) ?? '').replace(/[^A-Za-z0-9]/g, '').slice(0, 11)
  return cleaned.length < 3 ? undefined : cleaned
}

/** Digits unless other classes are named; a request that switches everything off gets digits all the same. */
function alphabet(fields: ReadonlyMap<string, unknown>): Alphabet {
  const digits = flag(fields.get('allow_digits')) ?? true
  const upper = flag(fields.get('allow_upper_case')) ?? false
  const lower = flag(fields.get('allow_lower_case')) ?? false
  const special = flag(fields.get('allow_special_chars')) ?? false
  const withoutLookAlikes = flag(fields.get('remove_confusing_characters')) ?? false
  return alphabetOf({ digits: digits || !(upper || lower || special), upper, lower, special, withoutLookAlikes })
}

/** A number, or a decimal number in a string, without its fraction and moved into the range; `undefined` for everything else. */
function whole(value: unknown, min: number, max: number): number | undefined {
  const isNumeric = typeof value === 'string' && /^[+-]?\d+(?:\.\d*)?$/.test(value.trim())
  const number = isNumeric ? Number(value) : value
  return typeof number === 'number' && !Number.isNaN(number) ? Math.min(Math.max(Math.trunc(number), min), max) : undefined
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = text(value)?.trim().toLowerCase()
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[]): Name | undefined {
  const word = text(value)?.trim().toLowerCase()
  return names.find((name) => name.toLowerCase() === word)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}
