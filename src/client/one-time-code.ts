import type { ChannelName } from '../ports/message.js'
import { type Answer, ask, problemOf } from './ask.js'
import { countdown } from './countdown.js'
import { type CodeState, START } from './state.js'

/** Options of {@link oneTimeCode}. */
export interface OneTimeCodeOptions {
  /** Where the session router stands. @default '/otp' */
  readonly path?: string | undefined
  /** What the code is good for: an intent of the server's. @default 'login' */
  readonly intent?: string | undefined
  /** What is being approved, for an intent that is bound to it; asked for at each send and verify. Default: nothing. */
  readonly context?: (() => Readonly<Record<string, string | number>>) | undefined
  /** Id of a challenge that another browser asked for, as its `state.id` says, where the intent allows that. Default: what this browser asked for. */
  readonly id?: string | undefined
  /** Sends the requests. Default: the browser's. */
  readonly fetch?: typeof fetch | undefined
  /** Milliseconds on a clock that nobody sets. Default: `performance.now`. */
  readonly now?: (() => number) | undefined
}

/** Where a code goes: the fields of `POST /otp/send`. */
export interface SendFields {
  /** Phone number or e-mail address, as typed. */
  readonly to?: string | undefined
  readonly channel?: 'auto' | ChannelName | undefined
  /** Several channels at once, each with an address in `recipients`. */
  readonly channels?: readonly ChannelName[] | undefined
  readonly recipients?: Readonly<Partial<Record<ChannelName, string>>> | undefined
  /** A CAPTCHA's token, after the problem `human_check_required`. It is sent once. */
  readonly human?: string | undefined
}

/**
 * One code from the first field to the right answer. Every verb resolves to the state after it and never rejects; an identical call while one is under
 * way is that one, any other waits for it.
 */
export interface OneTimeCode {
  /** A snapshot: the same object until something has changed. */
  readonly state: CodeState
  /** Calls back after each change, and while a countdown runs once a second; returns how to stop that. */
  subscribe(listener: () => void): () => void
  /** Reads what the server offers, and goes on where the browser was before a reload. */
  load(): Promise<CodeState>
  /** Has a code sent; words come in `locale` (BCP 47) from then on, by default in the browser's language. */
  send(fields?: SendFields & { readonly locale?: string | undefined }): Promise<CodeState>
  /**
   * Has another code sent, on another channel if told so. Where the code before is dead the page's last `send` is repeated; where there was none, since the
   * page was loaded again, the step may be `start` afterwards.
   */
  resend(fields?: Pick<SendFields, 'channel' | 'human'>): Promise<CodeState>
  /** Checks what was typed; several codes by channel where the intent asks for all of them. */
  verify(code: string | Readonly<Partial<Record<ChannelName, string>>>): Promise<CodeState>
  /** Forgets the code and goes back to `start`, whether or not the server can be told. */
  cancel(): Promise<CodeState>
}

/** Reasons after which no guess at the same code can be right. */
const DEAD = /^(?:expired|no_pending_challenge|too_many_attempts)$/

/**
 * Makes the state behind a page that asks for a code and checks it; knows no framework and no element. From `express-otp/client`.
 *
 * @example
 * const code = oneTimeCode()
 * code.subscribe(() => render(code.state))
 * await code.load()
 */
export function oneTimeCode(options: OneTimeCodeOptions = {}): OneTimeCode {
  const { path = '/otp', intent = 'login', context, id, now = () => performance.now() } = options
  // Called bare, as the browser's own must be, and looked up late, so that a page may have wrapped it.
  const fetcher: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  const listeners = new Set<() => void>()
  const running = new Map<string, Promise<CodeState>>()
  let latest: Promise<unknown> = Promise.resolve()
  let state = START
  let language: string | undefined
  let lastSend: SendFields | undefined

  const clock = countdown(now, refresh, () => void load())

  function change(changes: Partial<CodeState>): void {
    const next = { ...state, ...changes }
    const secondsLeft = next.step === 'code' ? clock.left('code') : 0
    const isOver = next.usable && secondsLeft === 0
    // What the server says to a guess under way goes before what the page's clock says.
    const over = isOver && !next.busy ? { usable: false, problem: problemOf('expired', 'The code has expired. Ask for a new one.') } : {}
    state = { ...next, secondsLeft, resendIn: clock.left('resend'), expired: next.step === 'code' && secondsLeft === 0, ...over }
    for (const listener of listeners) {
      try {
        listener()
      } catch (err) {
        // A page's mistake is reported, and holds no request up.
        queueMicrotask(() => {
          throw err
        })
      }
    }
  }

  function refresh(): void {
    if (state.resendIn !== clock.left('resend') || (state.step === 'code' && state.secondsLeft !== clock.left('code'))) change({})
  }

  /** One request at a time; one that is under way or waits already is not asked for again. */
  function once(verb: NonNullable<CodeState['busy']>, what: object, task: () => Promise<Partial<CodeState>>): Promise<CodeState> {
    const key = verb + JSON.stringify(what)
    const found = running.get(key)
    if (found !== undefined) return found
    const promise = latest.then(async () => {
      if (state.busy !== verb) change({ busy: verb })
      const changes = await task()
      running.delete(key)
      change({ ...changes, busy: undefined })
      clock.run(listeners.size > 0)
      return state
    })
    running.set(key, promise)
    latest = promise
    // What nobody listened to may be over by now.
    refresh()
    // At once, so that a second click finds the button off.
    if (!state.busy) change({ busy: verb })
    return promise
  }

  function post(route: string, fields: object): Promise<Answer> {
    return ask(fetcher, `${path}/${route}`, { ...fields, intent }, language)
  }

  /** What is pending by an answer to a send, or by the status. */
  function pending({ channel, codeLength, alphabet, expiresIn = 0, resendIn = 0, ...shown }: Answer): Partial<CodeState> {
    clock.set('code', expiresIn)
    clock.set('resend', resendIn)
    const { id = '', to = '', reference = '', waiting = [], attemptsLeft = 0 } = shown
    const config = { ...state.config, ...(codeLength && { codeLength }), ...(alphabet && { alphabet }) }
    return { step: 'code', usable: true, config, id, to, channel, reference, waiting, attemptsLeft, problem: undefined, result: undefined }
  }

  async function deliver(route: string, fields: object): Promise<Partial<CodeState>> {
    const answer = await post(route, fields)
    const { problem } = answer
    if (!problem) return pending(answer)
    if (problem.retryAfter) clock.set('resend', problem.retryAfter)
    // A message that could not go out leaves no code behind.
    const isDead = DEAD.test(problem.reason) || problem.reason === 'delivery_failed'
    return { problem, usable: state.usable && !isDead, step: route === 'resend' && !state.usable && isDead ? 'start' : state.step }
  }

  function bound(): object {
    return context ? { context: context() } : {}
  }

  const load = (): Promise<CodeState> =>
    once('load', {}, async () => {
      const [config, status] = await Promise.all([ask(fetcher, `${path}/config`), ask(fetcher, `${path}/status`)])
      const own = config.intents?.[intent]
      const problem = config.problem ?? status.problem ?? (own ? undefined : problemOf('unknown_intent', 'There is no such intent.'))
      if (!own || problem) return { problem }
      state = { ...state, config: own }
      const found = status.pending?.find((one) => one.intent === intent)
      if (found) return pending(found)
      clock.set('code', 0)
      return { problem: undefined }
    })

  return {
    get state() {
      // Whoever listens is told; a snapshot must not change meanwhile.
      if (listeners.size === 0) refresh()
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      clock.run(true)
      return () => {
        listeners.delete(listener)
        clock.run(listeners.size > 0)
      }
    },
    load,
    send({ locale, ...fields } = {}) {
      language = locale ?? language
      const body = { ...fields, ...bound() }
      return once('send', body, () => {
        lastSend = { ...fields, human: undefined }
        return deliver('send', body)
      })
    },
    resend(fields = {}) {
      return once('resend', fields, () => {
        const again = lastSend ?? (state.config.stepUp ? {} : undefined)
        return state.usable || !again ? deliver('resend', fields) : deliver('send', { ...again, ...fields, ...bound() })
      })
    },
    verify(code) {
      const body = { [typeof code === 'string' ? 'code' : 'codes']: code, ...bound(), ...(id && { id }) }
      return once('verify', body, async () => {
        // The call before this one was right.
        if (state.step === 'done') return {}
        const answer = await post('verify', body)
        const { alreadyVerified, attemptsLeft = state.attemptsLeft, channel, complete, problem, returnTo, to, verifiedAt } = answer
        if (complete || alreadyVerified) {
          return { step: 'done', usable: false, problem: undefined, result: { returnTo, to, channel, verifiedAt, alreadyVerified } }
        }
        if (!problem) return { problem, waiting: answer.waiting ?? [] }
        return { problem, attemptsLeft, usable: state.usable && !DEAD.test(problem.reason) }
      })
    },
    cancel() {
      return once('cancel', {}, async () => {
        if (state.step === 'code') await post('cancel', {})
        lastSend = undefined
        return { ...START, config: state.config }
      })
    },
  }
}
