import type { World, WorldOptions } from './world.js'

/** One thing that goes wrong, and ends. */
export interface Fault {
  readonly name: string
  readonly world?: WorldOptions | undefined
  /** People log in by e-mail. */
  readonly isByMail?: boolean | undefined
  /** Connections of people break too. */
  readonly breaksConnections?: boolean | undefined
  /** The store itself forgets answered writes: codes may come back (T56). */
  readonly mayForget?: boolean | undefined
  /** The slowest answer that is right, on a machine that answers at once. @default 2000 */
  readonly patienceMs?: number | undefined
  /** It lasts at least so long. */
  readonly leastSeconds?: number | undefined
  prepare?(world: World): unknown
  begin(world: World): unknown
  end(world: World): unknown
}
