import type { DoorRequest } from './state.js'

/** Who may post to a door. */
export interface SitePolicy {
  /** Origins that may post, e.g. `https://www.example.org`. Empty: the request's own host. Fetch metadata, where sent, decides first. */
  readonly origins: readonly string[]
  /** True where pages of other hosts of the same site may post. */
  readonly sameSite: boolean
  /** True where a request that says nothing of its origin is refused too. */
  readonly strict: boolean
}

/**
 * True for a request that another site made a browser send. Fetch metadata first, then `Origin`; what sends neither is no browser of today and can
 * post JSON only, which no page can do across sites without a preflight (OWASP CSRF Cheat Sheet; T44). `form` bodies need no preflight.
 */
export function isCrossSite(req: DoorRequest, policy: SitePolicy, form: boolean): boolean {
  const site = req.headers['sec-fetch-site']
  const origin = req.headers.origin
  if (site !== undefined) return !(site === 'same-origin' || (site === 'same-site' && policy.sameSite))
  if (origin === undefined) return policy.strict || form
  if (policy.origins.length > 0) return typeof origin !== 'string' || !policy.origins.includes(origin)
  return !isOwnHost(origin, req.headers.host)
}

/** True for an address, such as an origin or a referrer, of the host that a request was sent to. */
export function isOwnHost(origin: unknown, host: unknown): boolean {
  if (typeof origin !== 'string' || typeof host !== 'string' || !URL.canParse(origin)) return false
  return new URL(origin).host === host.toLowerCase()
}
