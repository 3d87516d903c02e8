import { createHash, createHmac } from 'node:crypto'
import { checkOptions, oneOf, required } from '../options.js'
import type { Receipt, ReceiptAnswer, ReceiptOutcome, ReceiptParser, ReceiptRequest } from '../ports/receipt.js'
import { equalDigests } from '../util/equal-digests.js'
import { jsonField } from './json-field.js'
import { bodyText, FORGED, header, MALFORMED, parsedJson, rawQuery, receiptOf, secretList, verifyingSecrets } from './receipt-request.js'
import { openSpeech } from './sealed-speech.js'
import { codeNcco, type VonageStyles, voiceStyles } from './vonage-ncco.js'

/** Options of {@link vonageReceipts}. */
export interface VonageReceiptsOptions {
  /** The account's signature secret, or up to 5 of them while it is changed over. */
  readonly signatureSecret: string | readonly string[]
  /** How SMS receipts are signed: HMAC with this hash, as set in the account. MD5 and SHA-1 are not taken. @default 'sha256' */
  readonly smsSignature?: 'sha256' | 'sha512' | undefined
  /** The same as for `vonageTransport`. */
  readonly styles?: VonageStyles | undefined
}

/** Statuses of SMS receipts and of call events (SMS API, Voice API webhook reference); others say nothing new. */
const STATUSES: ReadonlyMap<string, Receipt['status']> = new Map<string, Receipt['status']>([
  ['accepted', 'sent'],
  ['buffered', 'sent'],
  ['delivered', 'delivered'],
  ['expired', 'failed'],
  ['failed', 'failed'],
  ['rejected', 'failed'],
  ['completed', 'delivered'],
  ['machine', 'failed'],
  ['busy', 'failed'],
  ['cancelled', 'failed'],
  ['timeout', 'failed'],
  ['unanswered', 'failed'],
])

/**
 * Reads Vonage's delivery receipts for SMS (by GET, form or JSON, with the parameter `sig`) and its events of calls (JSON, with a signed
 * token in `Authorization` whose `payload_hash` is the body's), and answers a key press of a call with the code (T33). Signatures are
 * compared in constant time; have Vonage sign webhooks, unsigned ones count as forged. From `express-otp/transports/vonage-receipts`.
 *
 * @example
 * ```ts
 * import { vonageReceipts } from 'express-otp/transports/vonage-receipts'
 *
 * const receipts = vonageReceipts({ signatureSecret: process.env.VONAGE_SIGNATURE_SECRET ?? '' })
 * ```
 */
export function vonageReceipts(options: VonageReceiptsOptions): ReceiptParser {
  checkOptions('vonageReceipts', options, {
    signatureSecret: required(verifyingSecrets),
    smsSignature: oneOf('sha256', 'sha512'),
    styles: voiceStyles,
  })
  const secrets = secretList(options.signatureSecret)
  const { smsSignature = 'sha256', styles = {} } = options

  function callEvent(request: ReceiptRequest, body: string, token: string): ReceiptOutcome {
    if (request.method !== 'POST') return MALFORMED
    if (!secrets.some((secret) => isToken(token, secret, request.rawBody))) return FORGED
    const event = parsedJson(body)
    const speech = new URLSearchParams(rawQuery(request.url)).get('speech')
    if (speech !== null) return { ok: true, receipts: [], answer: keypress(event, speech) }
    const status = jsonField(event, 'status')
    const id = jsonField(event, 'uuid')
    // Errors and transfers are events without a status.
    if (typeof event !== 'object' || event === null) return MALFORMED
    return { ok: true, receipts: typeof status === 'string' ? receiptOf(id, STATUSES.get(status), status) : [] }
  }

  function keypress(event: unknown, sealed: string): ReceiptAnswer {
    const digits = jsonField(event, 'dtmf', 'digits')
    const pressed = typeof digits === 'string' && digits !== ''
    const speech = pressed ? secrets.flatMap((secret) => openSpeech(sealed, secret, Date.now()) ?? []).at(0) : undefined
    const ncco = speech === undefined ? [] : (codeNcco(speech, styles) ?? [])
    return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(ncco) }
  }

  function smsReceipt(request: ReceiptRequest, body: string): ReceiptOutcome {
    const parameters = smsParameters(request, body)
    if (parameters === undefined) return MALFORMED
    const signature = parameters.get('sig')?.toLowerCase() ?? ''
    const signed = signedText(parameters)
    if (!secrets.some((secret) => equalDigests(createHmac(smsSignature, secret).update(signed).digest('hex'), signature))) return FORGED
    const status = parameters.get('status')
    if (status === undefined || !parameters.has('messageId')) return MALFORMED
    return { ok: true, receipts: receiptOf(parameters.get('messageId'), STATUSES.get(status), parameters.get('err-code') ?? status) }
  }

  return {
    name: 'vonage',
    parse(request) {
      const body = bodyText(request)
      if (body === undefined) return MALFORMED
      const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header(request, 'authorization') ?? '')?.[1]
      return token === undefined ? smsReceipt(request, body) : callEvent(request, body, token)
    },
  }
}

/** HS256 and nothing else, over this very body, and not past its `exp`. */
function isToken(token: string, secret: string, rawBody: Uint8Array): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.')
  if (!equalDigests(createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url'), signature)) return false
  if (jsonField(decoded(head), 'alg') !== 'HS256') return false
  const claimed = decoded(claims)
  const hash = jsonField(claimed, 'payload_hash')
  const expiry = jsonField(claimed, 'exp')
  if (expiry !== undefined && !(typeof expiry === 'number' && expiry * 1000 > Date.now())) return false
  return typeof hash === 'string' && payloads(rawBody).some((payload) => equalDigests(sha256(payload), hash.toLowerCase()))
}

/** The hash is over the bytes, or, as Vonage describes it, over the same JSON without blanks. */
function payloads(rawBody: Uint8Array): readonly (string | Uint8Array)[] {
  const parsed = parsedJson(Buffer.from(rawBody).toString('utf8'))
  return parsed === undefined ? [rawBody] : [rawBody, JSON.stringify(parsed)]
}

function sha256(payload: string | Uint8Array): string {
  return createHash('sha256').update(payload).digest('hex')
}

function decoded(part: string): unknown {
  return parsedJson(Buffer.from(part, 'base64url').toString('utf8'))
}

/** The parameters of a receipt, each once; `undefined` where they cannot be read or one comes twice. */
function smsParameters(request: ReceiptRequest, body: string): ReadonlyMap<string, string> | undefined {
  if (request.method !== 'GET' && request.method !== 'POST') return undefined
  const isJson = request.method === 'POST' && /^application\/json\b/i.test(header(request, 'content-type') ?? '')
  const given = isJson ? parsedJson(body) : undefined
  if (isJson && (typeof given !== 'object' || given === null || Array.isArray(given))) return undefined
  const entries: readonly (readonly [string, unknown])[] =
    typeof given === 'object' && given !== null
      ? Object.entries(given)
      : [...new URLSearchParams(request.method === 'GET' ? rawQuery(request.url) : body)]
  const parameters = new Map<string, string>()
  for (const [name, value] of entries) {
    if (parameters.has(name) || (typeof value !== 'string' && typeof value !== 'number')) return undefined
    parameters.set(name, String(value))
  }
  return parameters
}

/** As Vonage's page "Signing messages" has it: sorted, each `&name=value`, with `&` and `=` inside a value as `_`. */
function signedText(parameters: ReadonlyMap<string, string>): string {
  const names = [...parameters.keys()].filter((name) => name !== 'sig').sort()
  return names.map((name) => `&${name}=${(parameters.get(name) ?? '').replace(/[&=]/g, '_')}`).join('')
}
