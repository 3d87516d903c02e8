import type { OtpError } from '../errors.js'
import { answeredJson } from './answered-json.js'
import { deliveryError } from './delivery-error.js'
import { networkFailure, statusVerdict } from './http-failure.js'
import { timedDelivery } from './timed-delivery.js'

/** As much of a vendor's answer as is read; the documented ones have about 1 KiB. */
const MAX_ANSWER_BYTES = 32 * 1024

/** The vendor's account, key or credit: no fault of the message, so that another transport may carry it. */
const ACCOUNT_TROUBLE: ReadonlySet<number> = new Set([401, 402, 403])

/** One request to a vendor. */
export interface VendorCall {
  readonly transport: string
  readonly signal: AbortSignal
  readonly seconds: number
  readonly url: string
  /** @default 'POST' */
  readonly method?: 'POST' | 'PUT' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Goes out as a form where it is `URLSearchParams`, as JSON otherwise. */
  readonly body: URLSearchParams | Readonly<Record<string, unknown>>
}

/** What a vendor said. */
export interface VendorAnswer {
  readonly status: number
  /** Parsed; `undefined` where it was no JSON, too long or too late. */
  readonly body: unknown
}

/** Sends one request, once, without following redirects (T35). Throws the delivery error of a vendor that did not answer. */
export async function callVendor(call: VendorCall): Promise<VendorAnswer> {
  const { transport, signal, seconds, url, method = 'POST' } = call
  const isForm = call.body instanceof URLSearchParams
  const headers = {
    accept: 'application/json',
    'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    ...call.headers,
  }
  const body = isForm ? call.body.toString() : JSON.stringify(call.body)
  const response = await timedDelivery({ transport, signal, seconds, failure: networkFailure(transport) }, (inner) =>
    fetch(url, { method, redirect: 'manual', headers, body, signal: inner }),
  )
  return { status: response.status, body: await answeredJson(response, signal, MAX_ANSWER_BYTES) }
}

/** True for 2xx. */
export function isSuccess(answer: VendorAnswer): boolean {
  return answer.status >= 200 && answer.status <= 299
}

/** What a transport knows of its vendor's refusal beyond the status. */
export interface KnownRefusal {
  /** The vendor's code, whatever its type; numbers and short words are kept. */
  readonly code?: unknown
  /** Overrules the status: another vendor may well carry the message. */
  readonly retryable?: boolean | undefined
  /** Overrules the status, where the vendor's code says more. */
  readonly uncertain?: boolean | undefined
}

/** The error for an answer that is no success. */
export function vendorRefusal(transport: string, answer: VendorAnswer, known: KnownRefusal = {}): OtpError {
  const verdict = statusVerdict(answer.status)
  const errorCode = typeof known.code === 'string' || typeof known.code === 'number' ? String(known.code) : undefined
  const retryable = known.retryable === true || verdict.retryable || ACCOUNT_TROUBLE.has(answer.status)
  return deliveryError({ transport, status: answer.status, errorCode, retryable, uncertain: known.uncertain ?? verdict.uncertain })
}

/** The error for a message that this transport, as it is configured, cannot carry: nothing was sent, another may take it. */
export function notCarried(transport: string, errorCode: string): OtpError {
  return deliveryError({ transport, errorCode, retryable: true, uncertain: false })
}
