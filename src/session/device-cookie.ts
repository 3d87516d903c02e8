import { type Check, optionError } from '../options.js'
import { addCookie, type CookieTaker, cookieLine, cookieOf } from './cookies.js'
import { askedFor, POINTER_PREFIX, successOf } from './pointer-cookie.js'
import type { DoorRequest, SessionLike } from './state.js'

/** How a door knows a browser again. */
export interface DeviceOptions {
  /**
   * Name of the cookie by which a browser is known again that has proved a recipient; `false` for none. Such a browser has failures and sends of its own,
   * which others cannot use up (T09, T30); the cookie is never a factor of a login, and outlives a logout. Give every door of an application the same
   * name. @default 'otp.device'
   */
  readonly deviceCookie?: string | false | undefined
}

/** {@link DeviceOptions}, decided. */
export interface DevicePolicy {
  readonly deviceCookie: string | false
}

/** 180 days, from the last code that was right. */
const MAX_AGE_SECONDS = 180 * 86_400

/** What the option `deviceCookie` accepts: a name by RFC 6265, or `false`. */
export const DEVICE_COOKIE: Check = {
  allowed: 'the name of a cookie, or false',
  accepts: (value) => value === false || (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(value)),
}

/** Name of the cookie of a browser in which no second factor is asked for. No intent's pointer has such a name. */
export const REMEMBERED_COOKIE = 'otp-remembered'

/** Decides the option. Throws `ERR_OTP_OPTION` for the name of another cookie: that of the session, of a remembered browser, or of what an intent has pending or leaves. */
export function deviceCookieName(
  owner: string,
  { deviceCookie = 'otp.device' }: DeviceOptions,
  { intents, sessionCookie }: { readonly intents: ReadonlyMap<string, unknown>; readonly sessionCookie: string },
): string | false {
  if (deviceCookie === false) return false
  const isOf = (intent: string): boolean =>
    [intent, askedFor(intent), successOf(intent)].some((name) => POINTER_PREFIX + name === deviceCookie)
  const intent = [...intents.keys()].find(isOf)
  const others = new Map([
    [sessionCookie, 'the session'],
    [REMEMBERED_COOKIE, 'remembered browsers'],
  ])
  const other = intent === undefined ? others.get(deviceCookie) : `the intent "${intent}"`
  if (other === undefined) return deviceCookie
  throw optionError(owner, `option "deviceCookie" is ${JSON.stringify(deviceCookie)}, which is the cookie of ${other}`)
}

/** What this browser was called when it last proved a recipient, as it says: whoever goes by it checks whom it speaks for. */
export function deviceOf(req: DoorRequest, { deviceCookie }: DevicePolicy): string | undefined {
  return deviceCookie === false ? undefined : cookieOf(req, deviceCookie)
}

/**
 * Lets the browser keep a device token, where there is one and the application wants it. Secure where the connection or the session's cookie is: a session
 * may know of a proxy that Express was not told of.
 */
export function keepDevice(
  { deviceCookie }: DevicePolicy,
  token: string | undefined,
  { secure }: DoorRequest,
  session: SessionLike | undefined,
  res: CookieTaker | undefined,
): void {
  if (deviceCookie === false || token === undefined) return
  addCookie(res, cookieLine(deviceCookie, token, { maxAge: MAX_AGE_SECONDS, secure: secure === true || isSecure(session?.cookie) }))
}

/** True for the cookie of a session that goes over HTTPS alone. */
export function isSecure(cookie: unknown): boolean {
  return typeof cookie === 'object' && cookie !== null && Reflect.get(cookie, 'secure') === true
}
