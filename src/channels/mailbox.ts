import { domainToASCII } from 'node:url'
import type { Recipient, RecipientRefusal } from '../ports/channel.js'

const REFUSED = { refused: 'invalid_email_address' } as const

/** RFC 5321 4.5.3.1: a path is at most 256 octets with its angle brackets. */
const MAX_LENGTH = 254
const MAX_LOCAL_LENGTH = 64

/** One Unicode class per character, so matching is linear. */
const LOCAL = /^[A-Za-z0-9#$&'*+/=?^_`{|}~.-]+$/
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Letters, or an A-label: an IPv4 address in any notation ends in a number. */
const TOP_LABEL = /^(?:[a-z]+|xn--[a-z0-9-]+)$/

/** Domains of one provider that ignores dots in the local part. */
const DOTLESS_DOMAINS: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com'])

/**
 * Reads what a person typed as one mailbox: a bare ASCII addr-spec (RFC 5322 dot-atom) of at most 254 characters, whose domain
 * may be typed in Unicode and becomes lower-case A-labels. No display name, quotes, comments, brackets, blanks or source routes.
 * The local part keeps its case in `address`; `countedAs` folds case, `+tag` and, for Gmail, dots.
 */
export function parseMailbox(to: string): Recipient | { readonly refused: RecipientRefusal } {
  if (to.length > MAX_LENGTH) return REFUSED
  const at = to.indexOf('@')
  const local = to.slice(0, Math.max(at, 0))
  if (!isLocalPart(local)) return REFUSED
  const domain = asciiDomain(to.slice(at + 1))
  if (domain === undefined || local.length + 1 + domain.length > MAX_LENGTH) return REFUSED
  return { kind: 'email', address: `${local}@${domain}`, countedAs: countedAs(local, domain) }
}

/** `%` and `!` are left out of RFC 5322's atom characters: old relays read them as a route to a second mailbox. */
function isLocalPart(local: string): boolean {
  if (local.length > MAX_LOCAL_LENGTH || !LOCAL.test(local)) return false
  // A leading hyphen reads as an option where a mail program is started with the address.
  return !local.startsWith('.') && !local.startsWith('-') && !local.endsWith('.') && !local.includes('..')
}

/** As nearly everybody types it: host names of ASCII letters and hyphens (RFC 952), which `domainToASCII` leaves as they are. */
const PLAIN_DOMAIN = /^(?:(?!xn--)[a-z](?:[a-z-]{0,61}[a-z])?\.)+[a-z]{2,63}$/

function asciiDomain(typed: string): string | undefined {
  if (typed.length <= 253 && PLAIN_DOMAIN.test(typed)) return typed
  if (!TYPED_DOMAIN.test(typed)) return undefined
  for (const character of typed) {
    // A look-alike that maps to ASCII (Kelvin sign, full-width, ligature) is a second spelling of a plain domain.
    if (character > '\u007f' && /[ -~]/.test(character.normalize('NFKC').toLowerCase())) return undefined
  }
  const domain = domainToASCII(typed)
  const labels = domain.split('.')
  if (domain.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined
  return TOP_LABEL.test(labels.at(-1) ?? '') ? domain : undefined
}

function countedAs(local: string, domain: string): string {
  const folded = local.toLowerCase()
  const plus = folded.indexOf('+')
  const base = plus > 0 ? folded.slice(0, plus) : folded
  return DOTLESS_DOMAINS.has(domain) ? `${base.replaceAll('.', '')}@gmail.com` : `${base}@${domain}`
}
