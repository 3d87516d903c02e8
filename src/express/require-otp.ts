import type { Request, RequestHandler, Response } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import type { RedeemRequest } from '../core/requests.js'
import type { Redeemed } from '../core/results.js'
import { OtpError } from '../errors.js'
import { type CallerPolicy, callerOf } from '../session/caller.js'
import { isOwnHost } from '../session/cross-site.js'
import { isForm } from '../session/read-body.js'
import { dropPointer, pointerOf, setReturnTo } from '../session/state.js'
import { abandonSession, saveSession, sessionFinder } from '../session/usable-session.js'
import { safePath } from '../util/safe-path.js'
import { completeGuardOptions } from './require-options.js'
import { sendProblem, sendSeeOther } from './respond.js'

/** Options of {@link requireOtp}. */
export interface RequireOtpOptions extends Pick<CallerPolicy<Request>, 'currentUser'> {
  /** Which proof the step asks for; of several, one of each, none of them spent before all are there. */
  readonly intent: string | readonly string[]
  /** Oldest acceptable proof, in seconds, 1 to 600 and no more than the `grantSeconds` of each intent. @default that `grantSeconds` */
  readonly maxAgeSeconds?: number | undefined
  /** True spends the proof with this step; false leaves it, to this user in this session, for all steps within its life. @default true */
  readonly once?: boolean | undefined
  /** What the step is about to do, for intents that are bound to a context; must equal what was approved (T15). */
  readonly context?: ((req: Request) => unknown) | undefined
  /**
   * Page to send a person to who comes without a proof, and back afterwards: to the page that was asked for, or, where a form was posted, to `returnTo`.
   * The form's fields are not kept, so that it comes with `?otp=otp_required` then. @default 401 for everybody
   */
  readonly loginPage?: string | undefined
  /** Page of the form that posts to this step. @default the page that the browser says it comes from, if it is of this host */
  readonly returnTo?: string | undefined
}

declare global {
  // biome-ignore lint/style/noNamespace: the one door that Express's types leave open, whatever the package manager's layout
  namespace Express {
    interface Request {
      /** What `requireOtp` let through; of several intents the one named last, with all under `proved`. */
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
  const { context, currentUser, intents, loginPage, maxAgeSeconds, once, returnTo } = completeGuardOptions(otp, options)
  const challenge = `OTP error="insufficient_user_authentication", error_description="A fresh code is required", max_age=${maxAgeSeconds}`
  const sessionOf = sessionFinder()

  async function redeem(req: Request): Promise<Redeemed | undefined> {
    const session = sessionOf(req)
    otp.adoptSessionStore(req.sessionStore)
    const caller = callerOf(req, session, { currentUser, addressLimits: false })
    const stated = context?.(req)
    const asked = intents.map((intent: Intent): RedeemRequest => {
      const id = pointerOf(session, 'granted', intent.name)
      return { ...caller, id, intent: intent.name, maxAgeSeconds, context: intent.context.length > 0 ? stated : undefined }
    })
    // A look first, so that a proof is not lost to a step that lacks another.
    const found = asked.length > 1 ? await spend(asked, false) : undefined
    const spent = found === undefined || found.length === asked.length ? await spend(asked, once) : []
    const last = spent.at(-1)
    if (last === undefined || spent.length < asked.length) return undefined
    if (once) for (const { name } of intents) dropPointer(session, 'granted', name)
    return { ...last, proved: spent.flatMap(({ proved }) => proved), amr: [...new Set(spent.flatMap(({ amr }) => amr))] }
  }

  /** In the order of the intents, so that of many requests the one that gets the first proof gets all. */
  async function spend(asked: readonly RedeemRequest[], isLast: boolean): Promise<readonly Redeemed[]> {
    const spent: Redeemed[] = []
    for (const request of asked) {
      const result = await otp.redeem({ ...request, once: isLast })
      if (!result.ok) return spent
      spent.push(result)
    }
    return spent
  }

  async function leadAway(req: Request, res: Response, page: string): Promise<void> {
    const session = sessionOf(req)
    const isPost = req.method === 'POST'
    setReturnTo(session, isPost ? (returnTo ?? formPage(req)) : safePath(req.originalUrl))
    await saveSession(session)
    sendSeeOther(res, isPost ? `${page}${page.includes('?') ? '&' : '?'}otp=otp_required` : page)
  }

  return function requireOtpMiddleware(req, res, next) {
    redeem(req)
      .then(async (proof) => {
        if (proof !== undefined) {
          req.otp = proof
          return next()
        }
        if (loginPage !== undefined && isPerson(req)) return await leadAway(req, res, loginPage)
        sendProblem(res, { reason: 'otp_required', headers: { 'WWW-Authenticate': challenge } })
      })
      .catch((err: unknown) => {
        if (!(err instanceof OtpError) || err.status !== 503 || res.headersSent) return next(err)
        otp.reportOutage('session', err)
        abandonSession(req)
        sendProblem(res, { reason: 'temporarily_unavailable' })
      })
  }
}

/** True where a browser asks for a page, or posts a form. */
function isPerson(req: Request): boolean {
  return (req.method === 'GET' || (req.method === 'POST' && isForm(req))) && req.accepts(['json', 'html']) === 'html'
}

/** The page that a form was on, as far as the browser tells (T50). */
function formPage({ headers: { host, referer } }: Request): string | undefined {
  if (referer === undefined || !isOwnHost(referer, host)) return undefined
  const { pathname, search } = new URL(referer)
  return safePath(pathname + search)
}
