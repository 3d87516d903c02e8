import type { Verified } from '../core/results.js'
import type { ChannelName } from '../ports/message.js'
import { markOf, type SessionLike } from './state.js'

/** Seconds that somebody has for the second factor after the first. */
export const FIRST_FACTOR_SECONDS = 600

/** Who was right so far, and how. */
export interface FirstFactor {
  readonly userId: string
  /** In the words of RFC 8176. */
  readonly amr: readonly string[]
  /** Whether this person wants the browser to be remembered. */
  readonly remember?: boolean | undefined
}

/** Notes in the session who has the first factor behind them: nobody is signed in by it. `now` is epoch milliseconds. */
export function keepFirstFactor(session: SessionLike, { amr, remember, userId }: FirstFactor, now: number): void {
  session.otp = { ...session.otp, first: { userId, amr, at: now, mark: markOf(session), ...(remember === true ? { remember } : {}) } }
}

/** Reads it back; `undefined` where there is none, where it is too old, and in any session but the one that it was noted in (T17, T49). */
export function firstFactorOf(session: SessionLike | undefined, now: number): FirstFactor | undefined {
  const first: unknown = session?.otp?.first
  if (typeof first !== 'object' || first === null) return undefined
  const { amr, at, mark, remember, userId } = first as Readonly<Record<string, unknown>>
  if (typeof userId !== 'string' || userId === '' || typeof at !== 'number' || mark !== markOf(session)) return undefined
  return Math.abs(now - at) < FIRST_FACTOR_SECONDS * 1000 ? { userId, amr: wordsOf(amr), remember: remember === true } : undefined
}

/** First factors that somebody knows, by RFC 8176. */
const KNOWN_BY_HEART: readonly string[] = ['pwd', 'pin']

/** Channels whose code proves that one has a phone. A code by e-mail proves control of a mailbox (NIST SP 800-63B-4 section 3.1.3.1). */
const PHONES: readonly ChannelName[] = ['sms', 'call', 'whatsapp']

/** The proof with both factors in its `amr`, and `mfa` where they are of two kinds. */
export function withFirstFactor<Proof extends Pick<Verified, 'amr' | 'proved'>>(proof: Proof, first: FirstFactor | undefined): Proof {
  if (first === undefined) return proof
  const isMulti = first.amr.some((one) => KNOWN_BY_HEART.includes(one)) && proof.proved.some(({ channel }) => PHONES.includes(channel))
  return { ...proof, amr: [...new Set([...first.amr, ...proof.amr, ...(isMulti ? ['mfa'] : [])])] }
}

/** Notes how the user of this session, who has just been logged in, was authenticated. */
export function keepMethods(session: SessionLike, amr: readonly string[]): void {
  session.otp = { ...session.otp, login: { amr, mark: markOf(session) } }
}

/** Reads it back; `[]` where nothing is noted, and in any session but the one that this login began. */
export function methodsOfLogin(session: SessionLike | undefined): readonly string[] {
  const login: unknown = session?.otp?.login
  if (typeof login !== 'object' || login === null) return []
  return Reflect.get(login, 'mark') === markOf(session) ? wordsOf(Reflect.get(login, 'amr')) : []
}

function wordsOf(amr: unknown): readonly string[] {
  return Array.isArray(amr) ? amr.filter((word) => typeof word === 'string') : []
}
