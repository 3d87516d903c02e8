import type { Request, Response } from 'express'
import type { Verified } from '../core/results.js'
import { OtpError } from '../errors.js'
import { keepMethods } from '../session/first-factor.js'
import { handOver, takeOver } from '../session/handed-over.js'
import { type SessionLike, setPointer } from '../session/state.js'
import { abandonSession, regenerateSession, saveSession, usableSession, withinDeadline } from '../session/usable-session.js'
import { within } from '../util/within.js'
import type { PassportLike, RouterSettings } from './router-options.js'

/** Seconds that an application has to log somebody in. */
const LOGIN_SECONDS = 10

/** A right code, and whether it came after a first factor. */
interface Proof {
  readonly verified: Verified
  readonly isSecond: boolean
}

interface PassportRequest {
  logIn(user: object, options: { readonly keepSessionInfo: boolean }, done: (err?: unknown) => void): void
}

/**
 * Logs in after a right code: the session gets a new id, carries over the keys on the list and nothing else, and is saved before anybody is told (T45,
 * T46). False where the application knows no such user, or refuses. Where a step fails, nobody is logged in, the code stays used, and the fault is a 503
 * with the application's error as its cause (T48).
 */
export async function logIn(settings: RouterSettings, proof: Proof, session: SessionLike, req: Request, res: Response): Promise<boolean> {
  const { passport } = settings
  try {
    return passport === undefined
      ? await logInBySession(settings, proof, session, req)
      : await logInThroughPassport(passport, settings, proof, session, req, res)
  } catch (err) {
    abandonSession(req)
    throw err instanceof OtpError ? err : new OtpError('ERR_OTP_STORE', 'The user could not be logged in.', { status: 503, cause: err })
  }
}

async function logInBySession(
  { keep, login }: RouterSettings,
  { isSecond, verified }: Proof,
  session: SessionLike,
  req: Request,
): Promise<boolean> {
  const kept = keptOf(session, keep)
  await regenerateSession(req, session)
  const fresh = usableSession(req)
  Object.assign(fresh, kept)
  if (login === undefined) {
    // No login of the application's own: the proof waits in the new session for a guard.
    setPointer(fresh, 'granted', verified.intent, verified.id)
  } else if ((await askApplication(login, verified, req)) === false) {
    // Whatever it wrote before it refused.
    leaveOnly(kept, usableSession(req))
    return false
  }
  if (isSecond) keepMethods(usableSession(req), verified.amr)
  await saveSession(usableSession(req))
  return true
}

/** The application's answer; one that does not come logs nobody in, and holds no request for ever. */
async function askApplication(login: NonNullable<RouterSettings['login']>, verified: Verified, req: Request): Promise<unknown> {
  const answer: unknown = login(verified, req)
  // What is said at once needs no watch.
  if (typeof answer !== 'object' || answer === null) return answer
  const late = (): OtpError =>
    new OtpError('ERR_OTP_STORE', `The option "login" did not answer within ${LOGIN_SECONDS} s.`, { status: 503 })
  return await within(LOGIN_SECONDS, Promise.resolve(answer), late)
}

async function logInThroughPassport(
  passport: PassportLike,
  { keep, strategy }: RouterSettings,
  { isSecond, verified }: Proof,
  session: SessionLike,
  req: Request,
  res: Response,
): Promise<boolean> {
  handOver(req, verified)
  const user = await authenticate(passport, strategy, req, res)
  if (takeOver(req) !== undefined) {
    throw new OtpError('ERR_OTP_OPTION', `sessionRouter: the Passport strategy ${JSON.stringify(strategy)} is no OtpStrategy`)
  }
  if (!user) return false
  leaveOnly(keptOf(session, keep), session)
  // `passport.authenticate` gave the request its logIn(). With nothing but the listed keys left, Passport may merge the old session into the new one.
  const passportRequest = req as Request & PassportRequest
  await withinDeadline('renewed for the login', (done) => passportRequest.logIn(user, { keepSessionInfo: true }, done))
  if (isSecond) {
    const fresh = usableSession(req)
    keepMethods(fresh, verified.amr)
    await saveSession(fresh)
  }
  return true
}

/** The user that the registered strategy makes of the proof; `false` for none. */
function authenticate(passport: PassportLike, strategy: string, req: Request, res: Response): Promise<object | false> {
  return new Promise((resolve, reject) => {
    const middleware = passport.authenticate(strategy, (err, user) => {
      if (err) reject(err)
      // Passport gives what the application's callback gave.
      else resolve(user ? (user as object) : false)
    })
    // Passport goes on by itself only where it knows no such strategy, or where the strategy decides nothing.
    const goOn = (cause?: unknown): void =>
      reject(new OtpError('ERR_OTP_OPTION', `sessionRouter: there is no Passport strategy ${JSON.stringify(strategy)}`, { cause }))
    middleware(req, res as never, goOn)
  })
}

function keptOf(session: SessionLike, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(session, key)).map((key) => [key, Reflect.get(session, key)]))
}

function leaveOnly(kept: Readonly<Record<string, unknown>>, session: SessionLike): void {
  for (const key of Object.keys(session)) if (key !== 'cookie') Reflect.deleteProperty(session, key)
  Object.assign(session, kept)
}
