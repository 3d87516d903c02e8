import type { Request } from 'express'
import PassportCustomStrategy from 'passport-custom'
import type { Otp } from '../core/otp.js'
import type { Verified } from '../core/results.js'
import { OtpError } from '../errors.js'
import { optionError } from '../options.js'
import { addCookie } from '../session/cookies.js'
import { keepDevice } from '../session/device-cookie.js'
import { takeOver } from '../session/handed-over.js'
import { failureOf, type OtpFailure, statusOf } from './failure.js'
import { findUser, type VerifyUser, type VerifyUserWithRequest } from './find-user.js'
import { guardLogIn } from './guard-log-in.js'
import { passOn } from './pass-on.js'
import { completeStrategyOptions, type OtpStrategyOptions, type StrategySettings } from './strategy-options.js'
import { verifyRequest } from './verify-request.js'

// Its own types fix the name to 'custom', which is the one thing that every subclass changes.
const CustomStrategy: new (verify: (req: unknown, done: (err: unknown) => void) => void) => object = PassportCustomStrategy

/**
 * Passport strategy `otp`: the code that a browser types logs in whom the challenge was bound to. Ends in `success` only after the code was consumed in
 * that very request; a wrong one `fail`s with 401 and an {@link OtpFailure}, trouble with a store or with the lookup is an `error` (T47). From
 * `express-otp/passport`.
 *
 * Behind `sessionRouter(otp, { passport })` it is told the proof of the router; on a route of the application's own it reads the code from a JSON or form
 * body. Options are checked at once (`ERR_OTP_OPTION`).
 *
 * @example
 * passport.use(new OtpStrategy(otp, async ({ to }) => await users.findByAddress(to)))
 */
export class OtpStrategy extends CustomStrategy {
  readonly name: string
  readonly authenticate: (req: Request, options?: unknown) => void

  constructor(otp: Otp, verifyUser: VerifyUser)
  constructor(otp: Otp, options: OtpStrategyOptions & { readonly passReqToCallback: true }, verifyUser: VerifyUserWithRequest)
  constructor(otp: Otp, options: OtpStrategyOptions & { readonly passReqToCallback?: false | undefined }, verifyUser: VerifyUser)
  constructor(otp: Otp, options: OtpStrategyOptions | VerifyUser, verifyUser?: VerifyUser | VerifyUserWithRequest) {
    super((_req, done) => done(new OtpError('ERR_OTP_OPTION', 'OtpStrategy answers in authenticate().')))
    const callback = typeof options === 'function' ? options : verifyUser
    const settings = completeStrategyOptions(otp, typeof options === 'function' ? {} : options)
    if (typeof callback !== 'function') throw optionError('OtpStrategy', 'the verify callback is missing: new OtpStrategy(otp, verifyUser)')
    this.name = settings.name
    // Passport copies a strategy for each request by Object.create, so what it needs lives here and not in private fields.
    this.authenticate = function authenticate(this: Actions, req: Request): void {
      // Taken now: given an instance in place of a name, Passport makes no copy, and the next request puts its own actions here.
      const actions: Actions = { success: this.success, fail: this.fail, error: this.error }
      decide(otp, settings, callback, req)
        .then(
          (verdict) => tell(verdict, actions, req),
          (err: unknown) => actions.error(err),
        )
        .catch((err: unknown) => passOn(req, err))
    }
  }
}

/** What Passport puts on a strategy for one request: functions that need no `this`. */
interface Actions {
  readonly success: (user: unknown, info: unknown) => void
  readonly fail: (info: unknown, status: number) => void
  readonly error: (err: unknown) => void
}

type Verdict =
  | {
      readonly ok: true
      readonly user: unknown
      readonly info: unknown
      readonly byRouter: boolean
      readonly amr?: readonly string[] | undefined
    }
  | { readonly ok: false; readonly info: unknown; readonly status: number }

async function decide(
  otp: Otp,
  settings: StrategySettings,
  verifyUser: VerifyUser | VerifyUserWithRequest,
  req: Request,
): Promise<Verdict> {
  const proof = takeProof(settings, req)
  const proved = proof ?? (await verifyRequest(otp, settings, req))
  if (!proved.ok) return { ok: false, info: proved.failure, status: statusOf(proved.failure) }
  const { deviceToken, remembered, ...verified } = { remembered: undefined, ...proved }
  const { user, info } = await findUser(verifyUser, settings.passReqToCallback ? [req, verified] : [verified])
  if (user) {
    keepDevice(settings, deviceToken, req, req.session, req.res)
    if (remembered !== undefined) addCookie(req.res, remembered)
    return { ok: true, user, info, byRouter: proof !== undefined, amr: settings.intent.secondFactor ? verified.amr : undefined }
  }
  // Nobody is logged in, and a second submission is not told so. The router sees to its own.
  if (proof === undefined) await otp.cancel(verified.id)
  // No such user looks like a wrong code (T48).
  const failure: OtpFailure = failureOf(
    { reason: 'invalid_code', attemptsLeft: Math.max(0, verified.attemptsLeft - 1) },
    req.headers['accept-language'],
  )
  return { ok: false, info: info ?? failure, status: statusOf(failure) }
}

/** The proof that a router of the same request left, if it did. */
function takeProof({ intent, name }: StrategySettings, req: Request): Verified | undefined {
  const proof = takeOver(req)
  if (proof === undefined || proof.intent === intent.name) return proof
  // A code asked for one purpose proves nothing for another (T14).
  throw optionError('OtpStrategy', `"${name}" is for the intent "${intent.name}", but sessionRouter logs in with "${proof.intent}"`)
}

function tell(verdict: Verdict, { fail, success }: Actions, req: Request): void {
  if (!verdict.ok) {
    fail(verdict.info, verdict.status)
    return
  }
  // The router sees to its own login.
  if (!verdict.byRouter) guardLogIn(req, verdict.amr)
  success(verdict.user, verdict.info)
}
