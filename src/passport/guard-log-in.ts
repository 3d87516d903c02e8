import type { Request } from 'express'
import { keepMethods } from '../session/first-factor.js'
import { abandonSession, saveSession, usableSession, withinDeadline } from '../session/usable-session.js'
import { passOn } from './pass-on.js'

type Done = (err?: unknown) => void

/**
 * Puts a deadline on this request's `req.logIn`, and takes the session off the request where it fails. Passport leaves the user in a session that could
 * not be saved, and express-session saves it once more when the answer ends: the browser would be logged in by an answer that says it is not (T48). After a
 * second factor the new session notes `amr`, how its user was authenticated.
 */
export function guardLogIn(req: Request, amr?: readonly string[]): void {
  const logIn: unknown = Reflect.get(req, 'logIn')
  if (typeof logIn !== 'function') return
  function guarded(user: unknown, options: object | Done, done?: Done): void {
    const finished = typeof options === 'function' ? (options as Done) : done
    withinDeadline('renewed for the login', (next) =>
      Reflect.apply(logIn as () => void, req, [user, options === finished ? {} : options, next]),
    )
      .then(async () => {
        if (amr === undefined || Reflect.get(Object(options), 'session') === false) return
        const session = usableSession(req)
        keepMethods(session, amr)
        await saveSession(session)
      })
      .then(
        () => finished?.(),
        (err: unknown) => {
          abandonSession(req)
          finished?.(err)
        },
      )
      .catch((err: unknown) => passOn(req, err))
  }
  for (const name of ['logIn', 'login']) Reflect.set(req, name, guarded)
}
