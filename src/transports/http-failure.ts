import type { OtpError } from '../errors.js'
import { deliveryError } from './delivery-error.js'
import { neverConnected } from './never-connected.js'

/** Statuses that say "not now" before anything was done. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 425, 429, 503])

/** What a status that is not 2xx says by itself: 5xx may come after the message was taken (T35), the rest is a definite refusal. */
export function statusVerdict(status: number): { readonly retryable: boolean; readonly uncertain: boolean } {
  const retryable = NOT_NOW.has(status)
  return { retryable, uncertain: status >= 500 && !retryable }
}

/** Reduces what `fetch` threw: definite where no connection was made, uncertain otherwise. */
export function networkFailure(transport: string): (err: unknown) => OtpError {
  return (err) => {
    const code = neverConnected(err)
    return deliveryError({ transport, errorCode: code ?? 'NETWORK', retryable: code !== undefined, uncertain: code === undefined })
  }
}
