import type { IncomingMessage } from 'node:http'
import PassportCustomStrategy from 'passport-custom'
import type { Otp } from '../core/otp.js'
import type { Refused, Verified } from '../core/results.js'
import { OtpError } from '../errors.js'
import { callback, checkOptions, flag, list, optionError, text } from '../options.js'
import { type CallerPolicy, callerOf } from '../session/caller.js'
import { isCrossSite, type SitePolicy } from '../session/cross-site.js'
import { takeOver } from '../session/handed-over.js'
import { readPointerCookie } from '../session/pointer-cookie.js'
import { isForm, readBody } from '../session/read-body.js'
import { type DoorRequest, dropPointer, pointerOf } from '../session/state.js'
import { usableSession } from '../session/usable-session.js'
import { safePath } from '../util/safe-path.js'

/** Options of {@link OtpStrategy}. */
export interface OtpStrategyOptions extends CallerPolicy, Partial<SitePolicy> {
  /** Name to register under. @default 'otp' */
  readonly name?: string | undefined
  /** Intent whose codes log in. @default 'login' */
  readonly intent?: string | undefined
  /** Body field with the code. @default 'code' */
  readonly codeField?: string | undefined
  /** True puts the request before the other arguments of the verify callback. @default false */
  readonly passReqToCallback?: boolean | undefined
}

/** What `passport.authenticate` hands on when it fails: fit for flash messages. */
export interface OtpFailure {
  readonly message: string
  readonly reason: Refused['reason'] | 'cross_site'
  readonly attemptsLeft?: number | undefined
  readonly retryAfter?: number | undefined
}

type Done = (err: unknown, user?: unknown, info?: unknown) => void

/**
 * Finds the user of a proved recipient: returns or resolves to the user, or `false` for none, or calls `done(err, user, info)` in the way of other
 * strategies. With `passReqToCallback` the request comes first.
 */
export type VerifyUser = ((verified: Verified, done: Done) => unknown) | ((req: DoorRequest, verified: Verified, done: Done) => unknown)

/** Statuses of what is not simply "wrong". */
const STATUSES: Partial<Record<OtpFailure['reason'], number>> = {
  invalid_request: 400,
  cross_site: 403,
  too_many_attempts: 429,
  rate_limited: 429,
}
const MESSAGES: Partial<Record<OtpFailure['reason'], string>> = {
  invalid_request: 'Enter the code from the message.',
  cross_site: 'The request came from another site.',
  too_many_attempts: 'Too many wrong codes. Ask for a new one.',
  rate_limited: 'Too many requests. Wait a moment.',
  expired: 'The code has expired. Ask for a new one.',
  no_pending_challenge: 'No code is pending. Ask for a new one.',
}
const WRONG_MESSAGE = 'The code is wrong.'

// Its own types fix the name to 'custom', which is the one thing that every subclass changes.
const CustomStrategy: new (verify: (req: unknown, done: Done) => void) => object = PassportCustomStrategy

/**
 * Passport strategy `otp`: the code that a browser types logs in whom the challenge was bound to. Ends in `success` only after the code was consumed in
 * that very request; a wrong one `fail`s with 401, trouble with the store is an `error` (T47). From `express-otp/passport`.
 *
 * @example
 * passport.use(new OtpStrategy(otp, async ({ to }) => await users.findByAddress(to)))
 */
export class OtpStrategy extends CustomStrategy {
  readonly name: string
  readonly authenticate: (req: DoorRequest, options?: unknown) => void

  constructor(otp: Otp, options: OtpStrategyOptions | VerifyUser, verifyUser?: VerifyUser) {
    super((_req, done) => done(new OtpError('ERR_OTP_OPTION', 'OtpStrategy answers in authenticate().')))
    const settings = typeof options === 'function' ? {} : options
    const findUser = typeof options === 'function' ? options : verifyUser
    const intent = checkStrategyOptions(otp, settings)
    if (typeof findUser !== 'function') throw optionError('OtpStrategy', 'the verify callback is missing: new OtpStrategy(otp, verifyUser)')
    this.name = settings.name ?? 'otp'
    // Passport copies a strategy for each request by Object.create, so what it needs lives here and not in private fields.
    this.authenticate = function authenticate(this: Actions, req: DoorRequest): void {
      attempt(otp, { ...settings, intent }, findUser, req, this).catch((err: unknown) => this.error(err))
    }
  }
}

function checkStrategyOptions(otp: Otp, options: OtpStrategyOptions): string {
  checkOptions('OtpStrategy', options, {
    name: text(1, 64),
    intent: text(1, 36),
    codeField: text(1, 64),
    passReqToCallback: flag,
    currentUser: callback,
    addressLimits: flag,
    origins: list(text(8, 300)),
    sameSite: flag,
    strict: flag,
  })
  const intent = options.intent ?? 'login'
  if (!otp.intents.has(intent))
    throw optionError('OtpStrategy', `option "intent" names ${JSON.stringify(intent)}, which createOtp does not know`)
  return intent
}

type Settings = OtpStrategyOptions & { readonly intent: string }

/** Ends in exactly one of success and fail, or rejects. */
async function attempt(otp: Otp, settings: Settings, findUser: VerifyUser, req: DoorRequest, actions: Actions): Promise<void> {
  const verified = takeOver(req) ?? (await verifyHere(otp, settings, req))
  if ('failure' in verified) return actions.fail(verified.failure, STATUSES[verified.failure.reason] ?? 401)
  const { user, info } = await ask(findUser, settings.passReqToCallback === true ? [req, verified] : [verified])
  // No such user looks like a wrong code (T48).
  if (!user) return actions.fail(info ?? failureOf({ ok: false, reason: 'invalid_code' }), 401)
  actions.success(user, info)
}

interface Actions {
  success(user: unknown, info?: unknown): void
  fail(info: unknown, status: number): void
  error(err: unknown): void
}

/** Verifies the code of an app's own route. */
async function verifyHere(otp: Otp, options: Settings, req: DoorRequest): Promise<Verified | { readonly failure: OtpFailure }> {
  const policy: SitePolicy = { origins: options.origins ?? [], sameSite: options.sameSite ?? false, strict: options.strict ?? false }
  if (isCrossSite(req, policy, isForm(req))) return { failure: failureOf({ ok: false, reason: 'cross_site' }) }
  const session = usableSession(req)
  otp.adoptSessionStore(req.sessionStore)
  // Passport hands in Node's request.
  const body = await readBody(req as DoorRequest & IncomingMessage, { forms: true })
  if (!body.ok) return { failure: failureOf({ ok: false, reason: 'invalid_request' }) }
  const id = pointerOf(session, 'pending', options.intent) ?? readPointerCookie(otp.cookies, req, options.intent)?.id
  const result = await otp.verify({
    ...callerOf(req, session, options),
    id,
    code: body.fields.get(options.codeField ?? 'code'),
    intent: options.intent,
    leaveGrant: false,
  })
  if (!result.ok) return { failure: failureOf(result) }
  if (!result.complete) return { failure: failureOf({ ok: false, reason: 'invalid_code', attemptsLeft: result.attemptsLeft }) }
  // Nothing of ours outlives the login, also where the application keeps its session's other keys (T46).
  dropPointer(session, 'pending', options.intent)
  const returnTo: unknown = Reflect.get(session, 'returnTo')
  if (returnTo !== undefined && safePath(returnTo) === undefined) Reflect.deleteProperty(session, 'returnTo')
  delete session.otp
  return result
}

function failureOf(refusal: Omit<Refused, 'reason'> & { readonly reason: OtpFailure['reason'] }): OtpFailure {
  const { attemptsLeft, reason, retryAfter } = refusal
  return { message: MESSAGES[reason] ?? WRONG_MESSAGE, reason, attemptsLeft, retryAfter }
}

/** Asks the application, whichever way it answers. */
function ask(findUser: VerifyUser, args: readonly unknown[]): Promise<{ readonly user: unknown; readonly info: unknown }> {
  return new Promise((resolve, reject) => {
    const done: Done = (err, user, info) => (err ? reject(err) : resolve({ user, info }))
    const answer: unknown = Reflect.apply(findUser, undefined, [...args, done])
    if (typeof answer === 'object' && answer !== null && typeof Reflect.get(answer, 'then') === 'function') {
      Promise.resolve(answer).then((user) => user !== undefined && resolve({ user, info: undefined }), reject)
    } else if (answer !== undefined) {
      resolve({ user: answer, info: undefined })
    }
  })
}
