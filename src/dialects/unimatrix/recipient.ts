import type { ApiKey } from '../../core/service/api-key.js'
import type { Service } from '../../core/service/service.js'
import type { ChannelName } from '../../ports/message.js'
import { isPhoneNumber, type Read } from './fields.js'

const PHONE_CHANNELS: readonly ChannelName[] = ['sms', 'call', 'whatsapp']

/** A number that some channel of the key accepts, and how it is written in answers. */
export interface KeyRecipient extends NonNullable<ReturnType<Service['recipient']>> {
  /** As the caller wrote it. */
  readonly to: string
}

/** Reads the number of a request. Where the key has no channel that takes numbers, the number is not at fault, and Unimatrix has another error for it. */
export function readRecipient(service: Service, key: ApiKey, to: unknown): Read<KeyRecipient> {
  if (!isPhoneNumber(to)) return { ok: false, failure: 'InvalidPhoneNumbers' }
  const recipient = service.recipient(key, to)
  if (recipient !== undefined) return { ok: true, value: { ...recipient, to } }
  const takesNumbers = PHONE_CHANNELS.some((name) => key.channels.includes(name))
  return { ok: false, failure: takesNumbers ? 'InvalidPhoneNumbers' : 'NoUpstreamConfigured' }
}
