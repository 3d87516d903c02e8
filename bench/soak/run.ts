import { setTimeout as wait } from 'node:timers/promises'
import { type RedisServer, startRedis } from '../../test/helpers/redis-server.js'
import { connectRedis, type RedisConnection } from '../speed/redis-connection.js'
import { age } from './ageing.js'
import { startApp } from './app-process.js'
import { SPEED } from './fast-clock.js'
import { fill, startMix } from './mix.js'
import { type Course, course, type FigureName, figure, type Sample } from './verdict.js'

/** Which store holds challenges, and sessions too. */
export type Variant = 'memory' | 'redis'

/** How long and how much. */
export interface SoakOptions {
  readonly minutes: number
  readonly people: number
  readonly restMs: number
  readonly sampleSeconds: number
  /** Sends before the mix begins. */
  readonly filling: number
}

/** What one variant showed. */
export interface SoakResult {
  readonly samples: readonly Sample[]
  /** From this second on the figures are judged. */
  readonly warmUpSeconds: number
  readonly courses: Readonly<Record<FigureName, Course>>
  readonly requests: number
  readonly answers: Readonly<Record<string, number>>
  /** Answers of 500 and above, and connections that broke. */
  readonly broken: number
  readonly handles: { readonly before: Readonly<Record<string, number>>; readonly after: Readonly<Record<string, number>> }
  /** Records and keys when every lifetime is over, and keys that never had an end. */
  readonly left: number
  readonly endless: number
  /** The longest that the process stood still, milliseconds. */
  readonly stoodStillMs: number
  readonly verdict: readonly string[]
}

const FIGURES: readonly FigureName[] = ['heapUsed', 'rss', 'redisBytes', 'handles', 'kept']
/** A day and a quarter, on the fast clock: what was sent first is forgotten by then. */
const WARM_UP = (30 * 3600) / SPEED
/** A number that was proved is remembered for 366 days; nothing is for longer. */
const ALL_LIFETIMES = 368 * 86_400

/** Soaks one variant, in an app and a Redis of its own. */
export async function soak(variant: Variant, options: SoakOptions): Promise<SoakResult> {
  const server = variant === 'redis' ? await startRedis() : undefined
  const client = server === undefined ? undefined : await connectRedis(server.url)
  try {
    return await soakOn(options, server, client)
  } finally {
    client?.destroy()
    await server?.stop()
  }
}

async function soakOn(options: SoakOptions, server: RedisServer | undefined, client: RedisConnection | undefined): Promise<SoakResult> {
  const app = await startApp(server?.url ?? '')
  try {
    await fill(app, 20)
    await wait(12_000)
    const before = (await app.ask({ ask: 'held' })).resources
    await fill(app, options.filling)
    const started = performance.now()
    const seconds = (): number => (performance.now() - started) / 1000
    const mix = startMix(app, options)
    const samples: Sample[] = []
    let endless = 0
    let agedAt = seconds()
    while (seconds() < options.minutes * 60) {
      await wait(options.sampleSeconds * 1000)
      if (client !== undefined) {
        const now = seconds()
        endless = await age(client, (now - agedAt) * (SPEED - 1))
        agedAt = now
      }
      samples.push({ seconds: seconds(), ...(await app.ask({ ask: 'held' })), ...(await redisHeld(client)) })
    }
    await mix.stop()
    // Kept connections of the app's own end after five seconds.
    await wait(12_000)
    const after = (await app.ask({ ask: 'held' })).resources
    const { entries } = await app.ask({ ask: 'leap', seconds: ALL_LIFETIMES })
    if (client !== undefined) await age(client, ALL_LIFETIMES)
    const left = entries + (await redisHeld(client)).redisKeys
    return judged({ samples, tally: mix.tally, handles: { before, after }, left, endless, minutes: options.minutes })
  } finally {
    await app.stop()
  }
}

async function redisHeld(client: RedisConnection | undefined): Promise<Pick<Sample, 'redisBytes' | 'redisKeys'>> {
  if (client === undefined) return { redisBytes: 0, redisKeys: 0 }
  const info = await client.info('memory')
  return { redisBytes: Number(/^used_memory:(\d+)/m.exec(info)?.[1]), redisKeys: await client.dbSize() }
}

interface Seen {
  readonly samples: readonly Sample[]
  readonly tally: ReadonlyMap<string, number>
  readonly handles: SoakResult['handles']
  readonly left: number
  readonly endless: number
  readonly minutes: number
}

function judged({ endless, handles, left, minutes, samples, tally }: Seen): SoakResult {
  const warmUpSeconds = Math.min(WARM_UP, minutes * 30)
  const courses = Object.fromEntries(FIGURES.map((name) => [name, course(samples, name, warmUpSeconds)])) as Record<FigureName, Course>
  const broken = [...tally].filter(([key]) => / 5\d\d$|^failed/.test(key)).reduce((sum, [, count]) => sum + count, 0)
  const sum = (all: Readonly<Record<string, number>>): number => Object.values(all).reduce((total, count) => total + count, 0)
  const verdict = [
    ...FIGURES.filter((name) => !courses[name].flat).map((name) => `${name} grows`),
    ...(sum(handles.after) > sum(handles.before) ? ['handles stay open'] : []),
    ...(left > 0 ? [`${left} records stay`] : []),
    ...(endless > 0 ? [`${endless} keys have no end`] : []),
    ...(broken > 0 ? [`${broken} requests broke`] : []),
  ]
  const requests = [...tally.values()].reduce((total, count) => total + count, 0)
  const answers = Object.fromEntries([...tally].sort())
  const stoodStillMs = Math.max(...samples.map((sample) => sample.stoodStillMs))
  return { samples, warmUpSeconds, courses, requests, answers, broken, handles, left, endless, stoodStillMs, verdict }
}

/** A line of figures for the terminal. */
export function lastLine(result: SoakResult): string {
  const last = result.samples.at(-1)
  return last === undefined ? '' : FIGURES.map((name) => `${name} ${figure(last, name)}`).join(', ')
}
