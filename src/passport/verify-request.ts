import type { Request } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import type { Caller } from '../core/requests.js'
import type { Verified } from '../core/results.js'
import { callerFor } from '../session/caller.js'
import { addCookie } from '../session/cookies.js'
import { isCrossSite } from '../session/cross-site.js'
import { deviceOf } from '../session/device-cookie.js'
import { firstFactorOf, withFirstFactor } from '../session/first-factor.js'
import { checkSessionCookie, expiredPointerCookie, isInFlight, isSameVisitor, readPointerCookie } from '../session/pointer-cookie.js'
import { isForm, readBody } from '../session/read-body.js'
import { rememberedLine } from '../session/remembered.js'
import { pointerOf, type SessionLike } from '../session/state.js'
import { freshSession, usableSession } from '../session/usable-session.js'
import { safePath } from '../util/safe-path.js'
import { failureOf, type OtpFailure } from './failure.js'
import type { StrategySettings } from './strategy-options.js'

/** A code that was not right. */
export interface Failed {
  readonly ok: false
  readonly failure: OtpFailure
}

/** Verifies the code that came to a route of the application's own; after a second factor `remembered` is a cookie for whoever is logged in. */
export async function verifyRequest(
  otp: Otp,
  settings: StrategySettings,
  req: Request,
): Promise<(Verified & { readonly remembered?: string | undefined }) | Failed> {
  const { intent } = settings
  if (isCrossSite(req, settings, isForm(req))) return failed(req, { reason: 'cross_site' })
  const session = usableSession(req)
  otp.adoptSessionStore(req.sessionStore)
  const body = await readBody(req, { forms: true })
  if (!body.ok) return failed(req, { reason: 'invalid_request' })
  // The next strategy of a chain can read the stream no more.
  req.body ??= Object.fromEntries(body.fields)
  const visitor = visitorOf(otp, settings, req, session)
  const result = await otp.verify({
    ...visitor,
    code: body.fields.get(settings.codeField),
    to: body.fields.get('to'),
    intent: intent.name,
    leaveGrant: false,
  })
  if (!result.ok) {
    const verifiedMs =
      result.reason === 'no_pending_challenge' ? await otp.recall({ id: visitor.id, caller: visitor, intent: intent.name }) : undefined
    return failed(req, verifiedMs !== undefined && isInFlight(verifiedMs) ? { ...result, alreadyVerified: true } : result)
  }
  if (!result.complete) return failed(req, { reason: 'invalid_code', attemptsLeft: result.attemptsLeft })
  const first = intent.secondFactor ? firstFactorOf(await freshSession(req), otp.now()) : undefined
  // Somebody logged in or out while the code was on its way (T17).
  if (intent.secondFactor && first?.userId !== result.userId) return failed(req, { reason: 'no_pending_challenge' })
  const remembered = await rememberedLine(otp, intent, first, req, req.session)
  leaveNothing(otp, intent, req, usableSession(req))
  return { ...withFirstFactor(result, first), remembered }
}

/** Whose request it is, and what this browser has pending: by the cookie of a router ahead of the session, else by the session. */
function visitorOf(otp: Otp, settings: StrategySettings, req: Request, session: SessionLike): Caller & { readonly id: string | undefined } {
  const { intent, sessionCookie } = settings
  const caller: Caller = { ...callerFor(req, session, settings, intent, otp.now()), device: deviceOf(req, settings) }
  const pointer = readPointerCookie(otp.cookies, req, intent.name)
  if (pointer === undefined) return { ...caller, id: pointerOf(session, 'pending', intent.name) }
  if (intent.userBound) return { ...caller, id: pointer.id }
  // Sent without a look at the session, so bound to nobody: what counts is that nobody came or went since (T17).
  checkSessionCookie(req, sessionCookie)
  const isSame = isSameVisitor(otp.cookies, req, sessionCookie, pointer, caller.userId)
  return { ...caller, userId: '', id: isSame ? pointer.id : undefined }
}

/** Nothing of ours outlives the login, also where the application keeps its session's other keys (T46). */
function leaveNothing(otp: Otp, intent: Intent, req: Request, session: SessionLike): void {
  delete session.otp
  if (readPointerCookie(otp.cookies, req, intent.name) !== undefined) {
    addCookie(req.res, expiredPointerCookie(intent.name, req.secure))
  }
  // Passport redirects to it unseen (T50).
  const returnTo: unknown = Reflect.get(session, 'returnTo')
  if (returnTo !== undefined && safePath(returnTo) === undefined) Reflect.deleteProperty(session, 'returnTo')
}

function failed(req: Request, refusal: Parameters<typeof failureOf>[0]): Failed {
  return { ok: false, failure: failureOf(refusal, req.headers['accept-language']) }
}
