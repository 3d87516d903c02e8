import type { Sent } from '../../core/results.js'
import type { Service } from '../../core/service/service.js'
import { CHANNELS, type SessionChannel, type SessionOrder } from './session.js'

/**
 * What send and resend answer: the flat fields that integrations read, and the same below `data`, as the typings of Sendmator's SDK have it. `session_id` is the
 * token too: either is accepted back.
 */
export function sentBody(service: Service, token: string, order: SessionOrder, sent: Sent): Readonly<Record<string, unknown>> {
  const { channels, isSandbox, recipients } = order
  const names = { session_id: token, session_token: token }
  const expires_at = new Date(sent.expiresAt).toISOString()
  // Codes that an application's own sandbox answers elsewhere are nothing for a caller that asked for none (T66).
  const codes = isSandbox ? codesOf(sent) : undefined
  return {
    success: true,
    ...names,
    channels_sent: channelsSent(service, order, sent),
    ...(codes === undefined ? {} : { sandbox_otps: codes }),
    expires_at,
    verification_mode: sent.mode,
    data: { ...names, expires_at, channels, recipients, ...(codes === undefined ? {} : { otps: codes }) },
  }
}

function channelsSent(service: Service, { channels, isSandbox }: SessionOrder, sent: Sent): Readonly<Record<string, unknown>> {
  const results = channels.flatMap((channel): readonly (readonly [SessionChannel, object])[] => {
    const result = sent.channels[channel]
    if (result === undefined) return []
    const message_id = `${isSandbox ? 'msg_sandbox_' : 'msg_'}${service.randomHex()}`
    return [[channel, result.sent ? { success: true, message_id } : { success: false, error: 'Delivery failed' }]]
  })
  return Object.fromEntries(results)
}

function codesOf({ sandboxCodes = {} }: Sent): Readonly<Record<string, string>> {
  return Object.fromEntries(CHANNELS.flatMap((channel) => (sandboxCodes[channel] === undefined ? [] : [[channel, sandboxCodes[channel]]])))
}
