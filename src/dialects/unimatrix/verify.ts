import { readGuess } from '../../core/code.js'
import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import type { Service } from '../../core/service/service.js'
import { failure, success } from './answers.js'
import { type Fields, hasUnprintable, isMissing, readInteger, readIntent } from './fields.js'
import { readRecipient } from './recipient.js'
import { refusal } from './refusal.js'

/** `otp.verify`. A wrong code and one that never was, has expired or was used up get one and the same answer. */
export async function verifyCode(requestId: string, fields: Fields, key: ApiKey, service: Service): Promise<ApiAnswer> {
  if (isMissing(fields, 'to') || isMissing(fields, 'code')) return failure(requestId, 'MissingParams')
  const recipient = readRecipient(service, key, fields.get('to'))
  if (!recipient.ok) return failure(requestId, recipient.failure)
  const code = readGuess(fields.get('code'))
  const intent = readIntent(fields)
  const maxAge = readInteger(fields, 'ttl', { min: 1, max: 1800, fallback: 300 })
  // The length is known to nobody but the challenge: one that does not fit is wrong, and charged (T37).
  if (code === undefined || !/^[0-9]{4,8}$/.test(code) || !intent.ok || !maxAge.ok || hasUnprintable(fields)) {
    return failure(requestId, 'InvalidParams')
  }
  const { address, to } = recipient.value
  const result = await service.verify(key, { to, intent: intent.value, code, maxAgeSeconds: maxAge.value })
  const judged = (valid: boolean): ApiAnswer => success(requestId, { to: address, valid })
  if (result.ok) return judged(result.complete)
  switch (result.reason) {
    case 'invalid_code':
    case 'no_pending_challenge':
    case 'expired':
    case 'too_many_attempts':
      return judged(false)
    case 'rate_limited':
    case 'delivery_failed':
    case 'insufficient_balance':
    case 'forbidden':
    case 'otp_required':
    case 'invalid_request':
      return refusal(requestId, result)
  }
}
