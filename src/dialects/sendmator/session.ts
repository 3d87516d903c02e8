import type { Notebook } from '../../core/service/service.js'
import type { Terms } from '../../core/terms.js'

/** The channels of Sendmator's API. */
export const CHANNELS = ['email', 'sms', 'whatsapp'] as const

/** One of {@link CHANNELS}. */
export type SessionChannel = (typeof CHANNELS)[number]

/** What was asked for, kept so that it can be asked for again. */
export interface SessionOrder {
  readonly channels: readonly SessionChannel[]
  /** Canonical address of each channel. */
  readonly recipients: Readonly<Partial<Record<SessionChannel, string>>>
  readonly terms: Terms
  readonly metadata: Readonly<Record<string, unknown>>
  readonly addContact: boolean
  readonly isSandbox: boolean
}

/** What a session token stands for. */
export interface Session extends SessionOrder {
  /** The present challenge. */
  readonly id: string
  /** When its codes expire, epoch milliseconds; the instant at which it ended, where a resend ended it. */
  readonly expiresAt: number
  readonly codeLength: number
  readonly mode: 'any' | 'all'
}

/** Tokens outlive codes, because an expired session may be resent. */
export const SESSION_SECONDS = 86_400

/** Our tokens are opaque: 128 random bits (T69). */
const TOKEN = /^[0-9a-f]{32}$/

/** Sessions of one tenant. Marks stand under names of their own, so that no write of a session that runs beside them undoes one. */
export function sessionsOf(notebook: Notebook): {
  keep(token: string, session: Session): Promise<void>
  /** What a token stands for; of a completed session nothing is left but that it was. */
  find(token: string): Promise<{ readonly isVerified: true } | { readonly isVerified: false; readonly session: Session } | undefined>
  isVerified(token: string): Promise<boolean>
  /** True for the one caller that completes it. Forgets whom it was for (T65). */
  complete(token: string): Promise<boolean>
  /** True for the one caller that uses up the last attempt of its challenge. */
  lock(token: string): Promise<boolean>
  isLocked(token: string): Promise<boolean>
  unlock(token: string): Promise<void>
  /** True for the one caller that tells of its first proved channel. */
  tell(token: string): Promise<boolean>
} {
  const claim = async (kind: string, token: string): Promise<boolean> =>
    (await notebook.claim([kind, token], true, SESSION_SECONDS)) === undefined
  const isVerified = async (token: string): Promise<boolean> => (await notebook.look(['verified', token])) !== undefined
  return {
    isVerified,
    keep: (token, session) => notebook.keep(['session', token], session, SESSION_SECONDS),
    async find(token) {
      if (!TOKEN.test(token)) return undefined
      const [session, verified] = await Promise.all([notebook.look(['session', token]), isVerified(token)])
      // Written by `keep` alone, and authenticated by the notebook's cipher, so the shape is known.
      // Both were looked for at once: a session that has just gone may have been completed between the two.
      if (verified || (session === undefined && (await isVerified(token)))) return { isVerified: true }
      return session === undefined ? undefined : { session: session as Session, isVerified: false }
    },
    async complete(token) {
      if (!(await claim('verified', token))) return false
      // The code was right all the same: a session that stays behind ends by itself, and says that it is verified.
      await notebook.drop(['session', token]).catch(() => undefined)
      return true
    },
    lock: (token) => claim('locked', token),
    isLocked: async (token) => (await notebook.look(['locked', token])) !== undefined,
    unlock: (token) => notebook.drop(['locked', token]),
    tell: (token) => claim('told', token),
  }
}

/** The token of a request, under either of the vendor's names; `undefined` where there is none, `null` where the two differ. */
export function tokenOf(fields: ReadonlyMap<string, unknown>): string | null | undefined {
  const [token, other] = ['session_token', 'token'].map((name) => fields.get(name)).filter((value) => value !== undefined && value !== null)
  if (typeof token !== 'string' || token === '') return undefined
  return other === undefined || other === token ? token : null
}
