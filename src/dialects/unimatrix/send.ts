import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import type { Service, ServiceSend } from '../../core/service/service.js'
import type { ChannelName } from '../../ports/message.js'
import { failure, success } from './answers.js'
import { type Fields, given, hasUnprintable, INVALID, isMissing, type Read, readInteger, readIntent } from './fields.js'
import { readRecipient } from './recipient.js'
import { refusal } from './refusal.js'

/** The longest that Unimatrix lets a code live. */
const MAX_TTL_SECONDS = 1800

/** The longest without the right to more (T68). */
const CEILING_SECONDS = 600

const NO_PRICE = '0.000000'

/** `voice` is what the clients' types call a call. */
const CHANNELS: ReadonlyMap<unknown, 'auto' | ChannelName> = new Map([
  [undefined, 'auto'],
  ['auto', 'auto'],
  ['sms', 'sms'],
  ['call', 'call'],
  ['voice', 'call'],
  ['whatsapp', 'whatsapp'],
])

/** `otp.send`. */
export async function sendCode(requestId: string, fields: Fields, key: ApiKey, service: Service): Promise<ApiAnswer> {
  if (isMissing(fields, 'to')) return failure(requestId, 'MissingParams')
  const recipient = readRecipient(service, key, fields.get('to'))
  if (!recipient.ok) return failure(requestId, recipient.failure)
  const order = readOrder(fields, key)
  if (!order.ok) return failure(requestId, order.failure)
  const { address, callingCode = '', country = '', to } = recipient.value
  const result = await service.send(key, { to, foundBy: 'recipient', ...order.value })
  if (!result.ok) return refusal(requestId, result)
  const { parts = 1, price = NO_PRICE } = result.channels[result.channel] ?? {}
  return success(requestId, {
    id: service.randomHex(),
    to: address,
    iso: country,
    cc: callingCode,
    parts,
    count: parts,
    price,
  })
}

type OrderRead = Pick<ServiceSend, 'channel' | 'intent' | 'terms'>

function readOrder(fields: Fields, key: ApiKey): Read<OrderRead> {
  const channel = CHANNELS.get(given(fields, 'channel'))
  const intent = readIntent(fields)
  const digits = readInteger(fields, 'digits', { min: 4, max: 8, fallback: 6 })
  if (channel === undefined || !intent.ok || !digits.ok || hasUnprintable(fields)) return INVALID
  const longest = key.rights.has('weakCodes') ? MAX_TTL_SECONDS : CEILING_SECONDS
  const about = { channel, intent: intent.value }
  const code = given(fields, 'code')
  if (code === undefined) {
    // How old it may be is said when it is verified, so it lives as long as anybody may say.
    return { ok: true, value: { ...about, terms: { codeLength: digits.value, alphabet: 'digits', isAging: true, ttlSeconds: longest } } }
  }
  const ttl = readInteger(fields, 'ttl', { min: 1, max: MAX_TTL_SECONDS, fallback: 300 })
  if (typeof code !== 'string' || !/^[0-9]{4,8}$/.test(code) || !ttl.ok) return INVALID
  return { ok: true, value: { ...about, terms: { code, alphabet: 'digits', ttlSeconds: Math.min(ttl.value, longest) } } }
}
