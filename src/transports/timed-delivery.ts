import type { OtpError } from '../errors.js'
import { LATE, withinDeadline } from './deadline.js'
import { deliveryError } from './delivery-error.js'

interface TimedDelivery {
  readonly transport: string
  readonly signal: AbortSignal
  readonly seconds: number
  /** Reduces what the task threw. */
  readonly failure: (err: unknown) => OtpError
}

/**
 * Runs one call to a vendor under its deadline. Silence, and a caller that gives up while the call is under way, are uncertain;
 * a caller that gave up before is definite, since nothing was sent.
 */
export async function timedDelivery<T>(delivery: TimedDelivery, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { transport, signal, seconds, failure } = delivery
  if (signal.aborted) throw deliveryError({ transport, errorCode: 'ABORTED', retryable: true, uncertain: false })
  const result = await withinDeadline(signal, seconds, task).catch((err: unknown) => {
    throw failure(err)
  })
  if (result !== LATE) return result
  throw deliveryError({ transport, errorCode: signal.aborted ? 'ABORTED' : 'TIMEOUT', retryable: false, uncertain: true })
}
