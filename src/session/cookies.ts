import type { DoorRequest } from './state.js'

/** How a cookie of ours is set: for every path of the host, out of reach of scripts and of posts from other sites. */
export interface CookieAttributes {
  /** Seconds; 0 takes the cookie away. */
  readonly maxAge: number
  /** True keeps it off plain HTTP. */
  readonly secure: boolean
}

/** One cookie of a request, as it was sent; the first where several have the name. */
export function cookieOf(req: DoorRequest, name: string): string | undefined {
  return cookiesOf(req).find(([one]) => one === name)?.[1]
}

type Cookies = readonly (readonly [name: string, value: string])[]

/** What was taken apart last: a request asks for several of its cookies. */
let last: { readonly header: string; readonly cookies: Cookies } = { header: '', cookies: [] }

/** Every cookie of a request, in its order. */
export function cookiesOf(req: DoorRequest): Cookies {
  const { cookie } = req.headers
  if (typeof cookie !== 'string') return []
  if (cookie !== last.header) last = { header: cookie, cookies: parsed(cookie) }
  return last.cookies
}

function parsed(header: string): Cookies {
  const cookies: [string, string][] = []
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0) cookies.push([pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()])
  }
  return cookies
}

/** The part of a response that takes cookies; Node's fits. */
export interface CookieTaker {
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string | readonly string[]): unknown
}

/**
 * Has the browser keep a {@link cookieLine}. Not by Express's `append`, which checks every cookie that is there already once more, nor by Node's `appendHeader`, which
 * writes into the very list that the application has set: one that it sets for every visitor would take each visitor's cookies to the next.
 */
export function addCookie(res: CookieTaker | undefined, line: string): void {
  const there = res?.getHeader('Set-Cookie')
  res?.setHeader('Set-Cookie', there === undefined ? line : Array.isArray(there) ? [...there, line] : [String(there), line])
}

/** The line of a `Set-Cookie` header (T49, T51). `value` is written as it is: signs that need no escape alone. */
export function cookieLine(name: string, value: string, { maxAge, secure }: CookieAttributes): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
