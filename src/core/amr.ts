import type { ChannelName } from '../ports/message.js'

/**
 * How somebody was authenticated by codes on these channels, in words that RFC 8176 registers: `otp`, with `sms` for a text message and `tel` for a call.
 * WhatsApp and e-mail have no word of their own.
 */
export function methodsOf(channels: readonly ChannelName[]): readonly string[] {
  return ['otp', ...(channels.includes('sms') ? ['sms'] : []), ...(channels.includes('call') ? ['tel'] : [])]
}
