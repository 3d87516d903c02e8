import { OtpError } from '../errors.js'
import { type CookieAttributes, cookieLine, cookieOf, cookiesOf } from './cookies.js'
import type { DoorRequest } from './state.js'

/** Signs what the browser keeps; `otp.cookies`. */
export interface CookieKeys {
  sign(text: string): string
  isSigned(text: string, signature: string): boolean
  /** Hash under the id of a challenge, `''` for `''`. */
  bind(id: string, text: string): string
}

/** What a pointer cookie holds, and nothing else. */
export interface CookiePointer {
  readonly id: string
  /** Keyed hash of the session cookie at the time of the send, `''` where there was none: tells later whether the session is still that one (T17). */
  readonly binder: string
}

/** Milliseconds that a login may take to answer, and its requests to arrive. */
const IN_FLIGHT_MS = 15_000

/**
 * True so soon after a success that the pointer from before it may come with a request that was under way. Later the browser shows what the success left, and
 * whoever shows the old pointer is another.
 */
export function isInFlight(verifiedMsAgo: number): boolean {
  return verifiedMsAgo <= IN_FLIGHT_MS
}

/** Before the name of the intent, makes the name of its cookie. */
export const POINTER_PREFIX = 'otp.'

/** The cookie by which a router ahead of the session knows what a browser has pending. */
export function pointerCookie(keys: CookieKeys, intent: string, pointer: CookiePointer, attributes: CookieAttributes): string {
  const value = `${pointer.id}.${pointer.binder}`
  return cookieLine(POINTER_PREFIX + intent, `${value}.${keys.sign(`${intent} ${value}`)}`, attributes)
}

/** Takes the pointer away. */
export function expiredPointerCookie(intent: string, secure: boolean): string {
  return cookieLine(POINTER_PREFIX + intent, '', { maxAge: 0, secure })
}

/** Reads it back; `undefined` for a tampered, foreign or missing one (T49). */
export function readPointerCookie(keys: CookieKeys, req: DoorRequest, intent: string): CookiePointer | undefined {
  const [id, binder, signature, ...rest] = cookieOf(req, POINTER_PREFIX + intent)?.split('.') ?? []
  if (id === undefined || binder === undefined || signature === undefined || rest.length > 0) return undefined
  return keys.isSigned(`${intent} ${id}.${binder}`, signature) ? { id, binder } : undefined
}

/**
 * Stands for an intent in the cookie that remembers a login: which challenge it was, and as whom in which session, so that it means nothing once somebody came
 * or went. No intent has such a name.
 */
export function successOf(intent: string): string {
  return `${intent}~verified`
}

/** The `binder` of a login: its hash of the session that it made, and of whose that is. */
export function successBinder(keys: CookieKeys, req: DoorRequest, id: string, userId: string): string {
  return keys.bind(id, `${String(req.sessionID)} ${userId}`)
}

/** Stands for an intent in the cookie that outlives the session in which the code of a login was asked for: the login ends that session while requests are under way. */
export function askedFor(intent: string): string {
  return `${intent}~asked`
}

/** True where a request carries the session cookie by which a cookie of {@link askedFor} was bound, whether or not that session still is. */
export function cameFrom(keys: CookieKeys, req: DoorRequest, { binder, id }: CookiePointer): boolean {
  return cookiesOf(req).some(([, value]) => binder === keys.bind(id, /^s(?::|%3A)([^.]+)\./.exec(value)?.[1] ?? ''))
}

/** The `binder` of a challenge: its hash of the session cookie that a request carries, `''` where there is none. */
export function binderOf(keys: CookieKeys, req: DoorRequest, sessionCookie: string, id: string): string {
  return keys.bind(id, cookieOf(req, sessionCookie) ?? '')
}

/** True while nobody came or went since the send: still the same session cookie, or nobody signed in before and nobody now (T17). */
export function isSameVisitor(keys: CookieKeys, req: DoorRequest, sessionCookie: string, pointer: CookiePointer, userId: string): boolean {
  return pointer.binder === binderOf(keys, req, sessionCookie, pointer.id) || (pointer.binder === '' && userId === '')
}

/**
 * Throws `ERR_OTP_OPTION` where the loaded session came in another cookie than `sessionCookie`: {@link isSameVisitor} would then see nobody come or go.
 * express-session writes its cookie as `s:<id>.<signature>`.
 */
export function checkSessionCookie(req: DoorRequest, sessionCookie: string): void {
  const carriers = carriersOf(req)
  if (carriers.length === 0 || carriers.includes(sessionCookie)) return
  const [actual, assumed] = [carriers[0], sessionCookie].map((name) => JSON.stringify(name))
  throw new OtpError('ERR_OTP_OPTION', `option "sessionCookie" is ${assumed}, but the session came in the cookie ${actual}`)
}

/** True for a session that the browser had already, false for one that is new with this request. */
export function cameWithRequest(req: DoorRequest): boolean {
  return carriersOf(req).length > 0
}

/** Names of the cookies that carry the id of the loaded session. */
function carriersOf(req: DoorRequest): readonly string[] {
  // As nearly every first visit comes.
  if (typeof req.headers.cookie !== 'string' || !req.headers.cookie.includes('s%3A')) return []
  const mark = encodeURIComponent(`s:${String(req.sessionID)}.`)
  return cookiesOf(req).flatMap(([name, value]) => (value.startsWith(mark) ? [name] : []))
}
