import { hash } from 'node:crypto'
import type {} from 'express-session'
import { safePath } from '../util/safe-path.js'

/** What the session holds under `otp`: which challenge is pending and which grants exist, by id. No code, no counter, no address. */
export interface OtpSessionState {
  /** Challenge ids by intent. */
  pending?: Record<string, string>
  /** Grant ids by intent, each with a mark of the session that it was given to. */
  granted?: Record<string, string>
  /** Who has the first factor behind them, and is not signed in. */
  first?: { readonly userId: string; readonly amr: readonly string[]; readonly at: number; readonly mark: string; readonly remember?: true }
  /** How the user was authenticated who is signed in. */
  login?: { readonly amr: readonly string[]; readonly mark: string }
  /** What the last form of an intent came to, encrypted, for the page that is shown next. */
  note?: { readonly intent: string; readonly sealed: string }
  /** Path to go back to after the code, checked when stored and again when used (T50). */
  returnTo?: string
}

declare module 'express-session' {
  interface SessionData {
    otp?: OtpSessionState
  }
}

/** The part of an express-session that is used here. */
export interface SessionLike {
  otp?: OtpSessionState
  readonly id?: unknown
  cookie?: unknown
  passport?: { readonly user?: unknown }
  regenerate(done: (err?: unknown) => void): unknown
  save(done: (err?: unknown) => void): unknown
  reload?(done: (err?: unknown) => void): unknown
}

/** The part of a request that is used here; Express's fits. */
export interface DoorRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly ip?: string | undefined
  readonly secure?: boolean | undefined
  readonly app?: { get(name: string): unknown } | undefined
  session?: unknown
  sessionID?: unknown
  sessionStore?: unknown
  user?: unknown
  body?: unknown
}

/** Reads one of our maps from a session that anybody may have written to; `undefined` for anything but a string (T49). */
export function pointerOf(session: SessionLike | undefined, kind: 'pending' | 'granted', intent: string): string | undefined {
  const map: unknown = session?.otp?.[kind]
  if (typeof map !== 'object' || map === null || !Object.hasOwn(map, intent)) return undefined
  const id: unknown = Reflect.get(map, intent)
  if (typeof id !== 'string') return undefined
  return kind === 'pending' ? id : withoutMark(session, id)
}

/** Points to a challenge or a grant, without touching the other pointers. */
export function setPointer(session: SessionLike, kind: 'pending' | 'granted', intent: string, id: string): void {
  session.otp = { ...session.otp, [kind]: { ...session.otp?.[kind], [intent]: kind === 'pending' ? id : id + markOf(session) } }
}

/**
 * Names a session without telling its id, so that nothing is a grant in another one: a login or logout that carries everything over, as Passport does
 * with `keepSessionInfo`, carries no proof over (T26).
 */
export function markOf(session: SessionLike | undefined): string {
  return `.${hash('sha256', `express-otp ${String(session?.id)}`, 'base64url').slice(0, 22)}`
}

function withoutMark(session: SessionLike | undefined, id: string): string | undefined {
  const mark = markOf(session)
  return id.endsWith(mark) ? id.slice(0, -mark.length) : undefined
}

/** Forgets a pointer, and leaves nothing empty behind. */
export function dropPointer(session: SessionLike, kind: 'pending' | 'granted', intent: string): void {
  const { [kind]: map, ...others } = session.otp ?? {}
  const { [intent]: _dropped, ...left } = map ?? {}
  const state: OtpSessionState = Object.keys(left).length === 0 ? others : { ...others, [kind]: left }
  if (Object.keys(state).length === 0) delete session.otp
  else session.otp = state
}

/** Remembers a path to go back to, which has been checked, instead of an earlier one; `undefined` for none. */
export function setReturnTo(session: SessionLike, path: string | undefined): void {
  takeReturnTo(session)
  if (path !== undefined) session.otp = { ...session.otp, returnTo: path }
}

/** Takes the path that a guard remembered, out of the session too: it leads back once, and is checked again where it is used (T50). */
export function takeReturnTo(session: SessionLike): string | undefined {
  const { returnTo, ...others } = session.otp ?? {}
  if (returnTo === undefined) return undefined
  if (Object.keys(others).length === 0) delete session.otp
  else session.otp = others
  return safePath(returnTo)
}
