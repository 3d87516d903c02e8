import type { Refused } from '../../core/results.js'
import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import { cutTerms } from '../../core/service/rights.js'
import type { Service } from '../../core/service/service.js'
import { addressBlock } from '../../util/address-block.js'
import { failure, success, tooMany } from './answers.js'
import { isGiven, numberText } from './fields.js'
import { repair } from './repair.js'
import { tokensOf } from './tokens.js'

const MIN_NUMBER_LENGTH = 7

/** Sends a code (`service/otp/generate`). Of all fields only an unusable number and a text that is too long are errors. */
export async function generate(
  service: Service,
  key: ApiKey,
  fields: ReadonlyMap<string, unknown>,
  { timeZone }: { readonly timeZone: string },
): Promise<ApiAnswer> {
  const given = fields.get('phone_number')
  if (!isGiven(given)) return failure('noRecipient')
  const to = numberText(given)
  const recipient = to === undefined || to.length < MIN_NUMBER_LENGTH ? undefined : service.recipient(key, to)
  if (recipient === undefined) return failure('badNumber')
  const { channel, recipientIp, terms } = repair(fields)
  // Cut, not refused: the vendor's own list has no error for it (T68).
  const permitted = cutTerms(key, { ...terms, timeZone, mode: 'any' })

  const request = { to, clientIp: recipientIp, terms: permitted, foundBy: 'id' } as const
  let sent = await service.send(key, { ...request, channel })
  // As for an unknown channel, the default takes its place: nothing was sent yet.
  if (!sent.ok && channel !== 'sms' && names(sent, 'channel')) sent = await service.send(key, { ...request, channel: 'sms' })
  if (!sent.ok) return refusal(sent)

  const { id, expiresAt, expiresIn } = sent
  const token = `otp_${service.randomHex().slice(0, 24)}`
  const kept = { id, address: recipient.address, block: addressBlock(recipientIp), expiresAt }
  await tokensOf(service.notebook(key, 'octopush')).keep(token, kept, {
    at: expiresAt - expiresIn * 1000,
    lifeSeconds: expiresIn,
  })
  return success({ ticket_number: `sms_${service.randomHex().slice(0, 13)}`, otp_request_token: token })
}

function refusal(refused: Refused): ApiAnswer {
  switch (refused.reason) {
    case 'invalid_request':
      if (names(refused, 'to')) return failure('badNumber')
      if (names(refused, 'text')) return failure('textTooLong')
      // The account has no channel that this could go through.
      return failure(names(refused, 'channel') ? 'notAllowed' : 'malformed')
    case 'rate_limited':
      return tooMany(refused.retryAfter)
    case 'insufficient_balance':
      return failure('noCredit')
    case 'forbidden':
    case 'otp_required':
      return failure('notAllowed')
    case 'delivery_failed':
    case 'invalid_code':
    case 'no_pending_challenge':
    case 'expired':
    case 'too_many_attempts':
      return failure('internal')
  }
}

function names({ errors = [] }: Refused, field: string): boolean {
  return errors.some((error) => error.field === field)
}
