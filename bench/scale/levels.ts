import type { MemoryStore } from 'express-otp/stores/memory'
import type { TestClock } from 'express-otp/testing'
import { median, quantile } from '../speed/numbers.js'
import type { Crowd, Verb } from './crowd.js'
import type { ServerFigures, Watcher } from './servers.js'

/** What one operation costs. */
export interface Cost {
  /** Microseconds of processor time of this process. */
  readonly micros: number
  /** Microseconds of processor time of all servers together, their network included. */
  readonly serverMicros: number
  /** Commands that this process sent for it. */
  readonly commands: number
  readonly perSecond: number
}

/** What so many pending codes cost, and what the next operation costs beside them. */
export interface LevelFigures {
  readonly pending: number
  /** Bytes of each: heap after a collection, or `used_memory` of all servers. */
  readonly bytes: number
  /** Mean `MEMORY USAGE` of a key, by kind: `r` recipients, `b` addresses, `k` values, `t` totals. */
  readonly keyBytes: Readonly<Record<string, number>>
  /** Keys of each server, or entries. */
  readonly keys: readonly number[]
  readonly fillSeconds: number
  readonly costs: Readonly<Record<Verb, Cost>>
  /** Milliseconds for which a sweep of everything holds the process up; only in memory. */
  readonly sweepMs: number
}

interface Climb {
  readonly crowd: Crowd
  readonly clock: TestClock
  readonly levels: readonly number[]
  readonly memory?: MemoryStore
  readonly servers?: Watcher
}

/** In this order a place is free for somebody new at the end. */
const VERBS: readonly Verb[] = ['wrong', 'resend', 'right', 'issue']
const ROUNDS = 10
const BATCH = 100
const CHUNK = 500
/** Above the first cooldown. */
const COOLDOWN = 31

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

/** Everything once, so that nothing is compiled while it is measured. */
export async function warmUp(crowd: Crowd, clock: TestClock): Promise<void> {
  for (let from = 0; from < 5000; from += CHUNK) await crowd.all('issue', range(from, from + CHUNK))
  clock.advance(COOLDOWN)
  for (const verb of VERBS) for (let from = 0; from < 5000; from += CHUNK) await crowd.all(verb, range(from, from + CHUNK))
}

/** Fills up to each level, and measures there. */
export async function climb({ clock, crowd, levels, memory, servers }: Climb): Promise<readonly LevelFigures[]> {
  const held = async (): Promise<Pick<ServerFigures, 'usedBytes' | 'keys'>> => {
    if (servers !== undefined) return await servers.look()
    globalThis.gc?.()
    globalThis.gc?.()
    return { usedBytes: process.memoryUsage().heapUsed, keys: [memory?.size() ?? 0] }
  }
  const empty = (await held()).usedBytes
  const figures: LevelFigures[] = []
  let pending = 0
  for (const level of levels) {
    const start = performance.now()
    for (; pending < level; pending += CHUNK) await crowd.all('issue', range(pending, pending + CHUNK))
    const fillSeconds = (performance.now() - start) / 1000
    const { keys, usedBytes } = await held()
    const keyBytes = (await servers?.keyBytes(2000)) ?? {}
    const costs = await costsAt({ crowd, clock, level, servers })
    const swept = performance.now()
    memory?.sweep()
    const sweepMs = performance.now() - swept
    console.error(`${level} pending after ${fillSeconds.toFixed(0)} s`)
    figures.push({ pending: level, bytes: (usedBytes - empty) / level, keyBytes, keys, fillSeconds, costs, sweepMs })
  }
  return figures
}

type At = Pick<Climb, 'crowd' | 'clock'> & { readonly level: number; readonly servers: Watcher | undefined }

async function costsAt({ clock, crowd, level, servers }: At): Promise<Readonly<Record<Verb, Cost>>> {
  // Spread over all places, so that what is asked for was not touched just before.
  const places = range(0, ROUNDS * BATCH).map((index) => Math.floor((index * level) / (ROUNDS * BATCH)))
  const costs: Partial<Record<Verb, Cost>> = {}
  for (const verb of VERBS) {
    if (verb === 'resend') clock.advance(COOLDOWN)
    costs[verb] = await costOf(verb, places, crowd, servers)
  }
  // Every verb was gone through.
  return costs as Record<Verb, Cost>
}

async function costOf(verb: Verb, places: readonly number[], crowd: Crowd, servers: Watcher | undefined): Promise<Cost> {
  const micros: number[] = []
  const seconds: number[] = []
  const before = await servers?.look()
  for (let round = 0; round < ROUNDS; round++) {
    // Neighbours would share an address.
    const batch = places.filter((_, index) => index % ROUNDS === round)
    const [cpu, start] = [process.cpuUsage(), performance.now()]
    await crowd.all(verb, batch)
    const { system, user } = process.cpuUsage(cpu)
    seconds.push((performance.now() - start) / 1000)
    micros.push((system + user) / BATCH)
  }
  const after = await servers?.look()
  const of = (name: 'cpu' | 'commands'): number => ((after?.[name] ?? 0) - (before?.[name] ?? 0)) / places.length
  // What is above the middle is a collection of garbage, or somebody else's work on this machine.
  return { micros: median(micros), serverMicros: of('cpu'), commands: of('commands'), perSecond: BATCH / quantile(seconds, 0.5) }
}
