import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { cutTerms } from '../../core/service/rights.js'
import type { Terms } from '../../core/terms.js'
import { failure } from './answers.js'
import { fieldsOf, isGiven } from './fields.js'
import { CHANNELS, type SessionChannel, type SessionOrder } from './session.js'

/** The vendor's defaults. */
const CONFIG_DEFAULTS = { otp_length: 6, expiry_minutes: 10, max_attempts: 3 } as const

/** Bounds of the vendor's page where it has them, else ours. */
const BOUNDS = { otp_length: [4, 8], expiry_minutes: [1, 60], max_attempts: [1, 10] } as const

const MAX_METADATA_BYTES = 1024

/** E.164 as the vendor wants it; what else a number has to be, its channel knows. */
const E164 = /^\+[1-9][0-9]{6,14}$/

/** What a send asks for, or the answer to a send that cannot be meant. Unknown fields are ignored, as the vendor does. */
export function readOrder(fields: ReadonlyMap<string, unknown>, key: ApiKey, isTestKey: boolean): SessionOrder | ApiAnswer {
  const channels = readChannels(fields.get('channels'))
  if (channels === undefined) return failure('invalidChannel', { field: 'channels' })
  const recipients = readRecipients(channels, fields.get('recipients'))
  if ('status' in recipients) return recipients
  const terms = readTerms(fields, key)
  if ('status' in terms) return terms
  const metadata = fields.get('metadata') ?? {}
  if (!isMetadata(metadata)) return failure('invalidConfig', { field: 'metadata' })
  const [addContact, isSandbox] = [fields.get('add_contact') ?? false, fields.get('sandbox_mode') ?? false]
  if (typeof addContact !== 'boolean') return failure('invalidConfig', { field: 'add_contact' })
  if (typeof isSandbox !== 'boolean') return failure('invalidConfig', { field: 'sandbox_mode' })
  // Codes in answers are for tests: a live key that asks for them is refused (T66).
  if (isSandbox && !isTestKey) return failure('noSandbox')
  return { channels, recipients, terms: isSandbox ? { ...terms, sandbox: true } : terms, metadata, addContact, isSandbox }
}

function readChannels(value: unknown): readonly SessionChannel[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const channels = CHANNELS.filter((name) => value.includes(name))
  // What is listed twice counts once; in the caller's order, so that what it sees is what it wrote.
  return value.every((name) => channels.includes(name)) ? channels.toSorted((a, b) => value.indexOf(a) - value.indexOf(b)) : undefined
}

function readRecipients(channels: readonly SessionChannel[], value: unknown): SessionOrder['recipients'] | ApiAnswer {
  const given = fieldsOf(value)
  const recipients: Partial<Record<SessionChannel, string>> = {}
  for (const channel of channels) {
    const field = `recipients.${channel}`
    const to = given?.get(channel)
    if (!isGiven(to) || to === '') return failure('missingRecipients', { field })
    if (channel === 'email') {
      if (typeof to !== 'string' || !to.includes('@')) return failure('invalidEmail', { field })
      recipients.email = to
    } else {
      if (typeof to !== 'string' || !E164.test(to)) return failure('invalidNumber', { field })
      recipients[channel] = to
    }
  }
  return recipients
}

/** Cut to what the key may have, where the vendor has no bounds; what is below six digits is refused by name (T68). */
function readTerms(fields: ReadonlyMap<string, unknown>, key: ApiKey): Terms | ApiAnswer {
  const given = fields.get('config')
  const config = isGiven(given) ? fieldsOf(given) : new Map<string, unknown>()
  if (config === undefined) return failure('invalidConfig', { field: 'config' })
  const numbers = { ...CONFIG_DEFAULTS } as Record<keyof typeof BOUNDS, number>
  for (const name of ['otp_length', 'expiry_minutes', 'max_attempts'] as const) {
    const value = config.get(name)
    if (!isGiven(value)) continue
    const [min, max] = BOUNDS[name]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      return failure('invalidConfig', { field: `config.${name}` })
    }
    numbers[name] = value
  }
  const modes = new Set([config.get('verification_mode'), fields.get('verification_mode')].filter(isGiven))
  const mode = modes.size === 0 ? 'any' : modes.has('all') ? 'all' : 'any'
  if (modes.size > 1 || (modes.size === 1 && !modes.has(mode))) return failure('invalidConfig', { field: 'config.verification_mode' })
  const { ttlSeconds } = cutTerms(key, { ttlSeconds: numbers.expiry_minutes * 60 })
  return { codeLength: numbers.otp_length, alphabet: 'digits', ttlSeconds, maxAttempts: numbers.max_attempts, mode }
}

function isMetadata(value: unknown): value is Readonly<Record<string, unknown>> {
  return fieldsOf(value) !== undefined && Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES
}
