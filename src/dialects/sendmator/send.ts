import type { ApiAnswer } from '../../core/service/dialect.js'
import { failure } from './answers.js'
import type { Call } from './call.js'
import { readOrder } from './order.js'
import { refusal } from './refusal.js'
import { sentBody } from './sent.js'
import { type SessionChannel, type SessionOrder, sessionsOf } from './session.js'

/** `POST /api/v1/otp/send`: a code for each channel, under one session. */
export async function send(call: Call): Promise<ApiAnswer> {
  const { fields, isTestKey, key, notebook, service, windows } = call
  const asked = readOrder(fields, key, isTestKey)
  if ('status' in asked) return asked
  const order = canonical(call, asked)
  if ('status' in order) return order
  const { channels, recipients, terms } = order
  const sent = await windows.around(Object.values(recipients), () =>
    service.send(key, { channels, recipients, terms: { ...terms, channels } }),
  )
  if (!sent.ok) return refusal(sent)
  const token = service.randomHex()
  const { codeLength, expiresAt, id, mode } = sent
  await sessionsOf(notebook).keep(token, { ...order, id, expiresAt, codeLength, mode })
  return { status: 200, body: sentBody(service, token, order, sent) }
}

/** Every spelling of an address is the same recipient, in windows and in answers. */
function canonical({ key, service }: Call, order: SessionOrder): SessionOrder | ApiAnswer {
  const recipients: Partial<Record<SessionChannel, string>> = {}
  for (const channel of order.channels) {
    const recipient = service.recipient(key, order.recipients[channel])
    if (recipient === undefined) return failure(channel === 'email' ? 'invalidEmail' : 'invalidNumber', { field: `recipients.${channel}` })
    recipients[channel] = recipient.address
  }
  return { ...order, recipients }
}
