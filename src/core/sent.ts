import type { ChannelName } from '../ports/message.js'
import type { Issued } from '../ports/store.js'
import { mask } from '../util/mask.js'
import { type Fate, isUncertain } from './dispatch.js'
import type { Order } from './draft.js'
import type { Engine } from './engine.js'
import { writeAmount } from './price.js'
import type { ChannelResult, Sent } from './results.js'
import { isSandboxed } from './sandbox.js'

/** What the caller is told: the address is that of the first message that was taken. */
export function sent(engine: Engine, order: Order, id: string, issued: Issued, fates: readonly Fate[]): Sent {
  const { intent } = order
  const shown = (fates.find((fate) => 'delivered' in fate) ?? fates[0])?.message
  const channels: Partial<Record<ChannelName, ChannelResult>> = {}
  for (const fate of fates) {
    const { message, parts, price } = fate
    // What certainly did not go out costs nothing, and so does what never was to.
    const isFree = ('failure' in fate && !isUncertain(fate)) || isSandboxed(engine, order, message.to)
    // Money is a matter between the application and its callers with a key: no browser hears of it.
    const cost = price === undefined || order.terms === undefined ? {} : { price: writeAmount(isFree ? 0 : price) }
    channels[message.channel] =
      'delivered' in fate
        ? { sent: true, id: fate.delivered.id, parts, ...cost }
        : { sent: false, reason: 'delivery_failed', parts, ...cost }
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
    ...quotaOf(engine, order, issued),
    ...sandboxCodes(engine, order, fates),
  }
}

function quotaOf({ limits }: Engine, { terms }: Order, issued: Issued): Pick<Sent, 'quota'> {
  const { block } = issued
  if (block === undefined || terms !== undefined) return {}
  return { quota: { limit: limits.blockSendsPerHour, left: Math.max(0, block.sendsLeft), resetIn: secondsUntil(block.resetAt, issued) } }
}

function sandboxCodes(engine: Engine, order: Order, fates: readonly Fate[]): Pick<Sent, 'sandboxCodes'> {
  const shown = fates.filter(({ message }) => message.code !== '' && isSandboxed(engine, order, message.to))
  const codes = shown.map(({ message }) => [message.channel, message.code])
  return codes.length === 0 ? {} : { sandboxCodes: Object.fromEntries(codes) }
}

/** Whole seconds from the store's present to an instant, none where it has passed. */
export function secondsUntil(instant: number, { now }: Pick<Issued, 'now'>): number {
  return Math.max(0, Math.ceil((instant - now) / 1000))
}
