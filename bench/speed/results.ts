import type { RouteFigures } from './duel.js'
import type { Installed } from './footprint.js'
import type { Spread } from './numbers.js'
import type { RedisBytes, RedisTraffic } from './redis-figures.js'
import type { RouteName } from './targets.js'

/** All that is known of one target. */
export interface TargetResult {
  readonly title: string
  readonly routes: Readonly<Record<RouteName, RouteFigures>>
  readonly traffic?: Readonly<Record<RouteName, RedisTraffic>> | undefined
  readonly redisBytes?: RedisBytes | undefined
  readonly heapBytes?: number | undefined
}

/** What a run writes. */
export interface SpeedResults {
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly pinned: boolean
    readonly node: string
    readonly redis: string
  }
  readonly run: {
    readonly rounds: number
    readonly sliceMs: number
    readonly connections: number
    readonly minutes: number
  }
  /** By name: `behind/redis`. The references stand at a ratio of 1. */
  readonly targets: Readonly<Record<string, TargetResult>>
  /** Milliseconds. */
  readonly imports: Readonly<Record<string, Spread>>
  readonly package: { readonly packed: number; readonly unpacked: number }
  readonly installed: Readonly<Record<string, Installed>>
}
