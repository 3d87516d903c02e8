import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readBody } from '../../src/session/read-body.js'
import type { DoorRequest } from '../../src/session/state.js'

/** A request as Node makes it, as far as a body needs it. */
function requestOf(text: string, body?: unknown): DoorRequest & IncomingMessage {
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
  return Object.assign(Readable.from([Buffer.from(text)], { objectMode: false }), { headers, body }) as unknown as DoorRequest &
    IncomingMessage
}

describe('readBody', () => {
  it('reads the body itself where a parser of another type left an empty object behind', async () => {
    const read = await readBody(requestOf('{"to":"ann@example.org"}', {}), { forms: false })
    expect(read).toEqual({ ok: true, form: false, fields: new Map([['to', 'ann@example.org']]) })
  })

  it('takes what a parser of the application has read', async () => {
    const req = requestOf('{"to":"ann@example.org"}')
    for await (const _chunk of req) void _chunk
    req.body = { to: 'ann@example.org' }
    expect(await readBody(req, { forms: false })).toMatchObject({ ok: true, fields: new Map([['to', 'ann@example.org']]) })
  })

  it('T36 never believes an object that nobody has read from the request', async () => {
    const read = await readBody(requestOf('{"to":"ann@example.org"}', { to: 'eve@example.org' }), { forms: false })
    expect(read).toMatchObject({ ok: true, fields: new Map([['to', 'ann@example.org']]) })
  })
})
