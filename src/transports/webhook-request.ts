import { createHash, createHmac } from 'node:crypto'
import type { Message } from '../ports/message.js'

/** The JSON body: `type`, `timestamp` and `data`, as Standard Webhooks proposes. Instants are ISO 8601. */
export function webhookBody(message: Message, now: number): string {
  const { channel, to, code, text, subject, html, intent, reference } = message
  const sender = channel === 'sms' ? message.sender : undefined
  return JSON.stringify({
    type: 'otp.message',
    timestamp: new Date(now).toISOString(),
    data: { channel, to, code, text, subject, html, sender, intent, reference, expiresAt: new Date(message.expiresAt).toISOString() },
  })
}

/** Content type and the three Standard Webhooks headers; one signature for each key, separated by spaces. */
export function signedHeaders(message: Message, body: string, now: number, keys: readonly Buffer[]): Record<string, string> {
  const id = idempotencyKey(message)
  const timestamp = String(Math.floor(now / 1000))
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

/** Same for every try to deliver one code, different for every other; hashed, because a challenge id is its owner's to know. */
function idempotencyKey(message: Message): string {
  const parts = JSON.stringify([message.challengeId, message.channel, message.reference])
  return `otp_${createHash('sha256').update(parts).digest('base64url').slice(0, 32)}`
}
