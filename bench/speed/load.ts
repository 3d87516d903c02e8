import type { Connection } from './connection.js'
import { headersOf, type Person, takeCookies, wrongCode } from './people.js'
import type { RunningTarget } from './running-target.js'
import type { RouteName, Target } from './targets.js'

/** Guesses at one code, so that a right one is left. */
const WRONG_GUESSES = 2

/** What one slice of time showed. */
export interface Slice {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds of each request. */
  readonly latencies: readonly number[]
  /** Microseconds of the server's processor time, of all requests. */
  readonly cpu: number
}

/** A target under load, and the people who have a code pending there. */
export interface Loaded {
  readonly target: Target
  readonly running: RunningTarget
  readonly connections: readonly Connection[]
  newPerson(): Person
  /** Who asked for a code and has not proved it. */
  readonly pending: Person[]
}

/** Keeps every connection busy for so long, or until nobody is left whom the route can serve; throws at any answer that is not expected. */
export async function runSlice(loaded: Loaded, route: RouteName, milliseconds: number): Promise<Slice> {
  const { connections, pending, running } = loaded
  const next = nextPerson(loaded, route)
  const sentBefore = pending.length
  const latencies: number[] = []
  const cpuBefore = await running.cpu()
  const start = performance.now()
  const end = start + milliseconds
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < end; ) {
        const person = next()
        if (person === undefined) return
        await askOnce(loaded, connection, route, person)
        const later = performance.now()
        latencies.push(later - now)
        now = later
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  const cpu = (await running.cpu()) - cpuBefore
  if (route === 'send') await learnCodes(running, pending.slice(sentBefore))
  return { requests: latencies.length, seconds, latencies, cpu }
}

/** Sends to so many people. */
export async function sendTo(loaded: Loaded, count: number): Promise<void> {
  let left = count
  await Promise.all(
    loaded.connections.map(async (connection) => {
      while (left-- > 0) await askOnce(loaded, connection, 'send', loaded.newPerson())
    }),
  )
}

/** One request on one connection, whose answer is checked. */
export async function askOnce({ pending, target }: Loaded, connection: Connection, route: RouteName, person: Person): Promise<void> {
  const { body, path, status } = target.routes[route]
  const code = route === 'wrong' ? wrongCode(person.code) : person.code
  const answer = await connection.ask(path, headersOf(person), JSON.stringify(body(person.to, code)))
  if (answer.status !== status) throw new Error(`${target.name} answered ${route} with ${answer.status}: ${answer.body.slice(0, 300)}`)
  takeCookies(person, answer.cookies)
  if (route === 'send') pending.push(person)
}

/** Asks the target what it sent to them. */
export async function learnCodes(running: RunningTarget, people: readonly Person[]): Promise<void> {
  const codes = await running.codes(people.map(({ to }) => to))
  for (const [index, person] of people.entries()) person.code = codes[index] ?? person.code
}

/** Who is next: everybody once for a send and a right code, everybody with a guess to spare for a wrong one. */
function nextPerson({ newPerson, pending }: Loaded, route: RouteName): () => Person | undefined {
  if (route === 'send') return newPerson
  if (route === 'right') return () => pending.pop()
  // Round by round: nobody's guesses stand side by side.
  const open = pending.filter(({ wrongGuesses }) => wrongGuesses < WRONG_GUESSES)
  let at = 0
  return () => {
    const person = open[at % Math.max(1, open.length)]
    if (person === undefined || person.wrongGuesses >= WRONG_GUESSES) return undefined
    at++
    person.wrongGuesses++
    return person
  }
}
