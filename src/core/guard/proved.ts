import type { Engine } from '../engine.js'
import { DAY_SECONDS } from './budgets.js'

/** For how long a proof counts: the longest window that a register has. */
const PROVED_SECONDS = 366 * DAY_SECONDS

/** A mark of a recipient who has proved an address: a keyed hash, no address. */
export interface Mark {
  readonly key: string
  readonly isProved: boolean
  /** True where the next success has to write it again: there is none, or it is older than a day. */
  readonly isStale: boolean
}

/** Whether this recipient was proved in the last 366 days. */
export async function askMark(engine: Pick<Engine, 'keys' | 'store'>, recipientKey: string): Promise<Mark> {
  // The recipient's key knows the tenant.
  const key = engine.keys.registerKey(['proved', recipientKey])
  const decision = await engine.store().charge({ key, amount: 0, limit: Number.MAX_SAFE_INTEGER })
  if (decision.outcome !== 'charged' || decision.total === 0) return { key, isProved: false, isStale: true }
  return { key, isProved: true, isStale: decision.endsAt - decision.now < (PROVED_SECONDS - DAY_SECONDS) * 1000 }
}

/** Marks a recipient, for the whole time from now. */
export async function leaveMark(engine: Pick<Engine, 'store'>, key: string): Promise<void> {
  // A total keeps the end that its first amount gave it.
  await engine.store().drop({ key })
  await engine.store().charge({ key, amount: 1, limit: Number.MAX_SAFE_INTEGER, windowSeconds: PROVED_SECONDS })
}
