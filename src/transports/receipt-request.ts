import type { Check } from '../options.js'
import type { Receipt, ReceiptOutcome, ReceiptRequest } from '../ports/receipt.js'
import { errorWord } from './delivery-error.js'
import { vendorId } from './vendor-id.js'
import { credential } from './vendor-options.js'

/** Far more than any vendor reports at once. */
const MAX_BODY_BYTES = 1024 * 1024

/** The signature is missing or wrong. */
export const FORGED: ReceiptOutcome = { ok: false, reason: 'forged' }
/** Not a request of this vendor. */
export const MALFORMED: ReceiptOutcome = { ok: false, reason: 'malformed' }

/** One secret, or up to 5 of which any verifies, so that secrets can be changed over. */
export const verifyingSecrets: Check = {
  allowed: 'a secret of printable ASCII characters, or an array of 1 to 5 of these',
  secret: true,
  accepts: (value) => {
    const secrets: readonly unknown[] = Array.isArray(value) ? value : [value]
    return secrets.length >= 1 && secrets.length <= 5 && secrets.every((secret) => credential.accepts(secret))
  },
}

/** The list that {@link verifyingSecrets} let pass. */
export function secretList(secret: string | readonly string[]): readonly string[] {
  return typeof secret === 'string' ? [secret] : [...secret]
}

/** A header that came once. */
export function header(request: ReceiptRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The body as text; `undefined` where it is too long to be a report. */
export function bodyText(request: ReceiptRequest): string | undefined {
  return request.rawBody.byteLength > MAX_BODY_BYTES ? undefined : Buffer.from(request.rawBody).toString('utf8')
}

/** The query with its question mark, byte for byte; `''` where there is none. */
export function rawQuery(url: string): string {
  const start = url.indexOf('?')
  return start === -1 ? '' : url.slice(start).replace(/#.*$/s, '')
}

/** The JSON of a text; `undefined` for anything else. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A receipt whose id and code are fit to be kept; none where there is no id, or no status. */
export function receiptOf(id: unknown, status: Receipt['status'] | undefined, errorCode?: unknown): readonly Receipt[] {
  const known = vendorId(id)
  if (known === undefined || status === undefined) return []
  const code = errorWord(typeof errorCode === 'number' ? String(errorCode) : errorCode)
  return [{ id: known, status, ...(code === undefined || status !== 'failed' ? {} : { errorCode: code }) }]
}
