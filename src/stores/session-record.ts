import { OtpError } from '../errors.js'
import { isPackedBlock, isPackedLabel, isPackedRecipient, isPackedTotal, isPackedValue } from './packed-shape.js'

/** The part of an express-session `Store` that is called. */
export interface SessionStoreLike {
  get(id: string, callback: (err: unknown, session?: unknown) => void): unknown
  // `never`: a store may want more of a session than records have; none looks at more than its cookie.
  set(id: string, session: never, callback: (err?: unknown) => void): unknown
  destroy(id: string, callback: (err?: unknown) => void): unknown
}

/**
 * A packed record in the clothes of a session, so that any session store takes it and lets it expire. Stores read the expiry from
 * `cookie.expires` (MemoryStore, connect-redis, connect-pg-simple), `cookie.maxAge` (memorystore, connect-sqlite3) or
 * `cookie.originalMaxAge` (session-file-store).
 */
interface SessionRecord {
  readonly cookie: {
    readonly originalMaxAge: number
    readonly maxAge: number
    readonly expires: Date
    readonly httpOnly: true
    readonly path: '/'
  }
  readonly otp: string
  /** Epoch milliseconds by the clock of `sessionStore`; the cookie goes by the clock of the session store. */
  readonly otpExpiresAt: number
}

/** Given to the session store on top: it tidies up by another clock than the one that decides, and must not be the first to forget. */
const SPARE_MS = 60_000

/**
 * Under which session id a record stands: lower-case hex behind the prefix. Fit as a file name and as an SQL value, and still one
 * record where file names or columns do not tell upper from lower case.
 */
export function recordId(prefix: string, key: string): string {
  return `${prefix}${Buffer.from(key, 'latin1').toString('hex')}`
}

/** What stands under a key tells its first letter; IP blocks are the rest. */
const SHAPES: Readonly<Record<string, (packed: string) => boolean>> = {
  r: isPackedRecipient,
  l: isPackedLabel,
  k: isPackedValue,
  t: isPackedTotal,
}

/** Wraps a packed record that is worth keeping for `lifeMs` more. */
export function sessionRecord(packed: string, expiresAt: number, lifeMs: number): SessionRecord {
  const maxAge = lifeMs + SPARE_MS
  return {
    // The session store compares with the system's clock, whatever clock decides here.
    cookie: { originalMaxAge: maxAge, maxAge, expires: new Date(Date.now() + maxAge), httpOnly: true, path: '/' },
    otp: packed,
    otpExpiresAt: expiresAt,
  }
}

/** What stands in the session store under a record's id; rejects for what `sessionRecord` cannot have written (T49). */
export function readRecord(key: string, session: unknown): { readonly packed: string; readonly expiresAt: number } | undefined {
  if (session === undefined || session === null || session === false) return undefined
  const packed: unknown = typeof session === 'object' ? Reflect.get(session, 'otp') : undefined
  const expiresAt: unknown = typeof session === 'object' ? Reflect.get(session, 'otpExpiresAt') : undefined
  const isPacked = SHAPES[key.charAt(0)] ?? isPackedBlock
  if (typeof packed !== 'string' || typeof expiresAt !== 'number' || !isPacked(packed)) {
    throw new OtpError('ERR_OTP_STORE', 'sessionStore: the session store returned something that is not a record.', { status: 503 })
  }
  return { packed, expiresAt }
}

/** Reads a session. "No such file" is what session-file-store says for "no such session", as express-session knows too. */
export function getSession(store: SessionStoreLike, id: string): Promise<unknown> {
  return called((callback) => store.get(id, (err, session) => (isNoSuchFile(err) ? callback(undefined) : callback(err, session))))
}

/** Writes a session. */
export async function setSession(store: SessionStoreLike, id: string, record: SessionRecord): Promise<void> {
  // Stores keep whatever object with a cookie they are given.
  await called((callback) => store.set(id, record as never, (err) => callback(err)))
}

/** Removes a session; one that is not there is fine. */
export async function destroySession(store: SessionStoreLike, id: string): Promise<void> {
  await called((callback) => store.destroy(id, (err) => (isNoSuchFile(err) ? callback(undefined) : callback(err))))
}

/** A store may throw, or return a promise that rejects, where it should have called back. */
function called(call: (callback: (err: unknown, session?: unknown) => void) => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    try {
      const returned = call((err, session) => (err ? reject(err) : resolve(session)))
      Promise.resolve(returned).catch(reject)
    } catch (err) {
      reject(err)
    }
  })
}

function isNoSuchFile(err: unknown): boolean {
  if (typeof err !== 'object' || err === null || Reflect.get(err, 'code') !== 'ENOENT') return false
  // A database whose socket is gone says ENOENT as well; that is no empty record.
  return ['open', 'stat', 'access', 'unlink', undefined].some((call) => call === Reflect.get(err, 'syscall'))
}
