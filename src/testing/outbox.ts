import assert from 'node:assert/strict'
import { type DeliveryFailure, OtpError } from '../errors.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'

/** A transport that delivers nothing and keeps everything. */
export interface Outbox extends Transport {
  /** Every message taken, oldest first. */
  readonly messages: readonly Message[]
  /** The newest message, or the newest one to a canonical address. */
  last(to?: string): Message | undefined
  /** The code of {@link Outbox.last}. Throws an `AssertionError` where nothing was sent. */
  code(to?: string): string
  /** Makes the next delivery fail: a definite refusal that may be tried elsewhere, unless told otherwise. */
  refuseNext(failure?: Partial<Omit<DeliveryFailure, 'transport'>>): void
  /** Makes the next delivery hang until the caller gives up. */
  hangNext(): void
}

/**
 * Where codes go in a test: `smsChannel({ transport: outbox() })`, then `code()` tells what a person would have read.
 * From `express-otp/testing`.
 */
export function outbox(name = 'outbox'): Outbox {
  const messages: Message[] = []
  const plans: ((signal: AbortSignal) => Promise<never>)[] = []

  function last(to?: string): Message | undefined {
    return messages.findLast((message) => to === undefined || message.to === to)
  }

  function error(failure: Partial<DeliveryFailure>): OtpError {
    const delivery = { transport: name, retryable: true, uncertain: false, ...failure }
    return new OtpError('ERR_OTP_DELIVERY', `${name} was told to fail`, { status: 502, delivery })
  }

  return {
    name,
    messages,
    last,
    code(to) {
      const message = last(to)
      assert.ok(message !== undefined, `${name} holds no message${to === undefined ? '' : ` to ${to}`}`)
      return message.code
    },
    refuseNext(failure = {}) {
      plans.push(() => Promise.reject(error(failure)))
    },
    hangNext() {
      plans.push((signal) => aborted(signal).then(() => Promise.reject(error({ retryable: false, uncertain: true }))))
    },
    async deliver(message, { signal }): Promise<Delivered> {
      const plan = plans.shift()
      if (plan !== undefined) return await plan(signal)
      messages.push(message)
      return { id: `${name}-${messages.length}` }
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
