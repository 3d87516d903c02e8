import { type DeliveryFailure, OtpError } from '../errors.js'
import type { Channel } from '../ports/channel.js'
import type { Message } from '../ports/message.js'
import type { Delivered } from '../ports/transport.js'

/** Seconds that a transport has when it names no deadline of its own. */
const DEFAULT_TIMEOUT_SECONDS = 10

/** A failure, as all that is told of it. */
export interface Failed {
  readonly failure: DeliveryFailure
}

/** Hands a message to its transport, once. Silence counts as "may have been sent" and is never repeated (T35). */
export async function deliver({ transport }: Channel, message: Message): Promise<Delivered | Failed> {
  const asked = await ask(transport, (options) => transport.deliver(message, options))
  return 'failure' in asked ? asked : delivered(asked.answer, message)
}

/** Asks a vendor one thing, within its deadline, and reduces what it throws. Silence is uncertain. */
export async function ask(
  { name, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: { readonly name: string; readonly timeoutSeconds?: number | undefined },
  question: (options: { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<{ readonly answer: unknown } | Failed> {
  const call = endingCall()
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => resolve(SILENCE), timeoutSeconds * 1000)
      Promise.resolve(question(call)).then(resolve, reject)
    })
    return answer === SILENCE ? { failure: uncertain(name, 'timeout') } : { answer }
  } catch (err) {
    // Anything but a transport's own error may hold the vendor's words, hence an address or the code: it goes no further (T64).
    if (!(err instanceof OtpError)) return { failure: uncertain(name, undefined) }
    // Any other error of ours, such as a missing package, was thrown before anything was sent.
    return { failure: err.delivery ?? { transport: name, errorCode: err.code, retryable: true, uncertain: false } }
  } finally {
    clearTimeout(timer)
    call.end()
  }
}

/** What no vendor answers. */
const SILENCE: unique symbol = Symbol('silence')

/** The reason of every abort, made once: its stack trace would cost more than the rest of a send. */
const OVER = new DOMException('The call is over.', 'AbortError')

/** Has a signal that is aborted when the call ends; made only for who looks at it, because it costs as much as a session. */
function endingCall(): { readonly signal: AbortSignal; end(): void } {
  let controller: AbortController | undefined
  let isOver = false
  return {
    get signal() {
      controller ??= new AbortController()
      if (isOver) controller.abort(OVER)
      return controller.signal
    },
    end() {
      isOver = true
      controller?.abort(OVER)
    },
  }
}

/** Anybody may write a transport: whatever it resolves to, nothing of it but a plain id and a plain name reaches an answer, and never the code (T61). */
function delivered(answer: unknown, { code }: Message): Delivered {
  if (typeof answer !== 'object' || answer === null) return {}
  const id = plainId(Reflect.get(answer, 'id'), code)
  const transport: unknown = Reflect.get(answer, 'transport')
  return {
    ...(id === undefined ? {} : { id }),
    ...(typeof transport === 'string' && /^[\w.-]{1,40}$/.test(transport) && !transport.includes(code) ? { transport } : {}),
  }
}

/** A vendor's message id, where it is one and does not hold this secret. */
export function plainId(id: unknown, secret: string): string | undefined {
  return typeof id === 'string' && /^[!-~]{1,200}$/.test(id) && !id.includes(secret) ? id : undefined
}

/** A failure after which the message may have gone out all the same. */
export function uncertain(transport: string, errorCode: string | undefined): DeliveryFailure {
  return { transport, errorCode, retryable: false, uncertain: true }
}
