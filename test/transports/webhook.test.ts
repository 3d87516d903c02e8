import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { webhookTransport } from 'express-otp/transports/webhook'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, message, patient } from './sample-message.js'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const OTHER_SECRET = `whsec_${Buffer.alloc(64, 9).toString('base64')}`

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function receiver(answer: (res: ServerResponse, req: IncomingMessage) => void): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      received.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body })
      answer(res, req)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  // A listening TCP server has an AddressInfo, not a pipe's name.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/codes?app=1`, received }
}

function only<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined || list.length !== 1) throw new Error(`expected one, got ${list.length}`)
  return first
}

const ok = (res: ServerResponse): unknown => res.writeHead(202).end()

describe('webhookTransport', () => {
  it('posts the message as JSON, signed so that a Standard Webhooks library verifies it', async () => {
    const { url, received } = await receiver(ok)
    expect(await webhookTransport({ url, secret: SECRET }).deliver(message(), patient)).toEqual({ id: undefined })
    const { method, url: path, headers, body } = only(received)
    expect([method, path, headers['content-type']]).toEqual(['POST', '/codes?app=1', 'application/json'])
    const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>)
    expect(verified).toEqual({
      type: 'otp.message',
      timestamp: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
      data: {
        channel: 'email',
        to: 'ann@example.com',
        code: '482913',
        text: 'Your Acme code for login:\n\n    482913',
        subject: 'Your Acme code (KX)',
        html: '<!doctype html><p>482913</p>',
        intent: 'login',
        reference: 'KX',
        expiresAt: '2026-01-01T00:05:00.000Z',
      },
    })
  })

  it('leaves subject and html out where there are none', async () => {
    const { url, received } = await receiver(ok)
    await webhookTransport({ url, secret: SECRET }).deliver(message({ channel: 'sms', subject: undefined, html: undefined }), patient)
    expect(Object.keys(JSON.parse(only(received).body).data)).toEqual(['channel', 'to', 'code', 'text', 'intent', 'reference', 'expiresAt'])
  })

  it('names the sender that the message has, for an SMS', async () => {
    const { url, received } = await receiver(ok)
    const transport = webhookTransport({ url, secret: SECRET })
    await transport.deliver(message({ channel: 'sms', sender: 'Acme2' }), patient)
    await transport.deliver(message({ channel: 'call', sender: 'Acme2' }), patient)
    expect(received.map(({ body }) => JSON.parse(body).data.sender)).toEqual(['Acme2', undefined])
  })

  it('signs with every secret of a list', async () => {
    const { url, received } = await receiver(ok)
    await webhookTransport({ url, secret: [OTHER_SECRET, SECRET] }).deliver(message(), patient)
    const { headers, body } = only(received)
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow()
    }
    const stranger = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    expect(() => new Webhook(stranger).verify(body, headers as Record<string, string>)).toThrow()
  })

  it('T35 gives every try of one code the same webhook-id, and every other code another', async () => {
    const { url, received } = await receiver(ok)
    const transport = webhookTransport({ url, secret: SECRET })
    for (const differing of [{}, {}, { reference: 'QR' }, { challengeId: 'challenge-2' }, { channel: 'sms' as const }]) {
      await transport.deliver(message(differing), patient)
    }
    const ids = received.map(({ headers }) => String(headers['webhook-id']))
    expect(ids[0]).toMatch(/^otp_[A-Za-z0-9_-]{32}$/)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(4)
  })

  it('sends the headers it was given', async () => {
    const { url, received } = await receiver(ok)
    await webhookTransport({ url, secret: SECRET, headers: { Authorization: 'Bearer x' } }).deliver(message(), patient)
    expect(only(received).headers.authorization).toBe('Bearer x')
  })

  it.each<readonly [string, string | undefined]>([
    ['{"id":"m-1"}', 'm-1'],
    [`{"id":"${'x'.repeat(200)}"}`, 'x'.repeat(200)],
    [`{"id":"${'x'.repeat(201)}"}`, undefined],
    ['{"id":5}', undefined],
    ['{"id":"two\\nlines"}', undefined],
    ['{"id":"m-1"', undefined],
    ['null', undefined],
    ['', undefined],
    [`{"id":"m-1","filler":"${'x'.repeat(5000)}"}`, undefined],
  ])('takes the id from the answer %j', async (answer, id) => {
    const { url } = await receiver((res) => res.end(answer))
    expect(await webhookTransport({ url, secret: SECRET }).deliver(message(), patient)).toEqual({ id })
  })

  it('T42 reads no more than the beginning of an endless answer', async () => {
    const { url } = await receiver((res) => {
      const more = (): void => {
        while (!res.destroyed && res.write('x'.repeat(1024)));
        if (!res.destroyed) res.once('drain', more)
      }
      more()
    })
    expect(await webhookTransport({ url, secret: SECRET }).deliver(message(), patient)).toEqual({ id: undefined })
  })

  it('T35 counts a message as taken whose answer breaks off after the status', async () => {
    const { url } = await receiver((res) => {
      res.writeHead(200, { 'content-length': '100' }).write('{"id":', () => res.destroy())
    })
    expect(await webhookTransport({ url, secret: SECRET }).deliver(message(), patient)).toEqual({ id: undefined })
  })

  it.each([
    [400, false, false],
    [401, false, false],
    [404, false, false],
    [410, false, false],
    [408, true, false],
    [425, true, false],
    [429, true, false],
    [503, true, false],
    [500, false, true],
    [502, false, true],
    [504, false, true],
  ])('T35 reads status %i as retryable %s, uncertain %s', async (status, retryable, uncertain) => {
    const { url, received } = await receiver((res) => res.writeHead(status).end('ann@example.com 482913'))
    const err = await failureOf(webhookTransport({ url, secret: SECRET }).deliver(message(), patient))
    expect(err.delivery).toEqual({ transport: 'webhook', status, errorCode: undefined, retryable, uncertain })
    expect(received).toHaveLength(1)
    expect(inspect(err, { depth: 9, showHidden: true })).not.toMatch(/ann@|482913/)
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i redirect', async (status) => {
    const { url: elsewhere, received: stray } = await receiver(ok)
    const { url } = await receiver((res) => res.writeHead(status, { location: elsewhere }).end())
    const err = await failureOf(webhookTransport({ url, secret: SECRET }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ status, retryable: false, uncertain: false })
    expect(stray).toEqual([])
  })

  it('T35 counts silence as "may have sent"', async () => {
    const { url, received } = await receiver(() => undefined)
    const err = await failureOf(webhookTransport({ url, secret: SECRET, timeoutSeconds: 0.2 }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'TIMEOUT', retryable: false, uncertain: true })
    expect(received).toHaveLength(1)
  })

  it('T35 counts a connection lost after the request as "may have sent"', async () => {
    const { url } = await receiver((res) => res.destroy())
    const err = await failureOf(webhookTransport({ url, secret: SECRET }).deliver(message(), patient))
    expect(err.delivery).toMatchObject({ errorCode: 'NETWORK', retryable: false, uncertain: true })
  })

  it('T35 counts a refused connection as not sent, also where a name has several addresses', async () => {
    const { url } = await receiver(ok)
    await Promise.all(stops.splice(0).map((stop) => stop()))
    const refused = await failureOf(webhookTransport({ url, secret: SECRET }).deliver(message(), patient))
    expect(refused.delivery).toMatchObject({ errorCode: 'ECONNREFUSED', retryable: true, uncertain: false })
    const byName = url.replace('127.0.0.1', 'localhost')
    const both = await failureOf(webhookTransport({ url: byName, secret: SECRET }).deliver(message(), patient))
    expect(both.delivery).toMatchObject({ errorCode: 'ECONNREFUSED', retryable: true, uncertain: false })
  })

  it('obeys the caller\u2019s signal, before and during the request', async () => {
    const controller = new AbortController()
    const { url, received } = await receiver(() => controller.abort())
    const transport = webhookTransport({ url, secret: SECRET })
    const during = await failureOf(transport.deliver(message(), { signal: controller.signal }))
    expect(during.delivery).toMatchObject({ errorCode: 'ABORTED', retryable: false, uncertain: true })
    const before = await failureOf(transport.deliver(message(), { signal: controller.signal }))
    expect(before.delivery).toMatchObject({ errorCode: 'ABORTED', retryable: true, uncertain: false })
    expect(received).toHaveLength(1)
  })
})
