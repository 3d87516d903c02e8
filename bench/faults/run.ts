import { until } from '../../test/helpers/server-process.js'
import type { Fault } from './fault.js'
import { type Heard, logIn, replay, type Story, type Street } from './people.js'
import { openWorld, type World } from './world.js'

/** What one fault did. */
export interface Outcome {
  readonly name: string
  /** What was asked while it lasted, by route, status and reason. */
  readonly seen: readonly { readonly route: string; readonly status: number; readonly count: number; readonly slowestMs: number }[]
  readonly codes: number
  /** Codes whose fate somebody met while it lasted. */
  readonly spent: number
  readonly forgotten: number
  readonly gaveUp: number
  /** Codes that were taken by more than one login, at once or when they were typed again afterwards. */
  readonly acceptedTwice: number
  /** Most answers that said "wrong" to guesses at one code. */
  readonly mostWrong: number
  /** Until the first login through each process, and until the last answer that told of an outage. */
  readonly backMs: number
  readonly logins: number
  /** What must not happen, and did. */
  readonly broken: readonly string[]
}

export interface RunOptions {
  /** How long a fault lasts. */
  readonly seconds: number
  /** People at once. */
  readonly people: number
}

/** Five attempts: the fifth wrong guess is answered with `too_many_attempts`. */
const MOST_WRONG = 4
const STATUSES: readonly number[] = [200, 400, 429, 502, 503]

/** People log in; the fault begins, lasts and ends; people go on; every code that was taken is typed again. */
export async function run(fault: Fault, { people, seconds }: RunOptions): Promise<Outcome> {
  const world = await openWorld(fault.world ?? {})
  const heard: Heard[] = []
  const stories: Story[] = []
  let [isOver, logins] = [false, 0]
  const street: Street = { world, isByMail: fault.isByMail === true, heard, isOver: () => isOver }
  const walk = async (): Promise<void> => {
    while (!isOver) {
      const story = await logIn(street)
      stories.push(story)
      if (story.accepted > 0) logins++
      // A spell without a single code must not become a storm of requests.
      if (story.ending === 'no code') await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  try {
    await fault.prepare?.(world)
    const crowd = Promise.all(Array.from({ length: people }, walk))
    await until('the first logins', async () => logins >= 2 * people)
    const began = performance.now()
    await fault.begin(world)
    const active = performance.now()
    await new Promise((resolve) => setTimeout(resolve, Math.max(seconds, fault.leastSeconds ?? 0) * 1000))
    await fault.end(world)
    const ended = performance.now()
    await wellAgain(world, street)
    const [after, before] = [performance.now(), logins]
    await until('logins as before', async () => logins >= before + 2 * people && performance.now() - after > 1000)
    isOver = true
    await crowd
    const again = await replay(street, stories)
    return judge(fault, { heard, stories, again, began, active, ended, after, codesFor: world.post.codesFor })
  } finally {
    isOver = true
    await world.stop()
  }
}

/** Somebody logs in through each process. */
async function wellAgain(world: World, street: Street): Promise<void> {
  await Promise.all(
    world.apps.map((_, at) =>
      until(`process ${at}`, async () => (await logIn({ ...street, isOver: () => true }, { at, isSure: true })).accepted > 0, {
        seconds: 40,
      }),
    ),
  )
}

/** All that is known when everybody has gone home; instants as `performance.now()` tells them. */
export interface Evidence {
  readonly heard: readonly Heard[]
  readonly stories: readonly Story[]
  /** Codes that were taken once more when they were typed again. */
  readonly again: number
  readonly began: number
  /** When the fault was there for all. */
  readonly active: number
  readonly ended: number
  /** When somebody had logged in through each process. */
  readonly after: number
  codesFor(to: string): readonly string[]
}

/** Holds what was seen against what is promised. */
export function judge(fault: Fault, { active, after, again, began, codesFor, ended, heard, stories }: Evidence): Outcome {
  const within = heard.filter(({ startedAt }) => startedAt >= active && startedAt < ended)
  const met = stories.filter(({ startedAt, endedAt }) => startedAt < ended && endedAt > began && endedAt > 0)
  const failures = heard.filter(({ status, startedAt }) => startedAt >= ended && (status === 0 || status >= 500))
  const lastFailure = Math.max(ended, ...failures.map(({ startedAt, milliseconds }) => startedAt + milliseconds))
  const ends = (ending: Story['ending']): number => met.filter((story) => story.ending === ending).length
  const acceptedTwice = stories.filter(({ accepted }) => accepted > 1).length + again
  const mostWrong = Math.max(0, ...stories.map(({ wrong }) => wrong))
  const slowest = slowestOf(heard)
  // A machine that is slow by itself is slow for all.
  const bound = (fault.patienceMs ?? 2000) + 2 * slowestOf(heard.filter(({ startedAt, milliseconds }) => startedAt + milliseconds < began))
  const odd = [...new Set(heard.map(({ status }) => status))].filter(
    (status) => !STATUSES.includes(status) && !(status === 0 && fault.breaksConnections === true),
  )
  const sentAllTheSame = stories.filter(({ sends, to, unsent }) => codesFor(to).length > sends - unsent)
  const broken: string[] = []
  if (acceptedTwice > 0 && fault.mayForget !== true) broken.push(`${acceptedTwice} codes accepted twice`)
  if (mostWrong > MOST_WRONG && fault.mayForget !== true) broken.push(`${mostWrong + 1} guesses compared`)
  if (odd.length > 0) broken.push(`answers ${odd.join(', ')}`)
  if (sentAllTheSame.length > 0) broken.push(`${sentAllTheSame.length} messages sent that were told to be unsent`)
  if (slowest > bound) broken.push(`an answer took ${Math.round(slowest)} ms`)
  return {
    name: fault.name,
    seen: tally(within),
    codes: met.filter(({ code }) => code !== '').length,
    spent: ends('spent'),
    forgotten: ends('forgotten'),
    gaveUp: ends('gave up'),
    acceptedTwice,
    mostWrong,
    backMs: Math.max(after, lastFailure) - ended,
    logins: stories.filter(({ accepted }) => accepted > 0).length,
    broken,
  }
}

function slowestOf(heard: readonly Heard[]): number {
  return Math.max(0, ...heard.map(({ milliseconds }) => milliseconds))
}

function tally(heard: readonly Heard[]): Outcome['seen'] {
  const kinds = new Map<string, Outcome['seen'][number]>()
  for (const { milliseconds, route, status } of heard) {
    const { count = 0, slowestMs = 0 } = kinds.get(`${route} ${status}`) ?? {}
    kinds.set(`${route} ${status}`, { route, status, count: count + 1, slowestMs: Math.max(slowestMs, milliseconds) })
  }
  return [...kinds.values()]
}
