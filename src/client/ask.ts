import type { Alphabet } from '../core/alphabet.js'
import type { FieldError } from '../core/results.js'
import type { ChannelName } from '../ports/message.js'

/** Why something was not done, in words for the person who typed. */
export interface CodeProblem {
  /** The server's word, such as `invalid_code`; `no_answer` where nothing came back that can be read. */
  readonly reason: string
  /** What the reason means, in English. */
  readonly title: string
  /** The sentence to show: the server's, in the language that was asked for, else the title. */
  readonly detail: string
  /** Fields that were not accepted; none for most reasons. */
  readonly errors: readonly FieldError[]
  /** Whole seconds to wait; `undefined` where waiting does not help. */
  readonly retryAfter: number | undefined
}

/** What a page must know of an intent before anything was sent. */
export interface CodeConfig {
  /** Ways for a code to travel, in the server's order. */
  readonly channels: readonly ChannelName[]
  /** Characters of a code; 0 while it is not known. */
  readonly codeLength: number
  readonly alphabet: Alphabet
  /** Whether the address comes from the user's record, so that `send` takes none. */
  readonly stepUp: boolean
}

/** What a router answers; which fields are there depends on the route. */
export interface Answer {
  readonly problem?: CodeProblem
  readonly intents?: Readonly<Record<string, CodeConfig>>
  readonly pending?: readonly (Answer & { readonly intent: string })[]
  readonly id?: string
  readonly to?: string
  readonly channel?: ChannelName
  readonly reference?: string
  readonly codeLength?: number
  readonly alphabet?: Alphabet
  readonly waiting?: readonly ChannelName[]
  readonly attemptsLeft?: number
  readonly expiresIn?: number
  readonly resendIn?: number
  readonly complete?: boolean
  readonly verifiedAt?: string
  readonly returnTo?: string
  readonly alreadyVerified?: boolean
}

/** Milliseconds after which no answer is waited for. */
const PATIENCE = 20_000

/** A problem that the page found itself. */
export function problemOf(reason: string, title: string): CodeProblem {
  return { reason, title, detail: title, errors: [], retryAfter: undefined }
}

/** Gets a route, or posts to it where there is a body. Never rejects: what went wrong is the answer's `problem`. */
export async function ask(fetcher: typeof fetch, url: string, body?: object, language?: string): Promise<Answer> {
  try {
    const response = await fetcher(url, {
      method: body ? 'POST' : 'GET',
      headers: {
        Accept: 'application/json',
        ...(body && { 'Content-Type': 'application/json' }),
        ...(language && { 'Accept-Language': language }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(PATIENCE),
    })
    // The router of this very package answers; whatever else stands in between has no `reason`.
    const answer = (await response.json()) as Answer & CodeProblem
    if (response.ok) return { ...answer }
    const { reason, title, detail = title, errors = [], retryAfter } = answer
    if (reason) return { ...answer, problem: { reason, title, detail, errors, retryAfter } }
  } catch {
    // No network, no time left, or no JSON: the same to whoever waits.
  }
  return { problem: problemOf('no_answer', 'The server does not answer. Check the connection and try again.') }
}
