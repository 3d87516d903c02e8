import type { IncomingMessage } from 'node:http'

/** The bytes of a body; `undefined` for one that is longer than `maxBytes`. Rejects where the connection ends before the body does. */
export function collectBody(req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  // By events, because the iterator of a stream costs as much as all the rest of reading a request.
  return new Promise((resolve, reject) => {
    // Somebody before us has read it all, and nothing more will be said of it.
    if (req.readableEnded || req.destroyed) return resolve(Buffer.alloc(0))
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (data: Buffer | string) => {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data
      size += chunk.length
      // The rest is read and dropped, so that the client sees the answer instead of a broken connection; Node bounds its time.
      if (size <= maxBytes) chunks.push(chunk)
    })
    req.once('end', () => resolve(size > maxBytes ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    req.once('error', reject)
    req.once('close', () => {
      // After every request, also long after its end, when an error with its stack would be made for nobody.
      if (!req.readableEnded) reject(new Error('the connection ended before the body'))
    })
  })
}
