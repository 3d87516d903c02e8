import type { Request, RequestHandler } from 'express'
import { EXTRA_PLACE_LIMITS } from '../core/extra-place.js'
import type { Otp } from '../core/otp.js'
import type { Verified } from '../core/results.js'
import { callback, checkOptions, flag, having, list, oneOf, optionError, record, text } from '../options.js'
import type { ExtraPlaceLimit } from '../ports/limits.js'
import type { CallerPolicy } from '../session/caller.js'
import type { SitePolicy } from '../session/cross-site.js'
import { DEVICE_COOKIE, type DeviceOptions, type DevicePolicy, deviceCookieName } from '../session/device-cookie.js'
import { completeForms, type FormPages, type FormTargets } from './form-pages.js'

/** The part of a Passport instance that the router calls. */
export interface PassportLike {
  authenticate(
    strategy: string,
    callback: (err: unknown, user?: unknown, info?: unknown) => void,
  ): (req: Request, res: never, next: (err?: unknown) => void) => unknown
}

/** What a human check is asked about. */
export interface HumanQuestion {
  /** The limit that refuses the send. */
  readonly reason: ExtraPlaceLimit
  /** Masked. */
  readonly to: string
  /** What the page sent as `human`: a CAPTCHA's token, 1 to 2048 characters, not looked at, not kept, not told to listeners. */
  readonly response: string
}

/** Says whether a person is there. Anything but `true`, an error and 5 seconds without an answer are a no. */
export type ChallengeHuman = (question: HumanQuestion, req: Request) => boolean | Promise<boolean>

/** Options of `sessionRouter`. */
export interface SessionRouterOptions extends CallerPolicy<Request>, DeviceOptions {
  /** Where the routes hang, relative to the mount. @default '/otp' */
  readonly path?: string | undefined
  /** A Passport instance: a right code for `loginIntent` then logs in through its strategy `otp`, with `req.logIn`. */
  readonly passport?: PassportLike | undefined
  /** Name of that strategy. @default 'otp' */
  readonly strategy?: string | undefined
  /**
   * Logs in without Passport: called with the proved recipient and the request, whose session has just been given a new id; what it writes to the
   * session is saved before the answer. Returning `false` refuses, outwardly like a wrong code.
   */
  readonly login?: ((verified: Verified, req: Request) => unknown) | undefined
  /** Intent whose right code logs in. @default 'login' */
  readonly loginIntent?: string | undefined
  /** Keys of the session that survive a login (T46). Renew CSRF secrets: do not name them. @default [] */
  readonly keep?: readonly string[] | undefined
  /** The session middleware itself, to stand ahead of it: send and wrong codes then never load a session (D13). */
  readonly session?: RequestHandler | undefined
  /** Name of the session cookie, with `session`. @default 'connect.sid' */
  readonly sessionCookie?: string | undefined
  /** All origins that may post, where a browser sends no fetch metadata; the app's own included. @default the request's own host */
  readonly origins?: readonly string[] | undefined
  /** Lets pages of sibling hosts post. @default false */
  readonly sameSite?: boolean | undefined
  /** Refuses requests that carry neither `Sec-Fetch-Site` nor `Origin`. @default false */
  readonly strict?: boolean | undefined
  /**
   * Tells in `RateLimit` and `RateLimit-Policy` of each send how many more the caller's own IP block may ask for in this hour (draft-ietf-httpapi-ratelimit-headers); never anything of
   * a recipient (T52). @default false
   */
  readonly limitHeaders?: boolean | undefined
  /**
   * Asked where a limit of `challengeHumanOn` refuses a send that came with a `human`, the token of a CAPTCHA: `true` lets this one send have a place more than that limit has
   * (T30). Without a token, or without a `true` within 5 seconds, the answer is 403 `human_check_required`.
   */
  readonly challengeHuman?: ChallengeHuman | undefined
  /** Limits that ask: any of these, `recipient_hour` and `block_calling_codes`. @default ['recipient_block', 'block_sends', 'block_recipients', 'pumping_country', 'pumping_block'] */
  readonly challengeHumanOn?: readonly ExtraPlaceLimit[] | undefined
  /** Takes form posts too, answered by 303 redirects where `Accept` prefers HTML. @default JSON only */
  readonly forms?: FormPages | undefined
}

/** Every option decided. */
export interface RouterSettings extends CallerPolicy<Request>, DevicePolicy, SitePolicy {
  readonly path: string
  readonly passport: PassportLike | undefined
  readonly strategy: string
  readonly login: SessionRouterOptions['login']
  readonly loginIntent: string
  readonly keep: readonly string[]
  readonly session: RequestHandler | undefined
  readonly sessionCookie: string
  readonly limitHeaders: boolean
  readonly challengeHuman: ChallengeHuman | undefined
  readonly challengeHumanOn: readonly ExtraPlaceLimit[]
  /** Where a form's browser is sent, by intent. */
  readonly forms: ((intent: string) => FormTargets) | undefined
}

/** Default of `challengeHumanOn`: what the caller's own address used up, and budgets that pumping uses up. */
export const HUMAN_CHECK_LIMITS: readonly ExtraPlaceLimit[] = [
  'recipient_block',
  'block_sends',
  'block_recipients',
  'pumping_country',
  'pumping_block',
]

/** Checks and completes the options of `sessionRouter`. */
export function completeRouterOptions(otp: Otp, options: SessionRouterOptions): RouterSettings {
  checkOptions('sessionRouter', options, {
    path: text(2, 100, /^(\/[a-z0-9_-]+)+$/, 'a path such as "/otp", lower case, without a slash at its end'),
    passport: having('authenticate'),
    strategy: text(1, 64),
    login: callback,
    loginIntent: text(1, 36),
    keep: list(text(1, 100), 0, 50),
    session: callback,
    sessionCookie: text(1, 100),
    deviceCookie: DEVICE_COOKIE,
    origins: list(text(8, 300, /^https?:\/\/[^/\s?#]+$/, 'an origin such as "https://www.example.org"'), 0, 50),
    sameSite: flag,
    strict: flag,
    limitHeaders: flag,
    challengeHuman: callback,
    challengeHumanOn: list(oneOf(...EXTRA_PLACE_LIMITS), 1, EXTRA_PLACE_LIMITS.length),
    forms: record,
    currentUser: callback,
    addressLimits: flag,
  })
  if (options.passport !== undefined && options.login !== undefined) {
    throw optionError('sessionRouter', 'options "passport" and "login" exclude each other')
  }
  if (options.challengeHumanOn !== undefined && options.challengeHuman === undefined) {
    throw optionError('sessionRouter', 'option "challengeHumanOn" needs "challengeHuman"')
  }
  const loginIntent = options.loginIntent ?? 'login'
  const logsIn = options.loginIntent !== undefined || options.passport !== undefined || options.login !== undefined
  if (logsIn && otp.intents.get(loginIntent)?.allowOtherBrowser === true) {
    throw optionError(
      'sessionRouter',
      `option "loginIntent" names ${JSON.stringify(loginIntent)}, whose option "allowOtherBrowser" is not for logins`,
    )
  }
  if (logsIn && !otp.intents.has(loginIntent)) {
    throw optionError('sessionRouter', `option "loginIntent" names ${JSON.stringify(loginIntent)}, which createOtp does not know`)
  }
  if (options.keep?.some((key) => key === 'otp' || key === 'passport' || key === 'cookie') === true) {
    throw optionError('sessionRouter', 'option "keep" must not name "otp", "passport" or "cookie"')
  }
  const sessionCookie = options.sessionCookie ?? 'connect.sid'
  return {
    path: options.path ?? '/otp',
    passport: options.passport,
    strategy: options.strategy ?? 'otp',
    login: options.login,
    loginIntent,
    keep: options.keep ?? [],
    session: options.session,
    sessionCookie,
    deviceCookie: deviceCookieName('sessionRouter', options, { intents: otp.intents, sessionCookie }),
    origins: options.origins ?? [],
    sameSite: options.sameSite ?? false,
    strict: options.strict ?? false,
    limitHeaders: options.limitHeaders ?? false,
    challengeHuman: options.challengeHuman,
    challengeHumanOn: options.challengeHumanOn ?? HUMAN_CHECK_LIMITS,
    forms: options.forms === undefined ? undefined : completeForms(otp, options.forms),
    currentUser: options.currentUser,
    addressLimits: options.addressLimits,
  }
}
