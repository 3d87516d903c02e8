import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import type { Service } from '../../core/service/service.js'
import { addressBlock } from '../../util/address-block.js'
import { failure, success, tooMany, wrongCode } from './answers.js'
import { isGiven, numberText } from './fields.js'
import { type Request, type Tokens, tokensOf } from './tokens.js'

/** Beside a challenge's id a recipient that nobody is: the guess is charged and matches nothing. */
const NOBODY = 'nobody'

interface Found {
  readonly token: string
  readonly request: Request
}

/** Checks a code (`service/otp/validate`): 194, 195, 198, 196, 197, 199, in this order. */
export async function validate(
  service: Service,
  key: ApiKey,
  fields: ReadonlyMap<string, unknown>,
  { checkRecipientIp }: { readonly checkRecipientIp: boolean },
): Promise<ApiAnswer> {
  const token = fields.get('otp_request_token')
  const number = fields.get('phone_number')
  if (!isGiven(token) && !isGiven(number)) return failure('nothingNamed')
  const code = fields.get('code')
  // What is no text is no code, and costs nothing (T36).
  if (typeof code !== 'string' || code.trim() === '') return failure('noCode')

  const tokens = tokensOf(service.notebook(key, 'octopush'))
  const ip = fields.get('recipient_ip')
  const guess = { code, ip: typeof ip === 'string' ? ip.trim() : undefined, checkRecipientIp }
  const address = isGiven(number) ? service.recipient(key, numberText(number))?.address : undefined
  if (isGiven(token)) {
    const request = await tokens.find(token)
    if (typeof token !== 'string' || request === undefined || (isGiven(number) && request.address !== address)) return failure('unknown')
    return (await compare(service, key, tokens, { token, request }, guess)) ?? failure('unknown')
  }
  if (address === undefined) return failure('unknown')
  for (const found of await tokens.newest(address)) {
    // The newest that is not used decides, and no other is compared (T11).
    const answer = await compare(service, key, tokens, found, guess)
    if (answer !== undefined) return answer
  }
  return failure('unknown')
}

/** The answer of one request; `undefined` where its code was used before. */
async function compare(
  service: Service,
  key: ApiKey,
  tokens: Tokens,
  { token, request }: Found,
  { code, ip, checkRecipientIp }: { readonly code: string; readonly ip: string | undefined; readonly checkRecipientIp: boolean },
): Promise<ApiAnswer | undefined> {
  const block = addressBlock(ip)
  const isElsewhere = checkRecipientIp && request.block !== '' && request.block !== block
  const outcome = await service.verify(key, {
    id: request.id,
    code,
    clientIp: block === '' ? undefined : ip,
    ...(isElsewhere ? { to: NOBODY } : {}),
  })
  if (outcome.ok) {
    // A token that stays behind is harmless: the challenge is consumed, and says so.
    await tokens.forget(token).catch(() => undefined)
    return success()
  }
  switch (outcome.reason) {
    case 'invalid_code':
      return wrongCode(outcome.attemptsLeft ?? 0)
    case 'too_many_attempts':
      // The guess that used up the last attempt is a wrong one that leaves none.
      return (await tokens.spend(token)) ? wrongCode(0) : failure('spent')
    case 'expired':
    case 'no_pending_challenge':
      if (await tokens.isSpent(token)) return failure('spent')
      return outcome.reason === 'expired' || service.now() >= request.expiresAt ? failure('expired') : undefined
    case 'rate_limited':
      return tooMany(outcome.retryAfter)
    case 'invalid_request':
      return failure('malformed')
    case 'insufficient_balance':
      return failure('noCredit')
    case 'forbidden':
    case 'otp_required':
      return failure('notAllowed')
    case 'delivery_failed':
      return failure('internal')
  }
}
