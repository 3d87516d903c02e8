import { kept, type Reply, type Swarm } from './swarm.js'

/** Copies of one app that act as one, and clients for them. */
export interface Racetrack {
  readonly copies: readonly string[]
  readonly clients: Swarm
}

/** What came of many requests in the same instant. */
export interface RaceFigures {
  /** Guesses that the app compared with the code, of 500 wrong ones. */
  readonly compared: number
  /** Answers that said "logged in", of 300 right codes. */
  readonly accepted: number
  /** Sessions that somebody is logged in with afterwards. */
  readonly loggedIn: number
  /** Messages to one recipient, of 50 sends. */
  readonly messages: number
}

/** A browser after `POST /otp/send`, and what it should type. */
export interface Asked {
  readonly jar: readonly string[]
  readonly code: string
}

export async function askForCode({ clients, copies }: Racetrack, to: string, from = '127.0.0.1'): Promise<Asked> {
  const [url = ''] = copies
  const sent = await clients.ask({ url: `${url}/otp/send`, body: { to }, from })
  if (sent.status !== 200) throw new Error(`send: ${JSON.stringify(sent.json)}`)
  const [message] = await messagesTo({ clients, copies }, to)
  return { jar: kept([], sent), code: message?.code ?? '' }
}

/** The messages of a recipient, newest first. */
export async function messagesTo(
  { clients, copies }: Racetrack,
  to: string,
): Promise<readonly { readonly to: string; readonly code: string }[]> {
  const { json } = await clients.ask({ url: `${copies[0]}/inbox.json` })
  // The apps under test answer nothing else there.
  return (json as unknown as readonly { to: string; code: string }[]).filter((message) => message.to === to)
}

/** All these codes at once in one browser, at the copies in turn. */
function typeAtOnce({ clients, copies }: Racetrack, { jar }: Asked, codes: readonly string[]): Promise<readonly Reply[]> {
  return clients.burst(codes.map((code, index) => ({ url: `${copies[index % copies.length]}/otp/verify`, body: { code }, cookies: jar })))
}

/** So many sends at once to one recipient, each from a fresh browser. */
function sendAtOnce({ clients, copies }: Racetrack, to: string, count: number): Promise<readonly Reply[]> {
  return clients.burst(Array.from({ length: count }, (_, index) => ({ url: `${copies[index % copies.length]}/otp/send`, body: { to } })))
}

/** So many codes that are not this one, all different. */
export function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'))
}

/** How many of these jars are logged in. */
async function loggedIn({ clients, copies }: Racetrack, jars: readonly (readonly string[])[]): Promise<number> {
  const different = [...new Map(jars.map((cookies) => [cookies.join('; '), cookies])).values()]
  const answers = await clients.burst(different.map((cookies, index) => ({ url: `${copies[index % copies.length]}/me`, cookies })))
  return answers.filter(({ status }) => status === 200).length
}

/** Runs all three races. */
export async function race(track: Racetrack): Promise<RaceFigures & { readonly guesses: readonly Reply[] }> {
  await track.clients.warm(track.copies)
  const guessed = await askForCode(track, '+12068800123')
  const guesses = await typeAtOnce(track, guessed, wrongCodes(guessed.code, 500))

  const asked = await askForCode(track, '+12068800124')
  const logins = await typeAtOnce(track, asked, Array<string>(300).fill(asked.code))
  const jars = [asked.jar, ...logins.map((reply) => kept(asked.jar, reply))]

  await sendAtOnce(track, '+12068800125', 50)
  const wrong = guesses.filter(({ json }) => json.reason === 'invalid_code')
  // One may answer the last guess that it compares with the end of the challenge.
  const isLastMissing =
    wrong.every(({ json }) => json.attemptsLeft !== 0) && guesses.some(({ json }) => json.reason === 'too_many_attempts')
  return {
    guesses,
    compared: wrong.length + (isLastMissing ? 1 : 0),
    accepted: logins.filter(({ status }) => status === 200).length,
    loggedIn: await loggedIn(track, jars),
    messages: (await messagesTo(track, '+12068800125')).length,
  }
}
