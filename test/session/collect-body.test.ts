import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { collectBody } from '../../src/session/collect-body.js'

/** A request as far as its body goes. */
function request(...chunks: readonly (string | Buffer)[]): Readable & IncomingMessage {
  return Readable.from(chunks, { objectMode: false }) as Readable & IncomingMessage
}

describe('collectBody', () => {
  it('joins what comes in pieces', async () => {
    expect(String(await collectBody(request(Buffer.from('{"a"'), Buffer.from(':1}')), 100))).toBe('{"a":1}')
  })

  it('reads a longer body to its end and keeps nothing of it', async () => {
    const req = request(Buffer.alloc(60), Buffer.alloc(60))
    expect(await collectBody(req, 100)).toBeUndefined()
    expect(req.readableEnded).toBe(true)
  })

  it('takes exactly as much as is allowed', async () => {
    expect(await collectBody(request(Buffer.alloc(100)), 100)).toHaveLength(100)
  })

  it('reads what an application has set to text', async () => {
    const req = request(Buffer.from('\u00e9'))
    req.setEncoding('utf8')
    expect(String(await collectBody(req, 100))).toBe('\u00e9')
  })

  it('does not wait for a body that was read before', async () => {
    const req = request(Buffer.from('x'))
    for await (const _chunk of req);
    expect(await collectBody(req, 100)).toHaveLength(0)
  })

  it('rejects when the connection ends before the body', async () => {
    const req = new Readable({ read: () => undefined }) as Readable & IncomingMessage
    const body = collectBody(req, 100)
    req.push('{"a"')
    req.destroy()
    await expect(body).rejects.toThrow('the connection ended before the body')
    const broken = new Readable({ read: () => undefined }) as Readable & IncomingMessage
    const other = collectBody(broken, 100)
    broken.destroy(new Error('reset'))
    await expect(other).rejects.toThrow('reset')
  })
})
