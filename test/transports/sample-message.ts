import type { DeliveryFailure } from '../../src/errors.js'
import { OtpError } from '../../src/errors.js'
import type { Message } from '../../src/ports/message.js'

/** A signal that never aborts. */
export const patient: { readonly signal: AbortSignal } = { signal: new AbortController().signal }

/** One e-mail, with what a test wants to differ. */
export function message(differing: Partial<Message> = {}): Message {
  return {
    channel: 'email',
    to: 'ann@example.com',
    code: '482913',
    text: 'Your Acme code for login:\n\n    482913',
    subject: 'Your Acme code (KX)',
    html: '<!doctype html><p>482913</p>',
    intent: 'login',
    reference: 'KX',
    challengeId: 'challenge-1',
    expiresAt: Date.UTC(2026, 0, 1, 0, 5),
    ...differing,
  }
}

/** The error that a delivery ends with; fails where it ends well or with another error. */
export async function failureOf(delivery: Promise<unknown>): Promise<OtpError & { readonly delivery: DeliveryFailure }> {
  const err: unknown = await delivery.then(
    () => new Error('the delivery succeeded'),
    (reason: unknown) => reason,
  )
  if (!(err instanceof OtpError) || err.delivery === undefined) throw err
  return Object.assign(err, { delivery: err.delivery })
}
