import { ALPHABET_NAMES, type AlphabetName } from '../../core/alphabet.js'
import { CHANNEL_NAMES, type ChannelName } from '../../ports/message.js'
import { addressBlock } from '../../util/address-block.js'
import { type FieldTable, object } from './field-table.js'
import { anything, choice, flag, type Kind, list, listOr, record, text, textOrNumber, whole } from './kinds.js'

/** The classes of which a caller may put an alphabet together. */
export type AlphabetClass = 'digits' | 'upper' | 'lower' | 'special'

/** What both ways to ask for a code, and the check of one, say of the person at the caller's end. */
interface EndUserFields {
  readonly clientIp?: string
  readonly deviceToken?: string
}

/** Body of `send`. */
export interface SendFields extends EndUserFields {
  readonly to?: string
  readonly channel?: 'auto' | ChannelName
  readonly channels?: readonly ChannelName[]
  readonly recipients?: Partial<Record<ChannelName, string>>
  readonly mode?: 'any' | 'all'
  readonly intent?: string
  readonly codeLength?: number
  readonly alphabet?: readonly AlphabetClass[] | AlphabetName
  readonly withoutLookAlikes?: boolean
  readonly code?: string
  readonly ttlSeconds?: number
  readonly maxAttempts?: number
  readonly text?: string
  readonly timeZone?: string
  readonly sender?: string
  readonly locale?: string
  readonly voice?: { readonly language?: string; readonly gender?: 'female' | 'male' }
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, string | number>>
  readonly sandbox?: boolean
}

/** Body of `resend`. */
export interface ResendFields extends EndUserFields {
  readonly id: string
  readonly channel?: 'auto' | ChannelName
  readonly locale?: string
}

/** Body of `verify`. */
export interface VerifyFields extends EndUserFields {
  readonly id: string
  readonly code?: string
  readonly codes?: Partial<Record<ChannelName, string>>
  readonly intent?: string
  readonly context?: Readonly<Record<string, string | number>>
  readonly to?: string
}

/** Body of `cancel` and `status`. */
export interface IdFields {
  readonly id: string
}

/** RFC 5321 allows 254 characters for a mailbox, E.164 fewer for a number. */
const ADDRESS: Kind<string> = text({ max: 254 })
const LOCALE: Kind<string> = text({ min: 2, max: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', reason: 'invalid_locale' })
const ZONE: Kind<string> = text({ max: 64, pattern: '^[A-Za-z0-9_+/-]+$', accepts: isTimeZone, reason: 'unknown' })
const IP: Kind<string> = text({ max: 45, pattern: '^[0-9A-Fa-f.:]+$', accepts: (ip) => addressBlock(ip) !== '', reason: 'invalid_address' })
const CLASSES: Kind<readonly AlphabetClass[]> = list(choice('digits', 'upper', 'lower', 'special'), 4)

/** Longest own text: what an SMS of eight segments holds. */
const MAX_TEXT = 1224

/** Own members, at most; their bytes are bounded beside. */
const MAX_MEMBERS = 20

const channel = {
  kind: choice('auto', ...CHANNEL_NAMES),
  description: 'How the code travels; `auto` is the first channel that fits the address. Default `auto`; for `resend`, the same as before.',
  example: 'sms',
} as const
const clientIp = {
  kind: IP,
  description:
    'IP address of the person at your end, as you know it: limits of addresses then work behind this door. Without it, ceilings of the key hold.',
  example: '203.0.113.7',
}
const context = {
  kind: record(textOrNumber(40), MAX_MEMBERS),
  description: 'What is being approved, for intents that are bound to it; the same at `send` and `verify`.',
  example: { amount: '12.50', payee: 'Ann' },
}
const deviceToken = {
  kind: text({ max: 200, pattern: '^[\\w.-]+$', reason: 'invalid_token' }),
  description: 'What an earlier success of this person answered as `deviceToken` for the same device.',
}
const id = {
  kind: text({ max: 200 }),
  description: 'The `id` that `send` answered.',
  example: 'cWqWbW5yY2hhbGxlbg5Kx0v4bT1fQq2uV7mYw8',
  required: true,
}
const intent = {
  kind: text({ max: 36 }),
  description: 'What the code is good for; a code for one intent proves nothing for another. Default `login`.',
  example: 'login',
}
const locale = {
  kind: LOCALE,
  description: 'Language of the message, a BCP 47 tag. Default: by the number, else English.',
  example: 'fr-CA',
}

function forEachChannel(kind: Kind<string>, what: string): Kind<Partial<Record<ChannelName, string>>> {
  return object({
    sms: { kind, description: `${what} sms.` },
    call: { kind, description: `${what} call.` },
    whatsapp: { kind, description: `${what} whatsapp.` },
    email: { kind, description: `${what} email.` },
  })
}

/** Fields of `send`. */
export const SEND: FieldTable<SendFields> = {
  to: { kind: ADDRESS, description: 'Phone number (international, with `+`) or e-mail address.', example: '+12065550100' },
  channel,
  channels: {
    kind: list(choice(...CHANNEL_NAMES), CHANNEL_NAMES.length),
    description: 'Several channels at once, instead of `to` and `channel`.',
  },
  recipients: {
    kind: forEachChannel(ADDRESS, 'Address for'),
    description: 'An address for each of `channels`.',
    example: { sms: '+12065550100', email: 'ann@example.org' },
  },
  mode: {
    kind: choice('any', 'all'),
    description: 'Whether one right code of several channels is enough, or each has to be proved. Default `any`.',
  },
  intent,
  codeLength: {
    kind: whole(4, 32),
    description: 'Characters of the code. Fewer than 6 need the right `weakCodes`. Default 6.',
    example: 6,
  },
  alphabet: {
    kind: listOr(CLASSES, choice(...ALPHABET_NAMES)),
    description: 'A name, or classes of characters. Others than `digits` need the right `weakCodes`. Default `digits`.',
    example: 'digits',
  },
  withoutLookAlikes: { kind: flag, description: 'Leaves out `0 O o 1 I l`; for an `alphabet` of classes, or `digits`. Default false.' },
  code: {
    kind: text({ min: 4, max: 32 }),
    description: 'Your own code, for one channel. Needs the right `customCode`; other than 6 digits or more also `weakCodes`.',
  },
  ttlSeconds: {
    kind: whole(30, 86_400),
    description: 'Seconds that the code lives. More than 600 needs the right `weakCodes`. Default 300.',
    example: 300,
  },
  maxAttempts: { kind: whole(1, 10), description: 'Guesses for this challenge. Default 5.', example: 5 },
  text: {
    kind: text({ max: MAX_TEXT }),
    description:
      'Your own text: `{code}` stands for the code, `{hh:mm:ss}` for the time at which it expires. Without `{code}` the code comes at the end.',
    example: '{code} is your code for Example.',
  },
  timeZone: { kind: ZONE, description: 'IANA zone of `{hh:mm:ss}`. Default `UTC`.', example: 'Europe/Paris' },
  sender: {
    kind: text({ min: 3, max: 11, pattern: '^[A-Za-z0-9]+$' }),
    description: 'Sender of an SMS: letters and digits.',
    example: 'Example',
  },
  locale,
  voice: {
    kind: object<NonNullable<SendFields['voice']>>({
      language: { kind: LOCALE, description: 'Language that the voice speaks, a BCP 47 tag.', example: 'en-GB' },
      gender: { kind: choice('female', 'male'), description: 'Default `female`.' },
    }),
    description: 'Voice of a call.',
  },
  metadata: {
    kind: record(anything, MAX_MEMBERS),
    description: 'Your own notes, at most 1 KiB; come back with `status` and with the success.',
    example: { order: 'A-17' },
  },
  context,
  clientIp,
  deviceToken,
  sandbox: {
    kind: flag,
    description: 'Delivers nothing and answers with `sandboxCodes`. For keys with the right `sandbox`. Default false.',
  },
}

/** Fields of `resend`. */
export const RESEND: FieldTable<ResendFields> = { id, channel, locale, clientIp, deviceToken }

/** As a person types it; blanks and hyphens do not count. */
const TYPED: Kind<string> = text({ max: 64 })

/** Fields of `verify`. */
export const VERIFY: FieldTable<VerifyFields> = {
  id,
  code: { kind: TYPED, description: 'The code as it was typed. A text: no number, because codes begin with zeros.', example: '123 456' },
  codes: {
    kind: forEachChannel(TYPED, 'The code that came by'),
    description: 'A code for each of several channels, instead of `code`.',
  },
  intent,
  context,
  to: { kind: ADDRESS, description: 'The address you believe it is; any other than that of the challenge makes the guess wrong.' },
  clientIp,
  deviceToken,
}

/** Fields of `cancel` and `status`. */
export const BY_ID: FieldTable<IdFields> = { id }

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
