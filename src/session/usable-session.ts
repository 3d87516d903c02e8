import { OtpError } from '../errors.js'
import { cameWithRequest } from './pointer-cookie.js'
import type { DoorRequest, SessionLike } from './state.js'

/** Milliseconds that a session store has for one step, so that the answer is there within two seconds (T58, T59). */
const DEADLINE_MS = 1500
const DEADLINE_PARTS = 3

/**
 * The request's session, or an error that says what to add: `ERR_OTP_NO_SESSION` where there is none, `ERR_OTP_SESSION_KIND` for one that cannot
 * protect a login because it cannot be saved or regenerated, such as a cookie session (T49).
 */
export function usableSession(req: DoorRequest): SessionLike {
  const { session } = req
  if (typeof session !== 'object' || session === null) {
    throw new OtpError(
      'ERR_OTP_NO_SESSION',
      'No session on the request: mount express-session before the router, or hand it over: sessionRouter(otp, { session }).',
    )
  }
  for (const method of ['regenerate', 'save']) {
    if (typeof Reflect.get(session, method) !== 'function') {
      throw new OtpError(
        'ERR_OTP_SESSION_KIND',
        `The session has no ${method}(); express-otp needs express-session (cookie-session cannot protect a login).`,
      )
    }
  }
  // Both methods were just seen.
  return session as SessionLike
}

/**
 * Makes a {@link usableSession} for one place of an application, that remembers whether it ever saw a session: from then on a missing one is no mistake
 * but an outage, for express-session goes on without a session while its store is disconnected (T58).
 */
export function sessionFinder(): (req: DoorRequest) => SessionLike {
  let seen = false
  return (req) => {
    if (seen && (req.session === undefined || req.session === null)) {
      throw new OtpError('ERR_OTP_STORE', 'No session on the request, where there was one before: is the session store connected?', {
        status: 503,
      })
    }
    const session = usableSession(req)
    seen = true
    return session
  }
}

/**
 * The session as its store has it now, `undefined` where it is gone. To save a copy that was loaded before a logout would bring back what that logout
 * destroyed (T17, T45). A session that is new with this request is in no store yet.
 */
export async function freshSession(req: DoorRequest): Promise<SessionLike | undefined> {
  const session = usableSession(req)
  if (!cameWithRequest(req) || session.reload === undefined) return session
  let isGone = false
  await withinDeadline('read again', (done) =>
    session.reload?.((err) => {
      // express-session says in words alone that there is none.
      isGone = err instanceof Error && err.message === 'failed to load session'
      done(isGone ? undefined : err)
    }),
  )
  return isGone ? undefined : usableSession(req)
}

/** Saves now, so that the next request, wherever it lands, sees it; what is not changed after that is not written again when the answer ends. */
export async function saveSession(session: SessionLike): Promise<void> {
  await withinDeadline('saved', (done) => session.save(done))
  const { save } = session
  const saved = contentOf(session)
  // express-session holds a session whose id has changed for one that was never saved.
  Object.defineProperty(session, 'save', {
    configurable: true,
    enumerable: false,
    writable: true,
    value(done: (err?: unknown) => void = () => undefined) {
      if (contentOf(session) !== saved) return save.call(session, done)
      // Never within the call: express-session would end the answer before it has begun it.
      process.nextTick(done)
      return session
    },
  })
}

/** What of a session its store would tell apart, but for the passing of time. */
function contentOf({ cookie, ...data }: SessionLike): string {
  const originalMaxAge: unknown = typeof cookie === 'object' && cookie !== null ? Reflect.get(cookie, 'originalMaxAge') : undefined
  return JSON.stringify([data, originalMaxAge])
}

/** Gives the browser a new session id; the old one is destroyed in the store (T45), unless it is new with this request and in no store yet. */
export async function regenerateSession(req: DoorRequest, session: SessionLike): Promise<void> {
  const { sessionStore } = req
  const generate: unknown = typeof sessionStore === 'object' && sessionStore !== null ? Reflect.get(sessionStore, 'generate') : undefined
  if (!cameWithRequest(req) && typeof generate === 'function') {
    generate.call(sessionStore, req)
    return
  }
  await withinDeadline('regenerated', (done) => session.regenerate(done))
}

/** Runs one step of a session store, and fails closed where it errs or hangs. */
export function withinDeadline(what: string, step: (done: (err?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const unavailable = (cause?: unknown): void =>
      reject(new OtpError('ERR_OTP_STORE', `The session could not be ${what}.`, { status: 503, cause }))
    // In parts: a process that stood still finds its timers first and what came meanwhile after them, and has waited for one part alone.
    let parts = DEADLINE_PARTS
    let timer: NodeJS.Timeout
    const ring = (): void => {
      parts -= 1
      if (parts === 0) unavailable()
      else timer = setTimeout(ring, DEADLINE_MS / DEADLINE_PARTS)
    }
    timer = setTimeout(ring, DEADLINE_MS / DEADLINE_PARTS)
    try {
      step((err) => {
        clearTimeout(timer)
        if (err === undefined || err === null) resolve()
        else unavailable(err)
      })
    } catch (err) {
      clearTimeout(timer)
      unavailable(err)
    }
  })
}

/**
 * Lets go of session and user for the rest of a request that fails. Otherwise express-session, when the answer ends, saves what a failed login left
 * behind and hands out its id (T48), or waits once more for a store that hangs (T58, T59): without an id it does nothing of the kind. The emptied object
 * stays, because code that is late, such as a slow `serializeUser`, would throw without it and bring the process down.
 */
export function abandonSession(req: DoorRequest): void {
  const { session } = req
  if (typeof session === 'object' && session !== null) {
    for (const key of Object.keys(session)) if (key !== 'cookie') Reflect.deleteProperty(session, key)
  }
  req.sessionID = undefined
  req.user = null
}
