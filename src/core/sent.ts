import type { ChannelName } from '../ports/message.js'
import type { Issued } from '../ports/store.js'
import { mask } from '../util/mask.js'
import type { Fate } from './dispatch.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import type { ChannelResult, Sent } from './results.js'

/** What the caller is told: the address is that of the first message that was taken. */
export function sent(engine: Engine, { intent }: Order, id: string, issued: Issued, fates: readonly Fate[]): Sent {
  const shown = (fates.find((fate) => 'delivered' in fate) ?? fates[0])?.message
  const channels: Partial<Record<ChannelName, ChannelResult>> = {}
  for (const { message, parts, ...fate } of fates) {
    channels[message.channel] =
      'delivered' in fate ? { sent: true, id: fate.delivered.id, parts } : { sent: false, reason: 'delivery_failed', parts }
  }
  return {
    ok: true,
    id,
    intent: intent.name,
    to: mask(shown?.to ?? ''),
    channel: shown?.channel ?? 'sms',
    mode: intent.mode,
    reference: shown?.reference ?? '',
    channels,
    codeLength: intent.codeLength,
    alphabet: intent.alphabet,
    attemptsLeft: issued.attemptsLeft,
    expiresIn: secondsUntil(issued.expiresAt, issued),
    expiresAt: issued.expiresAt,
    resendIn: secondsUntil(issued.resendAt, issued),
    ...sandboxCodes(engine, fates),
  }
}

function sandboxCodes(engine: Engine, fates: readonly Fate[]): Pick<Sent, 'sandboxCodes'> {
  const codes = fates.filter(({ message }) => engine.isSandboxed(message.to)).map(({ message }) => [message.channel, message.code])
  return codes.length === 0 ? {} : { sandboxCodes: Object.fromEntries(codes) }
}

/** Whole seconds from the store's present to an instant, none where it has passed. */
export function secondsUntil(instant: number, { now }: Issued): number {
  return Math.max(0, Math.ceil((instant - now) / 1000))
}
