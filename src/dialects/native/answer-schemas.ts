import { CHANNEL_NAMES } from '../../ports/message.js'
import type { Schema } from './kinds.js'

const line: Schema = { type: 'string' }
const count: Schema = { type: 'integer', minimum: 0 }
const channel: Schema = { type: 'string', enum: CHANNEL_NAMES }
const instant: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'UTC, by the clock of the store.',
}
const masked: Schema = { type: 'string', description: 'Masked address.' }
const mode: Schema = { type: 'string', enum: ['any', 'all'] }
const reference: Schema = { type: 'string', description: 'Two letters that the message shows too.' }
const metadata: Schema = { type: 'object', description: 'Your own notes of the send.' }
const alphabet: Schema = {
  type: 'string',
  description: 'What the code is made of: a name, or classes joined by `+`, with `-lookalikes` behind where those are left out.',
  pattern: '^(letters|alphanumeric|(digits|upper|lower|special)(\\+(upper|lower|special))*(-lookalikes)?)$',
}

/** An object with exactly these members; those named with a `?` behind may be missing. */
function shape(members: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(members)
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace('?', ''), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  }
}

function byChannel(schema: Schema): Schema {
  return { type: 'object', properties: Object.fromEntries(CHANNEL_NAMES.map((name) => [name, schema])), additionalProperties: false }
}

const countdowns = {
  codeLength: count,
  alphabet,
  attemptsLeft: { ...count, description: 'Guesses that the challenge still has.' },
  expiresIn: { ...count, description: 'Seconds.' },
  expiresAt: instant,
  resendIn: { ...count, description: 'Seconds until the same recipient may be sent another code.' },
}

/** Schemas of what each route answers, by name. */
export const ANSWERS: Readonly<Record<'Sent' | 'Verified' | 'Pending' | 'Cancelled' | 'Problem', Schema>> = {
  Sent: shape({
    status: { const: 'sent' },
    id: line,
    intent: line,
    to: masked,
    channel,
    mode,
    reference,
    channels: byChannel(
      shape({
        sent: { type: 'boolean' },
        'id?': { type: 'string', description: 'Message id of the vendor.' },
        'reason?': { const: 'delivery_failed' },
        parts: { ...count, description: 'Segments of an SMS; 1 elsewhere.' },
        'price?': { type: 'string', pattern: '^\\d+\\.\\d{6}$' },
      }),
    ),
    ...countdowns,
    'sandboxCodes?': byChannel(line),
  }),
  Verified: shape({
    status: { const: 'verified' },
    complete: { type: 'boolean', description: 'False while mode `all` waits for other channels.' },
    intent: line,
    to: { type: 'string', description: 'The address that was proved, in its canonical form.' },
    channel,
    proved: { type: 'array', items: shape({ channel, to: line }), description: 'Every address proved so far.' },
    'waiting?': { type: 'array', items: channel },
    verifiedAt: instant,
    'metadata?': metadata,
    'deviceToken?': {
      type: 'string',
      description: 'Give it to this device, and back with its further requests: it has a share of its own of the limits.',
    },
  }),
  Pending: shape({
    status: { const: 'pending' },
    id: line,
    intent: line,
    to: masked,
    channel,
    mode,
    reference,
    waiting: { type: 'array', items: channel },
    channels: { ...byChannel(line), description: 'What the vendor last reported of each message.' },
    ...countdowns,
    'metadata?': metadata,
  }),
  Cancelled: shape({ status: { const: 'cancelled' } }),
  Problem: shape({
    type: { type: 'string', pattern: '^urn:express-otp:[a-z_]+$' },
    title: line,
    status: { type: 'integer' },
    reason: line,
    'errors?': {
      type: 'array',
      minItems: 1,
      items: shape({ field: line, reason: { type: 'string', pattern: '^[a-z0-9_]+$' } }),
      description: 'For `invalid_request`: which field was not accepted, and why.',
    },
    'attemptsLeft?': count,
    'retryAfter?': { type: 'integer', minimum: 1, description: 'Seconds; the same as the header.' },
  }),
}
