import { createHash, createHmac } from 'node:crypto'
import { checkOptions, required } from '../options.js'
import type { Receipt, ReceiptOutcome, ReceiptParser, ReceiptRequest } from '../ports/receipt.js'
import { equalDigests } from '../util/equal-digests.js'
import { jsonField } from './json-field.js'
import { bodyText, FORGED, header, MALFORMED, parsedJson, rawQuery, receiptOf, secretList, verifyingSecrets } from './receipt-request.js'
import { credential } from './vendor-options.js'

/** Options of {@link whatsappCloudReceipts}. */
export interface WhatsappCloudReceiptsOptions {
  /** The Meta app's secret, or up to 5 of them while it is changed over. */
  readonly appSecret: string | readonly string[]
  /** The word that you gave Meta for its check of the address. */
  readonly verifyToken: string
}

const STATUSES: ReadonlyMap<unknown, Receipt['status']> = new Map<unknown, Receipt['status']>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['failed', 'failed'],
])

/**
 * Reads the message statuses of Meta's webhooks, and answers Meta's check of the address (GET with `hub.challenge`). Each report must bear
 * `X-Hub-Signature-256` over its bytes, compared in constant time; what else a webhook reports is passed over. From
 * `express-otp/transports/whatsapp-cloud-receipts`.
 *
 * @example
 * ```ts
 * import { whatsappCloudReceipts } from 'express-otp/transports/whatsapp-cloud-receipts'
 *
 * const receipts = whatsappCloudReceipts({
 *   appSecret: process.env.WHATSAPP_APP_SECRET ?? '',
 *   verifyToken: process.env.WHATSAPP_VERIFY_TOKEN ?? '',
 * })
 * ```
 */
export function whatsappCloudReceipts(options: WhatsappCloudReceiptsOptions): ReceiptParser {
  checkOptions('whatsappCloudReceipts', options, { appSecret: required(verifyingSecrets), verifyToken: required(credential) })
  const secrets = secretList(options.appSecret)
  const verifyToken = digest(options.verifyToken)

  function report(request: ReceiptRequest): ReceiptOutcome {
    const body = bodyText(request)
    if (body === undefined) return MALFORMED
    const signature = header(request, 'x-hub-signature-256')?.toLowerCase() ?? ''
    const isSigned = secrets.some((secret) =>
      equalDigests(`sha256=${createHmac('sha256', secret).update(request.rawBody).digest('hex')}`, signature),
    )
    if (!isSigned) return FORGED
    const parsed = parsedJson(body)
    const entries = jsonField(parsed, 'entry')
    if (jsonField(parsed, 'object') !== 'whatsapp_business_account' || !Array.isArray(entries)) return MALFORMED
    const changes = entries.flatMap((entry) => listAt(entry, 'changes'))
    const statuses = changes.flatMap((change) => listAt(jsonField(change, 'value'), 'statuses'))
    return { ok: true, receipts: statuses.flatMap(receipt) }
  }

  return {
    name: 'whatsapp-cloud',
    parse(request) {
      if (request.method === 'GET') return addressCheck(request, verifyToken)
      return request.method === 'POST' ? report(request) : MALFORMED
    },
  }
}

function addressCheck(request: ReceiptRequest, verifyToken: string): ReceiptOutcome {
  const query = new URLSearchParams(rawQuery(request.url))
  const challenge = query.get('hub.challenge') ?? ''
  // What is said back comes from outside: letters and digits cannot be made into anything else.
  if (query.get('hub.mode') !== 'subscribe' || !/^[A-Za-z0-9_-]{1,200}$/.test(challenge)) return MALFORMED
  if (!equalDigests(digest(query.get('hub.verify_token') ?? ''), verifyToken)) return FORGED
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  return { ok: true, receipts: [], answer: { status: 200, headers, body: challenge } }
}

function receipt(status: unknown): readonly Receipt[] {
  return receiptOf(jsonField(status, 'id'), STATUSES.get(jsonField(status, 'status')), jsonField(status, 'errors', 0, 'code'))
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = jsonField(value, name)
  return Array.isArray(list) ? list : []
}

/** Digests are of equal length, so that comparing them does not tell that of the token. */
function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
