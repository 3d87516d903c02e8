import { gzipSync } from 'node:zlib'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { type DoorApp, openDoor, PLACES } from '../helpers/door-app.js'

const ANN = '+12068800123'
const JSON_TYPE = 'application/json'

interface Sent {
  readonly status: number
  readonly body: { readonly reason?: string; readonly errors?: unknown }
  readonly type: string | null
}

async function send(
  { origin }: DoorApp,
  body: RequestInit['body'],
  type: string | undefined,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const response = await fetch(`${origin}/otp/send`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin', ...(type === undefined ? {} : { 'Content-Type': type }), ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  } as RequestInit)
  return { status: response.status, body: (await response.json()) as Sent['body'], type: response.headers.get('content-type') }
}

/** A body whose length is not told beforehand. */
function chunked(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.slice(at, at + 1000))
      controller.close()
    },
  })
}

/** A good request of exactly so many bytes. */
function ofSize(bytes: number): string {
  const text = JSON.stringify({ to: ANN })
  return text + ' '.repeat(bytes - text.length)
}

describe.each(PLACES)('request bodies %s', (place) => {
  it.each([
    ['with its length', (text: string) => text],
    ['in chunks', chunked],
  ])('T42 4096 bytes are read, 4097 are too many: %s', async (_what, framed) => {
    const app = await openDoor({ place })
    const tooLarge = await send(app, framed(ofSize(4097)), JSON_TYPE)
    expect(tooLarge).toMatchObject({ status: 413, body: { reason: 'body_too_large' }, type: 'application/problem+json; charset=utf-8' })
    expect(app.sms.messages).toHaveLength(0)
    expect((await send(app, framed(ofSize(4096)), JSON_TYPE)).status).toBe(200)
  })

  it('T42 a body of a megabyte is refused, and the connection answers', async () => {
    const app = await openDoor({ place })
    expect((await send(app, chunked(ofSize(1_000_000)), JSON_TYPE)).status).toBe(413)
    expect((await send(app, 'x'.repeat(1_000_000), JSON_TYPE)).status).toBe(413)
    expect((await send(app, ofSize(100), JSON_TYPE)).status).toBe(200)
  })

  it.each([
    undefined,
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/vnd.api+json',
    '*/*',
    'json',
  ])('T38 the media type %s is not taken', async (type) => {
    const app = await openDoor({ place })
    const answer = await send(app, new Blob([JSON.stringify({ to: ANN })]), type)
    expect(answer).toMatchObject({ status: 415, body: { reason: 'unsupported_media_type' } })
    expect(app.sms.messages).toHaveLength(0)
  })

  it.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;x=y'])('takes %s', async (type) => {
    expect((await send(await openDoor({ place }), JSON.stringify({ to: ANN }), type)).status).toBe(200)
  })

  it.each(['gzip', 'br', 'deflate', 'identity', 'x'])('T42 the content coding %s is not taken', async (coding) => {
    const app = await openDoor({ place })
    const bytes = coding === 'gzip' ? new Uint8Array(gzipSync(JSON.stringify({ to: ANN }))) : JSON.stringify({ to: ANN })
    expect((await send(app, bytes, JSON_TYPE, { 'Content-Encoding': coding })).status).toBe(415)
  })

  it.each([
    '',
    ' ',
    '{',
    '{"to":"+12068800123"',
    '{"to":"+12068800123"}x',
    "{'to':'+12068800123'}",
    'null',
    'true',
    '5',
    '"text"',
    '[]',
    '[{"to":"+12068800123"}]',
    'to=%2B12068800123',
    '\u0000',
    '{"to":NaN}',
    '['.repeat(4096),
    '{"a":'.repeat(800),
  ])('T38 malformed JSON is told as such, without a stack or an echo: %.30j', async (text) => {
    const app = await openDoor({ place })
    const answer = await send(app, text, JSON_TYPE)
    expect(answer).toEqual({
      status: 400,
      type: 'application/problem+json; charset=utf-8',
      body: {
        type: 'urn:express-otp:invalid_request',
        title: 'The request is not acceptable.',
        status: 400,
        reason: 'invalid_request',
        errors: [{ field: 'body', reason: 'malformed' }],
      },
    })
    expect(app.errors).toEqual([])
  })

  it('T38 bytes that are no UTF-8 are malformed', async () => {
    const app = await openDoor({ place })
    for (const bytes of [
      [0xff, 0xfe],
      [0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d],
    ]) {
      expect((await send(app, new Uint8Array(bytes), JSON_TYPE)).body.errors).toEqual([{ field: 'body', reason: 'malformed' }])
    }
  })

  it('T42 values that a parser of the app\u2019s own takes, deeper than can be written again, are refused like any other', async () => {
    const app = await openDoor({ place, before: (host) => host.use(express.json()) })
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`
    for (const field of ['to', 'recipients', 'channels', 'context']) {
      const answer = await send(app, chunked(`{"${field}":${deep}}`), JSON_TYPE, { Cookie: 'otp.device=x; connect.sid=x' })
      expect(answer).toMatchObject({ status: 400, body: { reason: 'invalid_request' } })
    }
    expect(app.errors).toEqual([])
  })

  it('T42 deep values in a known field are refused like any other', async () => {
    const app = await openDoor({ place })
    const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`
    for (const field of ['to', 'channel', 'intent', 'locale', 'context']) {
      expect((await send(app, `{"to":"${ANN}","${field}":${deep}}`, JSON_TYPE)).body.reason).toBe('invalid_request')
    }
    expect(app.errors).toEqual([])
  })

  it('takes a body that the application has parsed already, and only an object', async () => {
    const app = await openDoor({ place, before: (one) => void one.use(express.json({ strict: false })) })
    expect((await send(app, JSON.stringify({ to: ANN }), JSON_TYPE)).status).toBe(200)
    for (const text of ['[]', 'null', '5', '"x"']) expect((await send(app, text, JSON_TYPE)).status).toBe(400)
    expect((await send(app, ofSize(4097), JSON_TYPE)).status).toBe(413)
    expect((await send(app, `{"to":"${ANN}","__proto__":1}`, JSON_TYPE)).body.errors).toEqual([
      { field: '__proto__', reason: 'unknown_field' },
    ])
  })
})
