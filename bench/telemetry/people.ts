import type { Outbox } from 'express-otp/testing'
import type { Chance } from '../abuse/chance.js'

/** A browser with an address of its own, in front of the login. */
export interface Visitor {
  post(path: string, body: object): Promise<number>
}

const CODES = { wrong: '000000' } as const

/** Opens a browser. Its address is told as a proxy on this machine would. */
function visitor(origin: string, ip: string): Visitor {
  const cookies = new Map<string, string>()
  return {
    async post(path, body) {
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Sec-Fetch-Site': 'same-origin',
          'X-Forwarded-For': ip,
          Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
        body: JSON.stringify(body),
      })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      await response.arrayBuffer()
      return response.status
    },
  }
}

/** What people and attackers share. */
export interface Town {
  readonly origin: string
  readonly luck: Chance
  readonly boxes: readonly Outbox[]
}

/** Any address of the networks that RFC 2544 keeps for benchmarks. */
function anyIp({ luck }: Town): string {
  return `198.${18 + luck.below(2)}.${luck.below(256)}.${luck.below(256)}`
}

/** Asks for a code; most people type it, some wrong at first, some never come back. */
export async function logIn(town: Town): Promise<void> {
  const { boxes, luck, origin } = town
  const to = luck.once(0.25)
    ? `p${luck.digits(6)}@example.org`
    : luck.once(0.5)
      ? `+1206880${luck.digits(4)}`
      : luck.once(0.6)
        ? `+336123${luck.digits(5)}`
        : `+49151123${luck.digits(5)}`
  const [isLost, isClumsy] = [luck.once(0.08), luck.once(0.12)]
  const browser = visitor(origin, anyIp(town))
  if ((await browser.post('/otp/send', { to })) !== 200 || isLost) return
  if (isClumsy) await browser.post('/otp/verify', { code: CODES.wrong })
  const code = boxes.map((box) => box.last(to)?.code).find((one) => one !== undefined)
  await browser.post('/otp/verify', { code })
}

/** Has messages sent to numbers whose owner is paid for each, and proves none. */
export async function pump(town: Town): Promise<void> {
  await visitor(town.origin, anyIp(town)).post('/otp/send', { to: `+99890${town.luck.digits(7)}` })
}

/** Guesses at the codes of somebody else, and goes on when there is nothing left to guess at. */
export async function guess(town: Town): Promise<void> {
  const browser = visitor(town.origin, anyIp(town))
  await browser.post('/otp/send', { to: `+1206880${town.luck.digits(4)}` })
  for (let count = 0; count < 7; count++) await browser.post('/otp/verify', { code: CODES.wrong })
}
