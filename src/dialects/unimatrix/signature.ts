import { createHmac } from 'node:crypto'
import { equalDigests } from '../../util/equal-digests.js'

const ALGORITHM = 'hmac-sha256'

/** How far a client's clock may be off, either way: the vendor's own figure. */
const WINDOW_MS = 10 * 60_000

/** Below it a timestamp counts seconds, from it on milliseconds: as seconds it lies beyond the year 5000, as milliseconds before 1974. */
const SECONDS_END = 1e11

/** No `&`, so that a nonce cannot swallow the parameter behind it and leave the signed string the same. */
const NONCE = /^[ -%'-~]{1,64}$/

/**
 * What is wrong with the signature of a request, in Unimatrix's words; or the nonce that makes it unique, as it stands in the very string that was signed: a query may
 * spell one signed string in several ways, and each of them would else count as another request.
 */
export type SignatureCheck =
  | { readonly ok: true; readonly nonce: string }
  | { readonly ok: false; readonly failure: 'InvalidSignature' | 'InvalidSignatureTimestamp' }

const NONCE_NAME = '&nonce='

const INVALID: SignatureCheck = { ok: false, failure: 'InvalidSignature' }

/**
 * Checks the HMAC-SHA256 over all parameters of the query but `signature`, as each of Unimatrix's seven clients makes it: time in seconds or
 * milliseconds, hex or base64, values raw or encoded in one of five ways. Method, path and body are not signed: no client does (T69). Takes
 * the same time whichever secret or spelling fits.
 */
export function checkSignature(query: ReadonlyMap<string, string>, secrets: readonly string[], now: number): SignatureCheck {
  if (query.get('algorithm') !== ALGORITHM) return INVALID
  if (!isInTime(query.get('timestamp') ?? '', now)) return { ok: false, failure: 'InvalidSignatureTimestamp' }
  const nonce = query.get('nonce') ?? ''
  const presented = readDigest(query.get('signature') ?? '')
  if (!NONCE.test(nonce) || presented === undefined) return INVALID
  const signed = stringsToSign(query)
  let matched: string | undefined
  for (const secret of secrets) {
    for (const text of signed) {
      if (equalDigests(createHmac('sha256', secret).update(text).digest('hex'), presented)) matched = text
    }
  }
  return matched === undefined ? INVALID : { ok: true, nonce: signedNonce(matched) }
}

/** The last one: a key id that was signed as it is may hold anything, and stands before it. */
function signedNonce(text: string): string {
  const [nonce = ''] = text.slice(text.lastIndexOf(NONCE_NAME) + NONCE_NAME.length).split('&', 1)
  return nonce
}

function isInTime(timestamp: string, now: number): boolean {
  if (!/^[0-9]{1,16}$/.test(timestamp)) return false
  const number = Number(timestamp)
  return Math.abs((number < SECONDS_END ? number * 1000 : number) - now) <= WINDOW_MS
}

/** The digest in hex, whichever of the two encodings it came in. */
function readDigest(signature: string): string | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(signature)) return signature.toLowerCase()
  // A blank is a `+` that the client did not escape.
  const base64 = signature.replaceAll(' ', '+')
  return /^[A-Za-z0-9+/]{43}=?$/.test(base64) ? Buffer.from(base64, 'base64').toString('hex') : undefined
}

/** How the clients write a value into the string that they sign. For letters, digits, `-`, `.` and `_` all are the same. */
const SPELLINGS: readonly ((value: string) => string)[] = [
  // Java.
  (value) => value,
  // Node.
  encodeURIComponent,
  // Python and Go; PHP; Ruby: they differ in what they leave as it is.
  (value) => formEncoded(value, /[!'()*]/g),
  (value) => formEncoded(value, /[!'()*~]/g),
  (value) => formEncoded(value, /[!'()~]/g),
  // .NET.
  (value) => formEncoded(value, /['~]/g).replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
]

/** Each different string once: of an ordinary key there is one. */
function stringsToSign(query: ReadonlyMap<string, string>): ReadonlySet<string> {
  const signed = [...query].filter(([name]) => name !== 'signature').sort(([a], [b]) => (a < b ? -1 : 1))
  return new Set(SPELLINGS.map((spell) => signed.map(([name, value]) => `${name}=${spell(value)}`).join('&')))
}

function formEncoded(value: string, alsoEscaped: RegExp): string {
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(value).replace(alsoEscaped, percent).replaceAll('%20', '+')
}
