import { type Alphabet, alphabetOf } from '../../core/alphabet.js'
import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer, ApiRequest } from '../../core/service/dialect.js'
import type { Service } from '../../core/service/service.js'
import { cancelledAnswer, invalidFields, pendingAnswer, refusal, sentAnswer, verifiedAnswer } from './answers.js'
import { readFields } from './field-table.js'
import { BY_ID, RESEND, SEND, type SendFields, VERIFY } from './fields.js'
import { once } from './idempotency.js'

/** A request whose key is known and whose body is an object. */
export interface Call {
  readonly service: Service
  readonly key: ApiKey
  readonly headers: ApiRequest['headers']
  readonly fields: ReadonlyMap<string, unknown>
}

/** One POST route. */
export type Route = (call: Call) => Promise<ApiAnswer>

const sendCode: Route = async (call) => {
  const { fields, key, service } = call
  const read = readFields(SEND, fields)
  if (!read.ok) return invalidFields(read.errors)
  const { channel, channels, clientIp, context, deviceToken, intent, locale, recipients, to, ...wishes } = read.value
  const { code, codeLength, maxAttempts, metadata, mode, sandbox, sender, text, timeZone, ttlSeconds, voice } = wishes
  const words = { metadata, sender, text, timeZone, voice }
  // With `all`, all that the caller names.
  const terms = { alphabet: wishedAlphabet(wishes), channels, code, codeLength, maxAttempts, mode, sandbox, ttlSeconds, ...words }
  const request = { channel, channels, clientIp, context, deviceToken, intent, locale, recipients, to, terms }
  return await onceForSender(call, 'send', async () => sentAnswer(await service.send(key, request)))
}

const resendCode: Route = async (call) => {
  const { fields, key, service } = call
  const read = readFields(RESEND, fields)
  if (!read.ok) return invalidFields(read.errors)
  return await onceForSender(call, 'resend', async () => sentAnswer(await service.resend(key, read.value)))
}

const verifyCode: Route = async ({ fields, key, service }) => {
  const read = readFields(VERIFY, fields)
  if (!read.ok) return invalidFields(read.errors)
  const { code, codes } = read.value
  if (code === undefined && codes === undefined) return invalidFields([{ field: 'code', reason: 'required' }])
  if (code !== undefined && codes !== undefined) return invalidFields([{ field: 'codes', reason: 'not_with_code' }])
  return verifiedAnswer(await service.verify(key, read.value))
}

const cancelCode: Route = async ({ fields, key, service }) => {
  const read = readFields(BY_ID, fields)
  return read.ok ? cancelledAnswer(await service.cancel(key, read.value.id)) : invalidFields(read.errors)
}

const tellStatus: Route = async ({ fields, key, service }) => {
  const read = readFields(BY_ID, fields)
  return read.ok ? pendingAnswer(await service.status(key, read.value.id)) : invalidFields(read.errors)
}

/** The routes by name. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['send', sendCode],
  ['resend', resendCode],
  ['verify', verifyCode],
  ['cancel', cancelCode],
  ['status', tellStatus],
])

/** A remembered answer is for those alone who might have asked for it (T67). */
async function onceForSender({ fields, headers, key, service }: Call, route: string, run: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  if (!key.rights.has('send')) return refusal({ reason: 'forbidden' })
  return await once({ service, key, route, header: headers['idempotency-key'], fields }, run)
}

function wishedAlphabet({ alphabet, withoutLookAlikes }: SendFields): Alphabet | undefined {
  if (alphabet === undefined && withoutLookAlikes !== true) return undefined
  // These leave out look-alikes by themselves.
  if (alphabet === 'letters' || alphabet === 'alphanumeric') return alphabet
  const classes = typeof alphabet === 'string' || alphabet === undefined ? ['digits'] : alphabet
  return alphabetOf({ ...Object.fromEntries(classes.map((name) => [name, true])), withoutLookAlikes })
}
