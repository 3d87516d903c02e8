import type { DoorRequest } from './state.js'

/** Signs what the browser keeps; `otp.cookies`. */
export interface CookieKeys {
  sign(text: string): string
  isSigned(text: string, signature: string): boolean
  /** Keyed hash, `''` for `''`. */
  tag(text: string): string
}

/** What a pointer cookie holds, and nothing else. */
export interface CookiePointer {
  readonly id: string
  /** Keyed hash of the session cookie at the time of the send, `''` where there was none: tells later whether the session is still that one (T17). */
  readonly binder: string
}

const COOKIE_PREFIX = 'otp.'

/** The cookie by which a router ahead of the session knows what a browser has pending. */
export function pointerCookie(
  keys: CookieKeys,
  intent: string,
  pointer: CookiePointer,
  options: { readonly maxAge: number; readonly secure: boolean },
): string {
  const value = `${pointer.id}.${pointer.binder}`
  return serialize(intent, `${value}.${keys.sign(`${intent} ${value}`)}`, options)
}

/** Takes the pointer away. */
export function expiredPointerCookie(intent: string, secure: boolean): string {
  return serialize(intent, '', { maxAge: 0, secure })
}

/** Reads it back; `undefined` for a tampered, foreign or missing one (T49). */
export function readPointerCookie(keys: CookieKeys, req: DoorRequest, intent: string): CookiePointer | undefined {
  const [id, binder, signature, ...rest] = cookieOf(req, COOKIE_PREFIX + intent)?.split('.') ?? []
  if (id === undefined || binder === undefined || signature === undefined || rest.length > 0) return undefined
  return keys.isSigned(`${intent} ${id}.${binder}`, signature) ? { id, binder } : undefined
}

/** One cookie of a request, as it was sent. */
export function cookieOf(req: DoorRequest, name: string): string | undefined {
  const { cookie } = req.headers
  if (typeof cookie !== 'string') return undefined
  for (const pair of cookie.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

function serialize(intent: string, value: string, options: { readonly maxAge: number; readonly secure: boolean }): string {
  return `${COOKIE_PREFIX}${intent}=${value}; Path=/; Max-Age=${options.maxAge}; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`
}
