import type { Request, RequestHandler, Response } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import type { Caller, Hold } from '../core/requests.js'
import { type CallerPolicy, callerFor, callerOf, userIdOf } from '../session/caller.js'
import { addCookie, cookieOf } from '../session/cookies.js'
import { type DevicePolicy, deviceOf } from '../session/device-cookie.js'
import {
  askedFor,
  binderOf,
  cameFrom,
  cameWithRequest,
  checkSessionCookie,
  expiredPointerCookie,
  isSameVisitor,
  pointerCookie,
  readPointerCookie,
  successBinder,
  successOf,
} from '../session/pointer-cookie.js'
import { dropPointer, pointerOf, type SessionLike, setPointer } from '../session/state.js'
import { saveSession, sessionFinder, usableSession, withinDeadline } from '../session/usable-session.js'

/** What one request knows of its browser, for one intent. */
export interface Visit {
  readonly caller: Caller
  /** Id of the pending challenge. */
  readonly pending: string | undefined
  /** By what two requests of one moment are known to be this browser's; `undefined` for a first visit, which shows nothing. */
  readonly browser: string | undefined
  /** The challenge that this browser may have verified last. */
  last(): Promise<Last | undefined>
  /** Remembers, in the browser, that its login was by this challenge. */
  keepSuccess(id: string): void
  /** Keeps the pointer where only this browser brings it back, before anything is delivered (T58). */
  readonly hold: Hold
  /** Forgets the pending challenge; with a session, at its next save. */
  forget(): void
  /** The session, loaded by now; `undefined` where it is not the one any more in which the code was asked for (T17). */
  session(): Promise<SessionLike | undefined>
}

/** A challenge that is perhaps verified. */
export interface Last {
  readonly id: string
  /** Who must have asked for it; whoever has a cookie that is bound closer than to a user needs not say. */
  readonly caller?: Caller
  /** True for what was kept when the code was asked for, false for what its success left. */
  readonly isBefore: boolean
}

/** Where the router stands: behind the session, or ahead of it (D13). */
export interface Place {
  visit(req: Request, res: Response, intent: Intent): Promise<Visit>
  /** The session, loaded if it was not. */
  session(req: Request, res: Response): Promise<SessionLike>
}

/** Whom a place lets in as whom. */
type Policy = CallerPolicy<Request> & DevicePolicy & { readonly loginIntent: string }

/** Behind `app.use(session(...))`: the pointer is in the session. */
export function behindSession(otp: Otp, policy: Policy): Place {
  const sessionOf = sessionFinder()
  async function open(req: Request): Promise<SessionLike> {
    const session = sessionOf(req)
    otp.adoptSessionStore(req.sessionStore)
    return session
  }
  return {
    session: open,
    async visit(req, res, intent) {
      const { name } = intent
      const session = await open(req)
      const pending = pointerOf(session, 'pending', name)
      return {
        caller: { ...callerFor(req, session, policy, intent, otp.now()), device: deviceOf(req, policy) },
        pending,
        browser: cameWithRequest(req) ? String(req.sessionID) : deviceOf(req, policy),
        async last() {
          if (pending !== undefined) return { id: pending, isBefore: true, caller: callerFor(req, session, policy, intent, otp.now()) }
          const last = lastVerified(otp, policy, req, session, name)
          const asked = last === undefined ? readPointerCookie(otp.cookies, req, askedFor(name)) : undefined
          return asked !== undefined && cameFrom(otp.cookies, req, asked) ? { id: asked.id, isBefore: true } : last
        },
        keepSuccess: (id) => keepSuccess(otp, policy, intent, id, req, res),
        async hold({ id, expiresIn }) {
          // A renewed challenge keeps its id: nothing to save, and no older copy of the session can undo it.
          if (id !== pending) {
            setPointer(session, 'pending', name, id)
            await saveSession(session)
          }
          if (name !== policy.loginIntent) return
          const pointer = { id, binder: otp.cookies.bind(id, String(req.sessionID)) }
          addCookie(res, pointerCookie(otp.cookies, askedFor(name), pointer, { maxAge: expiresIn, secure: req.secure }))
        },
        forget() {
          if (name === policy.loginIntent) addCookie(res, expiredPointerCookie(askedFor(name), req.secure))
          dropPointer(sessionOf(req), 'pending', name)
        },
        session: async () => session,
      }
    },
  }
}

/**
 * Ahead of the session: the pointer is a signed cookie of our own, and the session is loaded only after a right code, or where the intent has to know
 * who is signed in.
 */
export function aheadOfSession(otp: Otp, policy: Policy, middleware: RequestHandler, sessionCookie: string): Place {
  const sessionOf = sessionFinder()
  async function load(req: Request, res: Response): Promise<SessionLike> {
    if (req.session === undefined) await withinDeadline('loaded', (done) => middleware(req, res, done))
    const session = sessionOf(req)
    checkSessionCookie(req, sessionCookie)
    otp.adoptSessionStore(req.sessionStore)
    return session
  }
  return {
    session: load,
    async visit(req, res, intent) {
      // The very first request also shows which store the sessions have, to put challenges beside them.
      if (!otp.hasStore) await load(req, res)
      const loaded = intent.userBound ? await load(req, res) : undefined
      const pointer = readPointerCookie(otp.cookies, req, intent.name)
      const caller = callerFor(req, loaded, policy, intent, otp.now())
      return {
        caller: { ...caller, userId: loaded === undefined ? '' : caller.userId, device: deviceOf(req, policy) },
        pending: pointer?.id,
        browser: cookieOf(req, sessionCookie) ?? pointer?.id ?? deviceOf(req, policy),
        async last() {
          if (pointer !== undefined)
            return { id: pointer.id, isBefore: true, caller: { ...caller, userId: loaded === undefined ? '' : caller.userId } }
          // A browser without a session has verified nothing in it, and costs none.
          return cookieOf(req, sessionCookie) === undefined ? undefined : lastVerified(otp, policy, req, await load(req, res), intent.name)
        },
        keepSuccess: (id) => keepSuccess(otp, policy, intent, id, req, res),
        async hold({ id, expiresIn }) {
          addCookie(
            res,
            pointerCookie(
              otp.cookies,
              intent.name,
              { id, binder: binderOf(otp.cookies, req, sessionCookie, id) },
              { maxAge: expiresIn, secure: req.secure },
            ),
          )
        },
        forget() {
          addCookie(res, expiredPointerCookie(intent.name, req.secure))
        },
        async session() {
          if (loaded !== undefined) return loaded
          const session = await load(req, res)
          const isSame = pointer !== undefined && isSameVisitor(otp.cookies, req, sessionCookie, pointer, userIdOf(req, session, policy))
          return isSame ? session : undefined
        },
      }
    },
  }
}

/** By the cookie of a login in this session, or else by its grant. */
function lastVerified(otp: Otp, policy: Policy, req: Request, session: SessionLike, intent: string): Last | undefined {
  const success = readPointerCookie(otp.cookies, req, successOf(intent))
  const caller = callerOf(req, session, policy)
  if (success !== undefined && success.binder === successBinder(otp.cookies, req, success.id, caller.userId)) {
    return { id: success.id, isBefore: false }
  }
  const id = pointerOf(session, 'granted', intent)
  return id === undefined ? undefined : { id, isBefore: false, caller }
}

/** Lets the browser show that it has logged in by this challenge, in this session and as this user, until the code would have ended at the latest. */
function keepSuccess(otp: Otp, policy: Policy, { name, ttlSeconds }: Intent, id: string, req: Request, res: Response): void {
  const pointer = { id, binder: successBinder(otp.cookies, req, id, userIdOf(req, usableSession(req), policy)) }
  addCookie(res, pointerCookie(otp.cookies, successOf(name), pointer, { maxAge: ttlSeconds, secure: req.secure }))
}
