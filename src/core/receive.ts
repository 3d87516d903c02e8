import type { EventSubject } from '../ports/events.js'
import type { Receipt } from '../ports/receipt.js'
import type { Engine } from './engine.js'

/** A message that a vendor took. */
export interface SentMessage {
  readonly transport: string
  /** The vendor's id of it. */
  readonly messageId: string
  /** With the id under which the store knows the challenge. */
  readonly subject: EventSubject & { readonly id: string }
}

/** Remembers whom a message was for, where its vendor's reports reach this application; nothing elsewhere. */
export async function labelMessage(engine: Engine, { transport, messageId, subject }: SentMessage, expiresAt: number): Promise<void> {
  const { keys, reporting } = engine
  if (!reporting.has(transport)) return
  await engine.store().label({
    label: keys.label(transport, messageId),
    id: subject.id,
    channel: subject.channel,
    expiresAt,
    // Opens with the vendor's message id only, which the store does not know: a copy of it names nobody.
    sealed: keys.seal(`${transport} ${messageId}`, 'receipt', JSON.stringify(subject)),
  })
}

/** Takes a vendor's report: tells listeners and shows it with the pending challenge. True where it was news. */
export async function receive(engine: Engine, transport: string, receipt: Receipt): Promise<boolean> {
  const { keys } = engine
  const { errorCode, id, status } = receipt
  const decision = await engine.store().note({ label: keys.label(transport, id), status })
  if (decision.outcome !== 'noted') return false
  const text = keys.unseal(`${transport} ${id}`, 'receipt', decision.sealed)
  // The secret that sealed it was taken away.
  if (text === undefined) return false
  // Written by `labelMessage` and authenticated by the cipher, so the shape is known.
  const subject = JSON.parse(text) as SentMessage['subject']
  engine.emit('receipt', { ...subject, transport, status, ...(errorCode === undefined ? {} : { errorCode }) })
  return true
}
