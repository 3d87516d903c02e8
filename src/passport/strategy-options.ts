import type { Request } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import { callback, checkOptions, flag, list, optionError, text } from '../options.js'
import type { CallerPolicy } from '../session/caller.js'
import type { SitePolicy } from '../session/cross-site.js'
import { DEVICE_COOKIE, type DeviceOptions, type DevicePolicy, deviceCookieName } from '../session/device-cookie.js'

/** Options of `OtpStrategy`. */
export interface OtpStrategyOptions extends CallerPolicy<Request>, DeviceOptions {
  /** Name to register under. @default 'otp' */
  readonly name?: string | undefined
  /** Intent whose codes log in. @default 'login' */
  readonly intent?: string | undefined
  /** Body field with the code. @default 'code' */
  readonly codeField?: string | undefined
  /** True puts the request before the other arguments of the verify callback. @default false */
  readonly passReqToCallback?: boolean | undefined
  /** Name of the session cookie, where a router stands ahead of the session. @default 'connect.sid' */
  readonly sessionCookie?: string | undefined
  /** Origins that may post, beside the app's own host. @default the request's host only */
  readonly origins?: readonly string[] | undefined
  /** Lets pages of sibling hosts post. @default false */
  readonly sameSite?: boolean | undefined
  /** Refuses requests that carry neither `Sec-Fetch-Site` nor `Origin`. @default false */
  readonly strict?: boolean | undefined
}

/** Every option decided. */
export interface StrategySettings extends CallerPolicy<Request>, DevicePolicy, SitePolicy {
  readonly name: string
  readonly intent: Intent
  readonly codeField: string
  readonly passReqToCallback: boolean
  readonly sessionCookie: string
}

/** Checks and completes the options of `OtpStrategy`. */
export function completeStrategyOptions(otp: Otp, options: OtpStrategyOptions): StrategySettings {
  checkOptions('OtpStrategy', options, {
    name: text(1, 64),
    intent: text(1, 36),
    codeField: text(1, 64),
    passReqToCallback: flag,
    sessionCookie: text(1, 100),
    deviceCookie: DEVICE_COOKIE,
    origins: list(text(8, 300, /^https?:\/\/[^/\s?#]+$/, 'an origin such as "https://www.example.org"'), 0, 50),
    sameSite: flag,
    strict: flag,
    currentUser: callback,
    addressLimits: flag,
  })
  const name = options.intent ?? 'login'
  const intent = otp.intents.get(name)
  if (intent === undefined) throw optionError('OtpStrategy', `option "intent" names ${JSON.stringify(name)}, which createOtp does not know`)
  const sessionCookie = options.sessionCookie ?? 'connect.sid'
  return {
    name: options.name ?? 'otp',
    intent,
    codeField: options.codeField ?? 'code',
    passReqToCallback: options.passReqToCallback ?? false,
    sessionCookie,
    deviceCookie: deviceCookieName('OtpStrategy', options, { intents: otp.intents, sessionCookie }),
    origins: options.origins ?? [],
    sameSite: options.sameSite ?? false,
    strict: options.strict ?? false,
    currentUser: options.currentUser,
    addressLimits: options.addressLimits,
  }
}
