import type { NextFunction, Request, Response } from 'express'
import type { Verified } from '../core/results.js'
import { OtpError } from '../errors.js'
import { handOver } from '../session/handed-over.js'
import type { SessionLike } from '../session/state.js'
import { regenerateSession, saveSession, usableSession, withinDeadline } from '../session/usable-session.js'
import type { RouterSettings } from './router-options.js'

interface PassportRequest {
  logIn(user: object, options: { readonly keepSessionInfo: boolean }, done: (err?: unknown) => void): void
}

/**
 * Logs in after a right code: the session gets a new id, carries over the keys on the list and nothing else, and is saved before anybody is told (T45,
 * T46). False where the application knows no such user, or refuses.
 */
export async function logIn(
  settings: RouterSettings,
  verified: Verified,
  session: SessionLike,
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<boolean> {
  if (settings.passport !== undefined) return await logInThroughPassport(settings, verified, session, req, res, next)
  const kept = keptOf(session, settings.keep)
  const { login } = settings
  await regenerateSession(session)
  const fresh = usableSession(req)
  Object.assign(fresh, kept)
  if (login === undefined) {
    // No login of the application's own: the proof waits in the new session for a guard.
    fresh.otp = { granted: { [verified.intent]: verified.id } }
  } else if ((await login(verified, req)) === false) {
    return false
  }
  await saveSession(fresh)
  return true
}

async function logInThroughPassport(
  settings: RouterSettings,
  verified: Verified,
  session: SessionLike,
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<boolean> {
  handOver(req, verified)
  const user = await authenticate(settings, req, res, next)
  if (!user) return false
  const kept = keptOf(session, settings.keep)
  for (const key of Object.keys(session)) if (key !== 'cookie') Reflect.deleteProperty(session, key)
  Object.assign(session, kept)
  // `passport.authenticate` gave the request its logIn(). With nothing but the listed keys left, Passport may merge the old session into the new one.
  const passportRequest = req as Request & PassportRequest
  await withinDeadline('regenerated for the login', (done) => passportRequest.logIn(user, { keepSessionInfo: true }, done))
  return true
}

/** The user that the registered strategy makes of the proof; `false` for none. */
function authenticate(settings: RouterSettings, req: Request, res: Response, next: NextFunction): Promise<object | false> {
  return new Promise((resolve, reject) => {
    const middleware = settings.passport?.authenticate(settings.strategy, (err, user) => {
      // An infrastructure fault logs nobody in and says so; the code stays used (T48).
      if (err) reject(new OtpError('ERR_OTP_STORE', 'The user could not be looked up.', { status: 503, cause: err }))
      // Passport gives what the application's callback gave.
      else resolve(user ? (user as object) : false)
    })
    middleware?.(req, res as never, next)
  })
}

function keptOf(session: SessionLike, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(session, key)).map((key) => [key, Reflect.get(session, key)]))
}
