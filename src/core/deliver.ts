import { type DeliveryFailure, OtpError } from '../errors.js'
import type { Channel } from '../ports/channel.js'
import type { Message } from '../ports/message.js'
import type { Delivered } from '../ports/transport.js'

/** Seconds that a transport has when it names no deadline of its own. */
const DEFAULT_TIMEOUT_SECONDS = 10

/** Hands a message to its transport, once, within the transport's deadline. Silence counts as "may have been sent" and is never repeated (T35). */
export async function deliver(channel: Channel, message: Message): Promise<Delivered | { readonly failure: DeliveryFailure }> {
  const { transport } = channel
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<'silent'>((resolve) => {
    timer = setTimeout(() => resolve('silent'), (transport.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000)
  })
  try {
    const answer = await Promise.race([transport.deliver(message, { signal: abort.signal }), silence])
    return answer === 'silent' ? { failure: uncertain(transport.name, 'timeout') } : delivered(answer, message)
  } catch (err) {
    // Anything but a transport's own error may hold the vendor's words, hence an address or the code: it goes no further (T64).
    if (!(err instanceof OtpError)) return { failure: uncertain(transport.name, undefined) }
    // Any other error of ours, such as a missing package, was thrown before anything was sent.
    return { failure: err.delivery ?? { transport: transport.name, errorCode: err.code, retryable: true, uncertain: false } }
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

/** Anybody may write a transport: whatever it resolves to, nothing of it but a plain id and a plain name reaches an answer, and never the code (T61). */
function delivered(answer: unknown, { code }: Message): Delivered {
  if (typeof answer !== 'object' || answer === null) return {}
  const id: unknown = Reflect.get(answer, 'id')
  const transport: unknown = Reflect.get(answer, 'transport')
  return {
    ...(typeof id === 'string' && /^[!-~]{1,200}$/.test(id) && !id.includes(code) ? { id } : {}),
    ...(typeof transport === 'string' && /^[\w.-]{1,40}$/.test(transport) && !transport.includes(code) ? { transport } : {}),
  }
}

function uncertain(transport: string, errorCode: string | undefined): DeliveryFailure {
  return { transport, errorCode, retryable: false, uncertain: true }
}
