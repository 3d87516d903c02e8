import type { Intent } from '../core/intents.js'
import type { Caller } from '../core/requests.js'
import { OtpError } from '../errors.js'
import { firstFactorOf } from './first-factor.js'
import type { DoorRequest, SessionLike } from './state.js'

/** How a door knows who asks. */
export interface CallerPolicy<Req extends DoorRequest = DoorRequest> {
  /** Id of the signed-in user. @default what Passport put into the session, else `req.user`, `session.userId` or `session.user`: an id, or an object with `id` */
  readonly currentUser?: ((req: Req) => string | undefined) | undefined
  /** False runs without address limits. @default true */
  readonly addressLimits?: boolean | undefined
}

/** Fills in whose request it is, from the session and the connection alone (T43, T53). */
export function callerOf<Req extends DoorRequest>(req: Req, session: SessionLike | undefined, policy: CallerPolicy<Req>): Caller {
  return { tenant: '', userId: userIdOf(req, session, policy), ip: policy.addressLimits === false ? undefined : clientAddress(req) }
}

/** Id of the signed-in user, `''` for nobody. */
export function userIdOf<Req extends DoorRequest>(req: Req, session: SessionLike | undefined, policy: CallerPolicy<Req>): string {
  return (policy.currentUser === undefined ? signedInUser(req, session) : checkedId(policy.currentUser(req))) ?? ''
}

/** The same for one intent: a second factor is asked for by whoever has the first one behind them, and by nobody who is signed in. `now` is epoch milliseconds. */
export function callerFor<Req extends DoorRequest>(
  req: Req,
  session: SessionLike | undefined,
  policy: CallerPolicy<Req>,
  { secondFactor }: Pick<Intent, 'secondFactor'>,
  now: number,
): Caller {
  const caller = callerOf(req, session, policy)
  return secondFactor ? { ...caller, userId: firstFactorOf(session, now)?.userId ?? '' } : caller
}

/** Anything but an id, a promise above all, would read the same for every user, and so bind a code to none of them (T17). */
function checkedId(id: unknown): string | undefined {
  if (id === undefined || id === null || typeof id === 'string') return id ?? undefined
  if (Number.isSafeInteger(id)) return String(id)
  throw new OtpError('ERR_OTP_OPTION', 'option "currentUser" must return the id of the user, a string, or undefined for nobody')
}

function signedInUser(req: DoorRequest, session: SessionLike | undefined): string | undefined {
  const serialized = session?.passport?.user
  if (serialized !== undefined && serialized !== null) return typeof serialized === 'string' ? serialized : JSON.stringify(serialized)
  return idOf(req.user) ?? idOf(Reflect.get(session ?? {}, 'userId')) ?? idOf(Reflect.get(session ?? {}, 'user'))
}

/** An id, or the id of a user object. */
function idOf(user: unknown): string | undefined {
  if (typeof user === 'string' && user !== '') return user
  if (typeof user === 'number') return String(user)
  if (typeof user !== 'object' || user === null) return undefined
  const id: unknown = Reflect.get(user, 'id')
  return typeof id === 'object' ? undefined : idOf(id)
}

/** The client's address as Express knows it (T53). Throws `ERR_OTP_TRUST_PROXY` where every client may choose it. */
export function clientAddress(req: DoorRequest): string | undefined {
  if (req.app?.get('trust proxy') === true) {
    throw new OtpError(
      'ERR_OTP_TRUST_PROXY',
      'app.set("trust proxy", true) lets every client choose its address, which makes address limits useless: name your proxies, or pass `addressLimits: false`.',
    )
  }
  if (!hasWarned && req.headers['x-forwarded-for'] !== undefined && req.app?.get('trust proxy') === false) {
    hasWarned = true
    process.emitWarning(
      'Requests come through a proxy, but Express\'s "trust proxy" is not set: all visitors share the address limits of one.',
      'OtpWarning',
    )
  }
  return req.ip
}

let hasWarned = false
