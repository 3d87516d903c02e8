import { LATE, withinDeadline } from './deadline.js'

/** How long the body is waited for once the status is there. */
const PATIENCE_SECONDS = 1

/**
 * The JSON of an answer, if all of it comes within a second and within `maxBytes`; otherwise `undefined`. Never throws, never reads
 * further, and frees the connection of an answer that goes on (T42).
 */
export async function answeredJson(response: Response, signal: AbortSignal, maxBytes: number): Promise<unknown> {
  const reader = response.body?.getReader()
  if (reader === undefined) return undefined
  try {
    const text = await withinDeadline(signal, PATIENCE_SECONDS, () => beginning(reader, maxBytes))
    return text === LATE ? undefined : JSON.parse(text)
  } catch {
    // Not JSON, or cut off.
    return undefined
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

async function beginning(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= maxBytes) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString('utf8')
    chunks.push(value)
    length += value.byteLength
  }
  return ''
}
