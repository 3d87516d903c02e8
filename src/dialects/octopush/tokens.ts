import type { Notebook } from '../../core/service/service.js'

/** What an `otp_request_token` stands for. */
export interface Request {
  /** The challenge. */
  readonly id: string
  /** Canonical number. */
  readonly address: string
  /** The block of `recipient_ip`, `''` for none. */
  readonly block: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** The tokens of one tenant. */
export interface Tokens {
  /** Keeps what a token stands for, a day longer than its code lives, and makes it the newest of its number. */
  keep(token: string, request: Request, issued: { readonly at: number; readonly lifeSeconds: number }): Promise<void>
  /** `undefined` for what is no token, and for one that is unknown, used or forgotten. */
  find(token: unknown): Promise<Request | undefined>
  /** Tokens of a number that were not used, the newest first, at most as many as may be alive. */
  newest(address: string): Promise<readonly { readonly token: string; readonly request: Request }[]>
  /** Notes that the attempts are used up; true for the one caller who was first. */
  spend(token: string): Promise<boolean>
  isSpent(token: string): Promise<boolean>
  /** After the right code. */
  forget(token: string): Promise<void>
}

/** How long a token is told apart from an unknown one after its code has ended. */
export const TOLD_SECONDS = 86_400
/** The longest that a notebook keeps anything. */
export const MAX_KEPT_SECONDS = 172_800
/** As many challenges of one recipient are alive at most (T11). */
const SLOTS = 3

/** The tokens that a tenant's notebook holds. */
export function tokensOf(notebook: Notebook): Tokens {
  const find: Tokens['find'] = async (token) =>
    typeof token === 'string' && /^otp_[0-9a-f]{24}$/.test(token) ? asRequest(await notebook.look(['token', token])) : undefined

  return {
    find,
    async keep(token, request, { at, lifeSeconds }) {
      const seconds = keptSeconds(lifeSeconds)
      await notebook.keep(['token', token], request, seconds)
      // A counter hands the places out, so that of two requests at once neither overwrites the other. It may begin anew: the instants tell which is newer.
      const { used } = await notebook.count(['sent', request.address], Number.MAX_SAFE_INTEGER, MAX_KEPT_SECONDS)
      await notebook.keep(['newest', request.address, String(used % SLOTS)], { token, at }, seconds)
    },
    async newest(address) {
      const slots = await Promise.all(Array.from({ length: SLOTS }, (_, slot) => notebook.look(['newest', address, String(slot)])))
      const sent = slots.flatMap((slot) => asSlot(slot) ?? []).sort((one, other) => other.at - one.at)
      const found = await Promise.all(sent.map(async ({ token }) => ({ token, request: await find(token) })))
      return found.flatMap(({ token, request }) => (request === undefined ? [] : [{ token, request }]))
    },
    spend: async (token) => (await notebook.claim(['spent', token], true, MAX_KEPT_SECONDS)) === undefined,
    isSpent: async (token) => (await notebook.look(['spent', token])) !== undefined,
    forget: (token) => notebook.drop(['token', token]),
  }
}

function keptSeconds(lifeSeconds: number): number {
  return Math.min(lifeSeconds + TOLD_SECONDS, MAX_KEPT_SECONDS)
}

/** Narrowed, because a notebook gives back what an older version may have written. */
function asRequest(value: unknown): Request | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id, address, block, expiresAt } = value as Partial<Record<keyof Request, unknown>>
  const isWhole = typeof id === 'string' && typeof address === 'string' && typeof block === 'string' && typeof expiresAt === 'number'
  return isWhole ? { id, address, block, expiresAt } : undefined
}

function asSlot(value: unknown): { readonly token: string; readonly at: number } | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { token, at } = value as { readonly token?: unknown; readonly at?: unknown }
  return typeof token === 'string' && typeof at === 'number' ? { token, at } : undefined
}
