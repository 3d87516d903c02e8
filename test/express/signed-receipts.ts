import { createHmac } from 'node:crypto'
import type { Receipt, ReceiptParser } from 'express-otp'
import { twilioReceipts } from 'express-otp/transports/twilio-receipts'
import { vonageReceipts } from 'express-otp/transports/vonage-receipts'
import { whatsappCloudReceipts } from 'express-otp/transports/whatsapp-cloud-receipts'

/** A vendor as it reports: over HTTP, signed by its own rules. */
export interface Vendor {
  readonly name: string
  readonly parser: ReceiptParser
  /** Reports on a message; `forged` with the signature of somebody who does not know the secret. */
  report(url: string, id: string, status: Receipt['status'], options?: { readonly forged?: boolean }): Promise<Response>
}

const SECRET = 'the-secret-of-this-vendor-account'

const keyOf = (options: { readonly forged?: boolean } = {}): string => (options.forged === true ? 'another-secret-of-somebody' : SECRET)

function post(url: string, headers: Record<string, string>, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body })
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

export const VENDORS: readonly Vendor[] = [
  {
    name: 'twilio',
    parser: twilioReceipts({ authToken: SECRET }),
    report(url, id, status, options) {
      const form = { MessageSid: id, MessageStatus: status === 'failed' ? 'undelivered' : status, ErrorCode: '30003' }
      const signed = Object.entries(form).sort().flat().join('')
      const signature = createHmac('sha1', keyOf(options))
        .update(url + signed)
        .digest('base64')
      return post(url, { ...FORM, 'X-Twilio-Signature': signature }, new URLSearchParams(form).toString())
    },
  },
  {
    name: 'vonage',
    parser: vonageReceipts({ signatureSecret: SECRET }),
    report(url, id, status, options) {
      const form = { 'err-code': '30003', messageId: id, status: status === 'sent' ? 'accepted' : status }
      const signed = Object.entries(form)
        .map(([name, value]) => `&${name}=${value}`)
        .join('')
      const sig = createHmac('sha256', keyOf(options)).update(signed).digest('hex')
      return post(url, FORM, new URLSearchParams({ ...form, sig }).toString())
    },
  },
  {
    name: 'whatsapp-cloud',
    parser: whatsappCloudReceipts({ appSecret: SECRET, verifyToken: 'word-given-to-meta' }),
    report(url, id, status, options) {
      const statuses = [{ id, status, recipient_id: '12068800123', errors: [{ code: 30003 }] }]
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ changes: [{ value: { statuses } }] }] })
      const signature = createHmac('sha256', keyOf(options)).update(body).digest('hex')
      return post(url, { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` }, body)
    },
  },
]
