import { checkOptions, flag, required } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS, TIMEOUT_CHECK } from './deadline.js'
import { deliveryError } from './delivery-error.js'
import { networkFailure, statusVerdict } from './http-failure.js'
import { timedDelivery } from './timed-delivery.js'
import { answeredId } from './webhook-answer.js'
import { extraHeaders, signingKeys, signingSecrets, targetUrl } from './webhook-options.js'
import { signedHeaders, webhookBody } from './webhook-request.js'

/** Options of {@link webhookTransport}. */
export interface WebhookTransportOptions {
  /** Where to POST: `https`, or `http` to a loopback host. Redirects are not followed. */
  readonly url: string | URL
  /** `whsec_` and the base64 of 24 to 64 random bytes; or up to 5 of them, which all sign, so that the receiver can change over. */
  readonly secret: string | readonly string[]
  /** Seconds until silence counts as "may have sent": 0.05 to 60. @default 10 */
  readonly timeoutSeconds?: number | undefined
  /** Headers to add, such as `Authorization`. `Content-Type`, `Content-Length`, `Host` and `Webhook-*` are not yours to set. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Allows `http` to a host that is not loopback: whoever is on the way reads the codes. @default false */
  readonly dangerouslyAllowHttp?: boolean | undefined
}

const NAME = 'webhook'

/**
 * Hands each message to a service of yours: `POST` with a JSON body, signed as Standard Webhooks 1.0 says (`webhook-id`,
 * `webhook-timestamp`, `webhook-signature`). `webhook-id` is the same for every try to deliver one code, so that the receiver can
 * ignore a repetition. From `express-otp/transports/webhook`.
 *
 * 2xx means taken; a JSON answer may give an `id`. 408, 425, 429, 503 and a connection that was never made are definite, and
 * another transport may be tried; any other 3xx and 4xx is definite and final; everything else, silence included, is uncertain.
 *
 * @example
 * ```ts
 * import { webhookTransport } from 'express-otp/transports/webhook'
 *
 * const transport = webhookTransport({ url: 'https://sms.example.com/send', secret: process.env.WEBHOOK_SECRET ?? '' })
 * ```
 */
export function webhookTransport(options: WebhookTransportOptions): Transport {
  checkOptions('webhookTransport', options, {
    url: required(targetUrl({ allowHttp: options?.dangerouslyAllowHttp === true })),
    secret: required(signingSecrets),
    timeoutSeconds: TIMEOUT_CHECK,
    headers: extraHeaders,
    dangerouslyAllowHttp: flag,
  })
  const url = String(options.url)
  const keys = signingKeys(options.secret)
  const headers = { ...options.headers }
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const now = Date.now()
    const body = webhookBody(message, now)
    const signed = { ...headers, ...signedHeaders(message, body, now, keys) }
    const response = await timedDelivery({ transport: NAME, signal, seconds: timeoutSeconds, failure: networkFailure(NAME) }, (inner) =>
      fetch(url, { method: 'POST', redirect: 'manual', headers: signed, body, signal: inner }),
    )
    if (response.ok) return { id: await answeredId(response, signal) }
    void response.body?.cancel().catch(() => undefined)
    throw deliveryError({ transport: NAME, status: response.status, ...statusVerdict(response.status) })
  }
  return { name: NAME, timeoutSeconds, deliver }
}
