import type { Request, RequestHandler } from 'express'
import type { Otp } from '../core/otp.js'
import type { Redeemed } from '../core/results.js'
import { OtpError } from '../errors.js'
import { callback, checkOptions, flag, integer, optionError, required, text } from '../options.js'
import { type CallerPolicy, callerOf } from '../session/caller.js'
import { dropPointer, pointerOf } from '../session/state.js'
import { abandonSession, saveSession, sessionFinder } from '../session/usable-session.js'
import { safePath } from '../util/safe-path.js'
import { sendProblem, sendSeeOther } from './respond.js'

/** Options of {@link requireOtp}. */
export interface RequireOtpOptions extends Pick<CallerPolicy<Request>, 'currentUser'> {
  /** Which proof the step asks for. */
  readonly intent: string
  /** Oldest acceptable proof, in seconds, 1 to 600. @default the intent's `grantSeconds` */
  readonly maxAgeSeconds?: number | undefined
  /** True spends the proof with this step; false leaves it for others within its life. @default true */
  readonly once?: boolean | undefined
  /** What the step is about to do, for intents that are bound to a context; must equal what was approved (T15). */
  readonly context?: ((req: Request) => unknown) | undefined
  /** Page to send a browser to that comes without a proof; it is led back afterwards. @default 401 for everybody */
  readonly loginPage?: string | undefined
}

declare global {
  // biome-ignore lint/style/noNamespace: the one door that Express's types leave open, whatever the package manager's layout
  namespace Express {
    interface Request {
      /** What `requireOtp` let through. */
      otp?: Redeemed
    }
  }
}

/**
 * Lets a request through that carries a fresh proof for `intent`, found under `req.otp` afterwards; everybody else gets 401 with
 * `WWW-Authenticate: OTP error="insufficient_user_authentication"` (the shape of RFC 9470). From `express-otp/express`.
 *
 * @example
 * app.post('/transfer', requireOtp(otp, { intent: 'transfer', context: (req) => req.body }), transfer)
 */
export function requireOtp(otp: Otp, options: RequireOtpOptions): RequestHandler {
  checkOptions('requireOtp', options, {
    intent: required(text(1, 36)),
    maxAgeSeconds: integer(1, 600),
    once: flag,
    context: callback,
    loginPage: text(1, 200, /^\/(?!\/)[\w./?=&%-]*$/, 'a path of this site, e.g. "/login"'),
    currentUser: callback,
  })
  const intent = otp.intents.get(options.intent)
  if (intent === undefined)
    throw optionError('requireOtp', `option "intent" names ${JSON.stringify(options.intent)}, which createOtp does not know`)
  if (intent.context.length > 0 && options.context === undefined) {
    throw optionError('requireOtp', `option "context" is missing; the intent "${intent.name}" is bound to ${intent.context.join(', ')}`)
  }
  const { currentUser, loginPage } = options
  const once = options.once ?? true
  const maxAgeSeconds = Math.min(options.maxAgeSeconds ?? intent.grantSeconds, intent.grantSeconds)
  const challenge = `OTP error="insufficient_user_authentication", error_description="A fresh code is required", max_age=${maxAgeSeconds}`

  const sessionOf = sessionFinder()

  async function redeem(req: Request): Promise<boolean> {
    const session = sessionOf(req)
    otp.adoptSessionStore(req.sessionStore)
    const id = pointerOf(session, 'granted', options.intent)
    const caller = callerOf(req, session, { currentUser, addressLimits: false })
    const result = await otp.redeem({ ...caller, id, intent: options.intent, maxAgeSeconds, once, context: options.context?.(req) })
    if (!result.ok) return false
    if (once) dropPointer(session, 'granted', options.intent)
    req.otp = result
    return true
  }

  return function requireOtpMiddleware(req, res, next) {
    redeem(req)
      .then(async (isProved) => {
        if (isProved) return next()
        if (loginPage === undefined || req.method !== 'GET' || req.accepts(['json', 'html']) !== 'html') {
          return sendProblem(res, { reason: 'otp_required', headers: { 'WWW-Authenticate': challenge } })
        }
        const session = sessionOf(req)
        const returnTo = safePath(req.originalUrl)
        session.otp = { ...session.otp, ...(returnTo === undefined ? {} : { returnTo }) }
        await saveSession(session)
        sendSeeOther(res, loginPage)
      })
      .catch((err: unknown) => {
        if (!(err instanceof OtpError) || err.status !== 503 || res.headersSent) return next(err)
        otp.reportOutage('session', err)
        abandonSession(req)
        sendProblem(res, { reason: 'temporarily_unavailable' })
      })
  }
}
