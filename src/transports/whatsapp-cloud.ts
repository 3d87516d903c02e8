import { checkOptions, required, text } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Delivered, Transport } from '../ports/transport.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { jsonField } from './json-field.js'
import { callVendor, isSuccess, notCarried, vendorRefusal } from './vendor-call.js'
import { vendorId } from './vendor-id.js'
import { baseUrl, credential, VENDOR_CHECKS, type VendorOptions } from './vendor-options.js'

/** Options of {@link whatsappCloudTransport}. */
export interface WhatsappCloudTransportOptions extends VendorOptions {
  /** The business phone number's id: digits. */
  readonly phoneNumberId: string
  /** A system user's access token with `whatsapp_business_messaging`. */
  readonly accessToken: string
  /** Version of the Graph API. @default 'v23.0' */
  readonly apiVersion?: string | undefined
}

const NAME = 'whatsapp-cloud'
const DEFAULT_API_VERSION = 'v23.0'

/** Longest code that an authentication template takes (Meta: "Maximum 15 characters"). */
const MAX_CODE_LENGTH = 15

/**
 * Sends codes through Meta's WhatsApp Cloud API, as an approved authentication template with a one-tap or copy-code button: the code
 * stands in the body and in the button. From `express-otp/transports/whatsapp-cloud`.
 *
 * Each message needs a `template` of the channel; a message without one, or with a code of more than 15 characters, is refused
 * definitely. Meta has no idempotency key: silence and 5xx are uncertain and never repeated (T35).
 *
 * @example
 * ```ts
 * import { whatsappCloudTransport } from 'express-otp/transports/whatsapp-cloud'
 *
 * const transport = whatsappCloudTransport({
 *   phoneNumberId: process.env.WHATSAPP_PHONE_NUMBER_ID ?? '',
 *   accessToken: process.env.WHATSAPP_ACCESS_TOKEN ?? '',
 * })
 * ```
 */
export function whatsappCloudTransport(options: WhatsappCloudTransportOptions): Transport {
  checkOptions('whatsappCloudTransport', options, {
    phoneNumberId: required(text(1, 32, /^[0-9]+$/, 'the digits of a phone number id')),
    accessToken: required(credential),
    apiVersion: text(2, 8, /^v[0-9]{1,3}\.[0-9]{1,2}$/, 'a version such as "v23.0"'),
    ...VENDOR_CHECKS,
  })
  const timeoutSeconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const version = options.apiVersion ?? DEFAULT_API_VERSION
  const url = `${baseUrl(options.baseUrl, 'https://graph.facebook.com')}/${version}/${options.phoneNumberId}/messages`
  const headers = { authorization: `Bearer ${options.accessToken}` }

  async function deliver(message: Message, { signal }: { readonly signal: AbortSignal }): Promise<Delivered> {
    const answer = await callVendor({ transport: NAME, signal, seconds: timeoutSeconds, url, headers, body: templateMessage(message) })
    if (isSuccess(answer)) return { id: vendorId(jsonField(answer.body, 'messages', 0, 'id')) }
    const code = jsonField(answer.body, 'error', 'code')
    throw vendorRefusal(NAME, answer, { code, retryable: BUSINESS_TROUBLE.has(code) })
  }
  return { name: NAME, timeoutSeconds, deliver }
}

function templateMessage({ channel, to, code, template }: Message): Readonly<Record<string, unknown>> {
  if (channel !== 'whatsapp') throw notCarried(NAME, 'CHANNEL')
  if (template === undefined) throw notCarried(NAME, 'TEMPLATE')
  if (code.length > MAX_CODE_LENGTH) throw notCarried(NAME, 'CODE_TOO_LONG')
  const parameters = [{ type: 'text', text: code }]
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    type: 'template',
    template: {
      name: template.name,
      language: { code: template.language },
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: '0', parameters },
      ],
    },
  }
}

/**
 * Refusals for the business' sake (Meta's page "Error codes"): rate limits (4, 80007, 130429, 131048), token and permissions (0, 10,
 * 190, 200, 131005), restricted, locked or unpaid (368, 131031, 131042), number (33, 131045, 133010), template (132000, 132001, 132007,
 * 132012, 132015, 132016). Not among them: a recipient who cannot be reached (131026) or gets too much already (131056).
 */
const BUSINESS_TROUBLE: ReadonlySet<unknown> = new Set([
  0, 4, 10, 33, 190, 200, 368, 80007, 130429, 131005, 131031, 131042, 131045, 131048, 132000, 132001, 132007, 132012, 132015, 132016,
  133010,
])
