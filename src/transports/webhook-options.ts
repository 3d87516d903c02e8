import type { Check } from '../options.js'

/** Where a webhook may go; `allowHttp` lifts the demand for TLS. The value stays out of errors: its path may be a key. */
export function targetUrl(rule: { readonly allowHttp: boolean }): Check {
  return {
    allowed: 'an https URL without credentials; http only for a loopback host or with `dangerouslyAllowHttp`',
    secret: true,
    accepts(value) {
      const url = typeof value === 'string' || value instanceof URL ? parsed(value) : undefined
      if (url === undefined || url.username !== '' || url.password !== '') return false
      return url.protocol === 'https:' || (url.protocol === 'http:' && (rule.allowHttp || isLoopback(url.hostname)))
    },
  }
}

function parsed(value: string | URL): URL | undefined {
  return URL.canParse(String(value)) ? new URL(value) : undefined
}

/** `hostname` as `URL` gives it: an IPv4 address of any notation is dotted decimal by then. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname)
}

/** One signing secret of Standard Webhooks, or a list of up to 5. */
export const signingSecrets: Check = {
  allowed: '"whsec_" and the base64 of 24 to 64 bytes, or an array of 1 to 5 of these',
  secret: true,
  accepts: (value) => {
    const secrets: readonly unknown[] = Array.isArray(value) ? value : [value]
    return (
      secrets.length >= 1 && secrets.length <= 5 && secrets.every((secret) => typeof secret === 'string' && keyOf(secret) !== undefined)
    )
  },
}

/** The keys of secrets that passed {@link signingSecrets}. */
export function signingKeys(secret: string | readonly string[]): readonly Buffer[] {
  return (typeof secret === 'string' ? [secret] : secret).flatMap((one) => keyOf(one) ?? [])
}

function keyOf(secret: string): Buffer | undefined {
  if (!secret.startsWith('whsec_') || secret.length > 200) return undefined
  const base64 = secret.slice('whsec_'.length)
  const key = Buffer.from(base64, 'base64')
  // Buffer skips what is not base64; only a value that survives the way back was meant.
  return key.toString('base64') === base64 && key.length >= 24 && key.length <= 64 ? key : undefined
}

const OWN_HEADERS = /^(?:content-type|content-length|host|webhook-.*)$/i

/** Headers a caller may add to a webhook. */
export const extraHeaders: Check = {
  allowed: 'an object of header names and values, without Content-Type, Content-Length, Host and Webhook-*',
  secret: true,
  accepts(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return Object.entries(value).every(
      ([name, text]) =>
        !OWN_HEADERS.test(name) && /^[A-Za-z0-9-]{1,64}$/.test(name) && typeof text === 'string' && /^[ -~]{0,4096}$/.test(text),
    )
  },
}
