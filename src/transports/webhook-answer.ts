import { LATE, withinDeadline } from './deadline.js'
import { vendorId } from './vendor-id.js'

/** As much of an answer as is read. */
const MAX_ANSWER_BYTES = 4096
/** How long the body is waited for; the message is taken with or without it. */
const PATIENCE_SECONDS = 1

/**
 * The `id` of a JSON answer, if it comes within a second and within 4 KiB. Never throws: the status has said that the message
 * was taken.
 */
export async function answeredId(response: Response, signal: AbortSignal): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return undefined
  try {
    const text = await withinDeadline(signal, PATIENCE_SECONDS, () => beginning(reader))
    const answer: unknown = text === LATE ? undefined : JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? vendorId(Reflect.get(answer, 'id')) : undefined
  } catch {
    // Not JSON, or cut off: there is no id to be had.
    return undefined
  } finally {
    // Frees the connection of an answer that goes on.
    void reader.cancel().catch(() => undefined)
  }
}

async function beginning(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= MAX_ANSWER_BYTES) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString('utf8')
    chunks.push(value)
    length += value.byteLength
  }
  return ''
}
