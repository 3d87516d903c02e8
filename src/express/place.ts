import type { Request, RequestHandler, Response } from 'express'
import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import type { Caller, Hold } from '../core/requests.js'
import { type CallerPolicy, callerFor, callerOf } from '../session/caller.js'
import { type DevicePolicy, deviceOf } from '../session/device-cookie.js'
import {
  binderOf,
  checkSessionCookie,
  expiredPointerCookie,
  isSameVisitor,
  pointerCookie,
  readPointerCookie,
} from '../session/pointer-cookie.js'
import { dropPointer, pointerOf, type SessionLike, setPointer } from '../session/state.js'
import { saveSession, sessionFinder, withinDeadline } from '../session/usable-session.js'

/** What one request knows of its browser, for one intent. */
export interface Visit {
  readonly caller: Caller
  /** Id of the pending challenge. */
  readonly pending: string | undefined
  /** Keeps the pointer where only this browser brings it back, before anything is delivered (T58). */
  readonly hold: Hold
  /** Forgets the pending challenge; with a session, at its next save. */
  forget(): void
  /** The session, loaded by now; `undefined` where it is not the one any more in which the code was asked for (T17). */
  session(): Promise<SessionLike | undefined>
}

/** Where the router stands: behind the session, or ahead of it (D13). */
export interface Place {
  visit(req: Request, res: Response, intent: Intent): Promise<Visit>
  /** The session, loaded if it was not. */
  session(req: Request, res: Response): Promise<SessionLike>
}

/** Whom a place lets in as whom. */
type Policy = CallerPolicy<Request> & DevicePolicy

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
    async visit(req, _res, intent) {
      const { name } = intent
      const session = await open(req)
      const pending = pointerOf(session, 'pending', name)
      return {
        caller: { ...callerFor(req, session, policy, intent, otp.now()), device: deviceOf(req, policy) },
        pending,
        async hold({ id }) {
          // A renewed challenge keeps its id: nothing to save, and no older copy of the session can undo it.
          if (id === pending) return
          setPointer(session, 'pending', name, id)
          await saveSession(session)
        },
        forget: () => dropPointer(sessionOf(req), 'pending', name),
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
        async hold({ id, expiresIn }) {
          res.append(
            'Set-Cookie',
            pointerCookie(
              otp.cookies,
              intent.name,
              { id, binder: binderOf(otp.cookies, req, sessionCookie, id) },
              { maxAge: expiresIn, secure: req.secure },
            ),
          )
        },
        forget() {
          res.append('Set-Cookie', expiredPointerCookie(intent.name, req.secure))
        },
        async session() {
          if (loaded !== undefined) return loaded
          const session = await load(req, res)
          const { userId } = callerOf(req, session, policy)
          return pointer !== undefined && isSameVisitor(otp.cookies, req, sessionCookie, pointer, userId) ? session : undefined
        },
      }
    },
  }
}
