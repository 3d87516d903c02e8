import type { Refused } from '../../core/results.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { failure, later } from './answers.js'

/** Which of the vendor's fields one of ours is. */
const CONFIG_FIELDS: ReadonlyMap<string, string> = new Map([
  ['codeLength', 'config.otp_length'],
  ['ttlSeconds', 'config.expiry_minutes'],
  ['maxAttempts', 'config.max_attempts'],
  ['mode', 'config.verification_mode'],
])

/** What every use case may refuse, in the vendor's words. Outcomes of a guess are told where guesses are. */
export function refusal(refused: Refused): ApiAnswer {
  switch (refused.reason) {
    case 'invalid_request':
      return invalidRequest(refused)
    case 'rate_limited':
      return later('tooMany', refused.retryAfter)
    case 'delivery_failed':
      return failure('undelivered')
    case 'insufficient_balance':
      return failure('noBalance')
    case 'forbidden':
    case 'otp_required':
      return failure('forbidden')
    case 'expired':
    case 'no_pending_challenge':
    case 'invalid_code':
      return failure('expired')
    case 'too_many_attempts':
      return failure('locked', { attempts_remaining: 0 })
  }
}

function invalidRequest({ errors = [] }: Refused): ApiAnswer {
  const [first] = errors
  if (first === undefined) return failure('invalidBody')
  const { field, reason } = first
  if (field === 'sandbox') return failure('noSandbox')
  if (field === 'channel' || field === 'channels') return failure('invalidChannel', { field: 'channels' })
  if (field === 'recipients' || reason === 'required') return failure('missingRecipients', { field: 'recipients' })
  if (field.startsWith('recipients.') || field === 'to') {
    return failure(reason === 'invalid_email_address' ? 'invalidEmail' : 'invalidNumber', field === 'to' ? undefined : { field })
  }
  const config = CONFIG_FIELDS.get(field)
  return config === undefined ? failure('invalidBody') : failure('invalidConfig', { field: config })
}
