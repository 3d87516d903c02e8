import { openConnection } from './connection.js'
import { type Loaded, learnCodes, runSlice, type Slice, sendTo } from './load.js'
import { quantile, type Spread, spread } from './numbers.js'
import { makePeople } from './people.js'
import { type RunOptions, startTarget } from './running-target.js'
import { ROUTES, type RouteName, type Target } from './targets.js'

/** One slice of a target beside one of the reference, next to each other in time. */
export interface Pair {
  readonly target: Slice
  readonly reference: Slice
}

/** Pairs by route. */
export type Pairs = Readonly<Record<RouteName, readonly Pair[]>>

/** What pairs showed of a target. */
export interface RouteFigures {
  readonly requestsPerSecond: Spread
  /** Times the reference's requests per second. */
  readonly ratio: Spread
  /** Of processor time per request: the reference's over the target's, so that more is better here too. */
  readonly cpuRatio: Spread
  readonly cpuMicroseconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** The target's p99 over the reference's. */
  readonly p99Ratio: Spread
}

/** How a duel is fought. */
export interface DuelOptions {
  readonly redisUrl: string
  readonly connections: number
  readonly sliceMs: number
  /** Requests of each route before anything is measured. */
  readonly warmUp: number
}

/** Starts a target with an empty slate and as many connections. */
export async function loadedTarget(target: Target, options: RunOptions & { readonly connections: number }): Promise<Loaded> {
  const running = await startTarget(target, options)
  const connections = await Promise.all(Array.from({ length: options.connections }, () => openConnection(running.port)))
  return { target, running, connections, newPerson: makePeople(), pending: [] }
}

/** Ends it. */
export async function stopLoaded({ connections, running }: Loaded): Promise<void> {
  for (const connection of connections) connection.close()
  await running.stop()
}

/** Two fresh processes, warmed, then slices in the order reference, target, target, reference, so that what drifts meets both. */
export async function duel(target: Target, reference: Target, options: DuelOptions): Promise<Pairs> {
  const [one, other] = [await loadedTarget(reference, options), await loadedTarget(target, options)]
  try {
    for (const loaded of [one, other]) await warmUp(loaded, options)
    const pairs = { send: [] as Pair[], wrong: [] as Pair[], right: [] as Pair[] }
    for (const route of ROUTES) {
      // Everybody can be right once only: there must be enough who wait for it, for as many as were wrong, and some more.
      if (route === 'right') {
        await ensurePending(one, 1.3 * requestsOf(pairs.wrong, 'reference'))
        await ensurePending(other, 1.3 * requestsOf(pairs.wrong, 'target'))
      }
      const first = await runSlice(one, route, options.sliceMs)
      const second = await runSlice(other, route, options.sliceMs)
      const third = await runSlice(other, route, options.sliceMs)
      const fourth = await runSlice(one, route, options.sliceMs)
      pairs[route].push({ reference: first, target: second }, { reference: fourth, target: third })
    }
    return pairs
  } finally {
    await Promise.all([stopLoaded(one), stopLoaded(other)])
  }
}

/** So many requests of each route, or as many as there is patience for. */
async function warmUp(loaded: Loaded, { warmUp: enough }: DuelOptions): Promise<void> {
  for (const route of ROUTES) {
    for (let done = 0, tries = 0; done < enough && tries < 16; tries++) done += (await runSlice(loaded, route, 250)).requests
  }
}

async function ensurePending(loaded: Loaded, count: number): Promise<void> {
  const known = loaded.pending.length
  if (known >= count) return
  await sendTo(loaded, Math.ceil(count) - known)
  await learnCodes(loaded.running, loaded.pending.slice(known))
}

function requestsOf(pairs: readonly Pair[], side: keyof Pair): number {
  return pairs.reduce((sum, pair) => sum + pair[side].requests, 0)
}

/** Figures of a target that is far too slow for pairs: one slice of each route, few connections, against the median of the reference. */
export async function soloFigures(
  target: Target,
  known: ReadonlyMap<string, Pairs>,
  options: DuelOptions,
  sliceMs: number,
): Promise<Readonly<Record<RouteName, RouteFigures>>> {
  const loaded = await loadedTarget(target, { ...options, connections: 10 })
  try {
    const figures: [RouteName, RouteFigures][] = []
    for (const route of ROUTES) {
      const slice = await runSlice(loaded, route, sliceMs)
      const others = known.get(`reference/${target.store}`)?.[route] ?? []
      figures.push([route, figuresOf(others.map(({ reference }) => ({ reference, target: slice })))])
    }
    return Object.fromEntries(figures) as Record<RouteName, RouteFigures>
  } finally {
    await stopLoaded(loaded)
  }
}

/** What the pairs of one route say. */
export function figuresOf(pairs: readonly Pair[]): RouteFigures {
  const p99 = ({ latencies }: Slice): number => quantile(latencies, 0.99)
  const slices = pairs.map(({ target }) => target)
  return {
    requestsPerSecond: spread(slices.map(rate)),
    ratio: spread(pairs.map(({ reference, target }) => rate(target) / rate(reference))),
    cpuRatio: spread(pairs.map(({ reference, target }) => cpuOf(reference) / cpuOf(target))),
    cpuMicroseconds: spread(slices.map(cpuOf)).median,
    p50: spread(slices.map(({ latencies }) => quantile(latencies, 0.5))).median,
    p99: spread(slices.map(p99)).median,
    p99Ratio: spread(pairs.map(({ reference, target }) => p99(target) / p99(reference))),
  }
}

function rate({ requests, seconds }: Slice): number {
  return requests / seconds
}

function cpuOf({ cpu, requests }: Slice): number {
  return cpu / requests
}
