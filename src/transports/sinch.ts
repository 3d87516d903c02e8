import { checkOptions, oneOf, required, text } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { callVendor, isSuccess, notCarried, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, httpsUrl, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

/** Options of {@link sinchTransport}. */
export interface SinchTransportOptions extends VendorOptions {
  readonly servicePlanId: string
  /** The service plan's API token. */
  readonly apiToken: string
  /** Sender: a number, a short code or up to 11 letters and digits. @default the plan's own */
  readonly from?: string | undefined
  /** Where the service plan lives. @default 'us' */
  readonly region?: 'us' | 'eu' | 'au' | 'br' | 'ca' | undefined
  /** Where Sinch reports delivery, one report for each message. */
  readonly callbackUrl?: string | URL | undefined
}

const NAME = 'sinch'
const DEFAULT_REGION = 'us'

/**
 * Sends SMS through Sinch (SMS API, `batches`). From `express-otp/transports/sinch`. Chosen over MessageBird, whose REST API of that name is
 * legacy since it became Bird; Sinch's is current, documented as OpenAPI, and lets a message expire with its code.
 *
 * Sinch fills `${...}` in a text, so that a dollar sign is parted from a brace. There is no idempotency key: silence and 5xx are uncertain
 * and never repeated (T35).
 *
 * @example
 * ```ts
 * import { sinchTransport } from 'express-otp/transports/sinch'
 *
 * const transport = sinchTransport({
 *   servicePlanId: process.env.SINCH_SERVICE_PLAN_ID ?? '',
 *   apiToken: process.env.SINCH_API_TOKEN ?? '',
 *   from: 'Acme',
 * })
 * ```
 */
export function sinchTransport(options: SinchTransportOptions): Transport {
  checkOptions('sinchTransport', options, {
    servicePlanId: required(text(1, 64, /^[A-Za-z0-9_-]+$/, 'a service plan id')),
    apiToken: required(credential),
    from: text(1, 16, /^(?:\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11})$/, 'a number, a short code or up to 11 letters and digits'),
    region: oneOf('us', 'eu', 'au', 'br', 'ca'),
    callbackUrl: httpsUrl,
    ...VENDOR_CHECKS,
  })
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const base = baseUrl(options.baseUrl, `https://${options.region ?? DEFAULT_REGION}.sms.api.sinch.com`)
  const url = `${base}/xms/v1/${options.servicePlanId}/batches`
  const headers = { authorization: `Bearer ${options.apiToken}` }
  const settings = {
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.callbackUrl === undefined ? {} : { delivery_report: 'per_recipient', callback_url: String(options.callbackUrl) }),
  }

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    if (message.channel !== 'sms') throw notCarried(NAME, 'CHANNEL')
    const body = {
      to: [message.to],
      body: message.text.replaceAll('${', '$ {'),
      type: 'mt_text',
      expire_at: new Date(message.expiresAt).toISOString(),
      ...settings,
      ...(message.sender === undefined ? {} : { from: message.sender }),
    }
    const answer = await callVendor({ transport: NAME, signal, seconds: timeoutSeconds, url, headers, body })
    if (!isSuccess(answer)) throw vendorRefusal(NAME, answer, { code: jsonField(answer.body, 'code') })
    return { id: vendorId(jsonField(answer.body, 'id')) }
  }
  return { name: NAME, timeoutSeconds, deliver }
}
