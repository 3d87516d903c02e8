import { setTimeout as wait } from 'node:timers/promises'
import { wrongCode } from '../speed/people.js'
import type { AppProcess } from './app-process.js'
import { type Answer, type Browser, openBrowser } from './browser.js'

/** Answers by what was asked: `verify 200`. */
export type Tally = Map<string, number>

/** A person at a browser, with an address of their own. */
interface Person {
  readonly app: AppProcess
  readonly browser: Browser
  readonly place: number
  readonly own: string
  readonly tally: Tally
}

const FRESH = { count: 0 }

/** Never the same. */
function freshAddress(): string {
  return `fresh-${FRESH.count++}@example.org`
}

/** Mostly mailboxes that nobody has seen before; of phones everybody has a few, because a number that was proved is remembered for a year. */
function someAddress({ place }: Person): string {
  return Math.random() < 0.75 ? freshAddress() : `+1206${2_000_000 + place * 10 + Math.floor(Math.random() * 7)}`
}

const chance = (share: number): boolean => Math.random() < share

async function asked(person: Person, what: string, answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer
  const key = `${what} ${status}`
  person.tally.set(key, (person.tally.get(key) ?? 0) + 1)
  return { status, body }
}

/** A send, and the code where one went out. */
async function send(person: Person, to: string, body: object): Promise<string | undefined> {
  const { status } = await asked(person, 'send', person.browser.post('/otp/send', body))
  return status === 200 ? await codeFor(person, to) : undefined
}

/** The code comes by another way than the answer. */
async function codeFor({ app }: Person, to: string): Promise<string | undefined> {
  for (let tries = 0; tries < 20; tries++) {
    const code = app.takeCode(to)
    if (code !== undefined) return code
    await wait(5)
  }
  return undefined
}

async function verify(person: Person, what: string, body: object): Promise<boolean> {
  return (await asked(person, what, person.browser.post('/otp/verify', body))).status === 200
}

async function logIn(person: Person): Promise<void> {
  const { browser } = person
  const to = chance(0.5) ? person.own : someAddress(person)
  let code = await send(person, to, { to })
  if (code === undefined) return
  await wait(40)
  if (chance(0.2)) {
    await wait(150)
    await asked(person, 'resend', browser.post('/otp/resend', {}))
    code = (await codeFor(person, to)) ?? code
  }
  if (to === person.own && chance(0.3)) await verify(person, 'wrong', { code: wrongCode(code) })
  if (!(await verify(person, 'right', { code }))) return
  if (chance(0.3)) await verify(person, 'replayed', { code })
  await asked(person, 'me', browser.get('/me'))
  if (chance(0.4)) await transfer(person, to)
  if (chance(0.8)) await asked(person, 'logout', browser.post('/logout', {}))
}

async function transfer(person: Person, to: string): Promise<void> {
  const context = { amount: '12.50', payee: 'Bob' }
  // The cooldown after the code for the login.
  await wait(200)
  const code = await send(person, to, { intent: 'transfer', context })
  if (code === undefined || !(await verify(person, 'approve', { intent: 'transfer', context, code }))) return
  await asked(person, 'transfer', person.browser.post('/transfer', context))
}

const BAD: readonly (readonly [path: string, body: string | object])[] = [
  ['/otp/send', '{"to":'],
  ['/otp/send', { to: 12 }],
  ['/otp/send', { to: 'nobody' }],
  ['/otp/send', { to: 'ann@example.org', length: 3 }],
  ['/otp/send', 'x'.repeat(6000)],
  ['/otp/verify', { code: ['1'] }],
  ['/otp/verify', { code: '\u0000' }],
  ['/otp/verify', { codes: { sms: '123456' } }],
  ['/otp/resend', { channel: 'pigeon' }],
  ['/otp/nothing', {}],
]

async function malformed(person: Person): Promise<void> {
  const [path, body] = BAD[Math.floor(Math.random() * BAD.length)] ?? ['/otp/send', '']
  await asked(person, 'malformed', person.browser.post(path, body))
  if (chance(0.3)) await person.browser.hangUp('/otp/send')
}

async function look(person: Person): Promise<void> {
  for (const path of ['/otp/status', '/otp/config', '/login']) await asked(person, path, person.browser.get(path))
}

/** Asks for a code and never types it, or calls it off. */
async function abandon(person: Person): Promise<void> {
  const to = someAddress(person)
  await send(person, to, { to })
  if (chance(0.3)) await asked(person, 'cancel', person.browser.post('/otp/cancel', {}))
}

/** One thing that a person does, as often as the mix says. */
async function act(person: Person): Promise<void> {
  const at = Math.random()
  if (at < 0.45) await logIn(person)
  else if (at < 0.7) await abandon(person)
  else if (at < 0.85) await look(person)
  else await malformed(person)
}

/** People at work. */
export interface Mix {
  readonly tally: Tally
  stop(): Promise<void>
}

/** Keeps so many people busy until told to stop; between two things each rests for about `restMs`. */
export function startMix(app: AppProcess, { people, restMs }: { readonly people: number; readonly restMs: number }): Mix {
  const tally: Tally = new Map()
  let stopped = false
  const everybody = Array.from({ length: people }, (_, index): Person => {
    const browser = openBrowser(app.port, index + 1)
    return { app, browser, place: index, own: `person-${index}@example.org`, tally }
  })
  const busy = everybody.map(async (person) => {
    while (!stopped) {
      await act(person).catch((err: unknown) => {
        const key = `failed ${err instanceof Error ? err.message : ''}`
        tally.set(key, (tally.get(key) ?? 0) + 1)
      })
      await wait(restMs * (0.5 + Math.random()))
    }
    person.browser.close()
  })
  return {
    tally,
    async stop() {
      stopped = true
      await Promise.all(busy)
    },
  }
}

/** Asks for codes that nobody types, from many addresses, until everything of a fixed size is full. */
export async function fill(app: AppProcess, count: number): Promise<void> {
  const workers = Array.from({ length: 10 }, async (_, worker) => {
    for (let index = 0; index < count / 10; index++) {
      // Two sends an address.
      const place = 1000 + worker * 600 + Math.floor(index / 2)
      const browser = openBrowser(app.port, place)
      const to = freshAddress()
      const { status } = await browser.post('/otp/send', { to })
      if (status >= 500) throw new Error(`the app answered ${status}`)
      app.takeCode(to)
      browser.close()
    }
  })
  await Promise.all(workers)
}
