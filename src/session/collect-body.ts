import type { IncomingMessage } from 'node:http'

/** The bytes of a body; `undefined` for one that is longer than `maxBytes`. */
export async function collectBody(req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    // The rest is read and dropped, so that the client sees the answer instead of a broken connection; Node bounds its time.
    if (size <= maxBytes) chunks.push(chunk)
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks)
}
