import type { World } from './world.js'

/** One answer, as a browser got it. */
export interface Heard {
  readonly route: 'send' | 'verify' | 'me'
  /** 0 where the connection broke. */
  readonly status: number
  readonly reason: string
  readonly startedAt: number
  readonly milliseconds: number
}

/**
 * How somebody's evening ended. `spent`: the right code was gone after an answer that left its fate open. `forgotten`: it was gone without one. `used up`: by wrong
 * guesses. `no code`: none was sent. `gave up`: nothing but outages.
 */
export type Ending = 'logged in' | 'spent' | 'forgotten' | 'used up' | 'no code' | 'gave up'

/** Everything about one code of one person. */
export interface Story {
  readonly to: string
  /** The cookies with which the code was typed. */
  readonly jar: ReadonlyMap<string, string>
  code: string
  accepted: number
  /** Answers that said "wrong": each is a guess that was compared. */
  wrong: number
  /** Sends that promised nothing had gone out. */
  unsent: number
  sends: number
  ending: Ending
  startedAt: number
  endedAt: number
}

/** Somebody who types carefully; mistakes two guesses; clicks four times at once; or guesses eight times at once. */
const HABITS = ['sure', 'clumsy', 'hasty', 'guesser'] as const
const PATIENCE = 25

/** What people have in common. */
export interface Street {
  readonly world: World
  /** By e-mail in the place of text messages. */
  readonly isByMail: boolean
  readonly heard: Heard[]
  /** True once nobody shall begin or repeat anything. */
  isOver(): boolean
}

let born = 0

/** Asks for a code, types it, and looks whether it is logged in. `at` keeps to one of the app's processes. */
export async function logIn(street: Street, options: { readonly at?: number; readonly isSure?: boolean } = {}): Promise<Story> {
  const number = born++
  const habit = options.isSure === true ? 'sure' : (HABITS[number % HABITS.length] ?? 'sure')
  const to = street.isByMail ? `p${number}@example.org` : `+1206${8_800_000 + number}`
  const cookies = new Map<string, string>()
  const story: Story = {
    to,
    jar: cookies,
    code: '',
    accepted: 0,
    wrong: 0,
    unsent: 0,
    sends: 0,
    ending: 'no code',
    startedAt: performance.now(),
    endedAt: 0,
  }
  let turn = number
  const ask = (route: Heard['route'], body?: object) =>
    browse(street, { route, body, cookies, ip: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, at: options.at ?? turn++ % 2 })

  for (let tries = 0; tries < PATIENCE && story.code === ''; tries++) {
    const sent = await ask('send', { to })
    story.sends++
    if (sent.status === 503) story.unsent++
    if (sent.status === 200) {
      keep(cookies, sent.set)
      story.code = street.world.post.codesFor(to).at(-1) ?? ''
      break
    }
    if ((sent.status !== 503 && sent.status !== 0) || street.isOver()) break
    await pause(150)
  }
  if (story.code !== '') await typeIt(street, story, habit, ask)
  story.endedAt = performance.now()
  return story
}

type Asked = Heard & { readonly set: readonly string[] }

async function typeIt(
  street: Street,
  story: Story,
  habit: (typeof HABITS)[number],
  ask: (route: Heard['route'], body?: object) => Promise<Asked>,
): Promise<void> {
  const type = async (code: string): Promise<Asked> => {
    const answer = await ask('verify', { code })
    if (answer.status === 200) story.accepted++
    if (answer.reason === 'invalid_code') story.wrong++
    return answer
  }
  const wrong = Array.from({ length: 8 }, (_, index) => String((Number(story.code) + index + 1) % 1_000_000).padStart(6, '0'))
  if (habit === 'clumsy') for (const code of wrong.slice(0, 2)) await type(code)
  if (habit === 'guesser') await Promise.all(wrong.map(type))

  let isOpen = false
  for (let tries = 0; tries < PATIENCE; tries++) {
    const answers = await Promise.all(Array.from({ length: habit === 'hasty' ? 4 : 1 }, () => type(story.code)))
    const login = answers.find(({ status }) => status === 200)
    if (login !== undefined) {
      story.ending = 'logged in'
      return
    }
    if (answers.some(({ reason }) => reason === 'too_many_attempts')) {
      story.ending = 'used up'
      return
    }
    const isUnsure = answers.some(({ status }) => status === 503 || status === 0)
    isOpen ||= isUnsure
    if (!isUnsure) {
      story.ending = isOpen ? 'spent' : 'forgotten'
      return
    }
    if (street.isOver()) break
    await pause(150)
  }
  story.ending = 'gave up'
}

/** Types every code that was taken once again, with the cookies from before, and counts how many are taken again. */
export async function replay(street: Street, stories: readonly Story[]): Promise<number> {
  let again = 0
  for (const { code, jar } of stories.filter((story) => story.accepted > 0)) {
    const answer = await browse(street, { route: 'verify', body: { code }, cookies: jar, ip: '10.255.0.1', at: again % 2 })
    if (answer.status === 200) again++
  }
  return again
}

interface Question {
  readonly route: Heard['route']
  readonly body: object | undefined
  readonly cookies: ReadonlyMap<string, string>
  readonly ip: string
  readonly at: number
}

async function browse({ heard, world }: Street, { at, body, cookies, ip, route }: Question): Promise<Asked> {
  const startedAt = performance.now()
  const url = `${world.apps[at]?.url}${route === 'me' ? '/me' : `/otp/${route}`}`
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', 'X-Forwarded-For': ip, Cookie: cookie }
  const answer = { status: 0, reason: '', set: [] as readonly string[] }
  try {
    const signal = AbortSignal.timeout(20_000)
    const response = await fetch(url, { headers, signal, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) })
    answer.set = response.headers.getSetCookie()
    const text = await response.text()
    answer.status = response.status
    answer.reason = /"reason":"(\w+)"/.exec(text)?.[1] ?? ''
  } catch {
    // The connection broke: status 0.
  }
  const one = { route, status: answer.status, reason: answer.reason, startedAt, milliseconds: performance.now() - startedAt }
  heard.push(one)
  return { ...one, set: answer.set }
}

function keep(cookies: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    cookies.set(name, value)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
