import { once } from 'node:events'
import { connect } from 'node:net'
import express from 'express'
import { createOtp, OtpError } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { apiRouter, type Dialect } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { redisStore } from 'express-otp/stores/redis'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { createClient } from 'redis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { nativeDialect } from '../../src/dialects/native.js'
import { type ApiAppOptions, openApi } from '../helpers/api-app.js'
import { SECRET } from '../helpers/door-app.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'

const ANN = '+12068800123'
const SHOP = 'shop-secret-of-128-random-bits-1'
const KEYS = [{ id: 'shop', secret: SHOP, tenant: 'shop' }] as const
const OWN: Readonly<Record<string, string>> = { Authorization: `Bearer ${SHOP}`, 'Content-Type': 'application/json' }

interface Heard {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely; what they expect is the check.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

async function open(options: Partial<ApiAppOptions> = {}) {
  const app = await openApi({ dialect: nativeDialect(), keys: KEYS, ...options })
  async function post(route: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Heard> {
    const answer = await fetch(`${app.origin}${options.mount ?? ''}/v1/otp/${route}`, {
      method: 'POST',
      headers: { ...OWN, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) }
  }
  return { ...app, post }
}

/** Warnings of this process while the test runs. */
function warnings(): string[] {
  const said: string[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void said.push(String(warning)))
  onTestFinished(() => spy.mockRestore())
  return said
}

/** Sends bytes as they are, and tells everything that comes back until the connection ends. */
async function raw(origin: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => {
    heard += String(chunk)
  })
  socket.write(text)
  await once(socket, 'close')
  return heard
}

const chunked = (json: string): string =>
  `POST /v1/otp/send HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${SHOP}\r\nContent-Type: application/json\r\n` +
  `Transfer-Encoding: chunked\r\n\r\n${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`

/** A dialect that does what the test says. */
function dialectThat(handle: Dialect['handle']): Dialect {
  return { ...nativeDialect(), handle }
}

describe('a request with the marks of a browser', () => {
  it.each([
    ['Origin', 'https://shop.example'],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['Sec-Fetch-Site', 'none'],
  ])('T67 is refused, whatever it says: %s: %s', async (name, value) => {
    const { origin, outboxes, post } = await open()
    const answer = await post('send', { to: ANN }, { [name]: value })
    expect([answer.status, answer.body.reason]).toEqual([403, 'cross_site'])
    const preflight = await fetch(`${origin}/v1/otp/send`, { method: 'OPTIONS', headers: { [name]: value } })
    expect(preflight.status).toBe(403)
    for (const { headers } of [answer, preflight]) {
      expect([...headers.keys()].filter((header) => header.startsWith('access-control-'))).toEqual([])
    }
    expect(outboxes.sms.messages).toHaveLength(0)
  })

  it('T67 that is a cookie changes nothing: none is read, none is set, no session is made', async () => {
    const store = new session.MemoryStore()
    const { post } = await open({
      before: (app) => app.use(session({ secret: 'x', resave: false, saveUninitialized: false, store })),
    })
    const answer = await post('send', { to: ANN }, { Cookie: `connect.sid=s%3Ax; otp=${SHOP}` })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await new Promise((resolve) => store.length?.((_err, length) => resolve(length)))).toBe(0)
    expect((await post('send', { to: ANN }, { Authorization: '', Cookie: `key=${SHOP}; X-API-Key=${SHOP}` })).status).toBe(401)
  })
})

describe('a body', () => {
  const before = { 'ahead of a body parser': undefined, 'behind express.json()': (app: express.Express) => app.use(express.json()) }

  describe.each(Object.entries(before))('%s', (_place, parser) => {
    const options = parser === undefined ? {} : { before: parser }

    it('T38 of another type or coding is refused, and so is none', async () => {
      const { origin, outboxes, post } = await open(options)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/problem+json', 'multipart/form-data']) {
        const answer = await post('send', { to: ANN }, { 'Content-Type': type })
        expect([answer.status, answer.body.reason], type).toEqual([415, 'unsupported_media_type'])
      }
      const packed = await raw(origin, chunked(JSON.stringify({ to: ANN })).replace('\r\n', '\r\nContent-Encoding: identity\r\n'))
      expect(packed).toMatch(/^HTTP\/1.1 415 /)
      expect((await post('send', { to: ANN }, { 'Content-Type': 'Application/JSON ; charset=utf-8' })).status).toBe(200)
      expect((await post('send', '')).body).toMatchObject({ status: 400, reason: 'invalid_request' })
      expect(outboxes.sms.messages).toHaveLength(1)
    })

    it('T42 of more than 4 KiB is refused, announced or not', async () => {
      const { origin, outboxes, post } = await open(options)
      const filled = (length: number): string => {
        const frame = JSON.stringify({ to: ANN, metadata: '' })
        return frame.replace('""', `"${'x'.repeat(length - frame.length)}"`)
      }
      expect((await post('send', filled(4096))).status, 'as long as may be').toBe(400)
      expect((await post('send', filled(4097))).body).toMatchObject({ status: 413, reason: 'body_too_large' })
      expect(await raw(origin, chunked(filled(4097)))).toMatch(/^HTTP\/1.1 413 /)
      expect(await raw(origin, chunked(filled(60_000)))).toMatch(/^HTTP\/1.1 413 /)
      expect(outboxes.sms.messages).toHaveLength(0)
    })

    it('T42 that is nested without end is refused without a fault', async () => {
      const said = warnings()
      const { errors, origin } = await open(options)
      const depth = 40_000
      expect(await raw(origin, chunked(`{"to":${'['.repeat(depth)}${']'.repeat(depth)}}`))).toMatch(/^HTTP\/1.1 413 /)
      expect([errors, said]).toEqual([[], []])
    })

    it('is taken, sent in pieces too', async () => {
      const { origin, outboxes } = await open(options)
      expect(await raw(origin, chunked(JSON.stringify({ to: ANN })))).toMatch(/^HTTP\/1.1 200 /)
      expect(outboxes.sms.last()?.to).toBe(ANN)
    })
  })

  it('that a parser of the application left as bytes or text is taken, too', async () => {
    for (const parser of [express.raw({ type: '*/*' }), express.text({ type: '*/*' })]) {
      const { post } = await open({ before: (app) => app.use(parser) })
      expect((await post('send', { to: ANN })).status).toBe(200)
      expect((await post('send', 'x'.repeat(4097))).status).toBe(413)
    }
  })

  it('that something read and left nowhere is an error of the application, by name', async () => {
    const { errors, post } = await open({
      before: (app) =>
        app.use((req, _res, next) => {
          req.resume()
          req.on('end', next)
        }),
    })
    expect((await post('send', { to: ANN })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OTP_OPTION', message: expect.stringMatching(/read the request.*ahead/) }])
  })

  it('that ends in the middle is nobody\u2019s fault, and fills no log', async () => {
    const said = warnings()
    const { errors, origin, post } = await open()
    for (let count = 0; count < 3; count++) {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.write('POST /v1/otp/send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"to":')
      await once(socket, 'connect')
      // Answered, so the router has the other one by now.
      await post('verify', { id: 'x', code: '1' })
      socket.destroy()
    }
    await post('verify', { id: 'x', code: '1' })
    expect([errors, said]).toEqual([[], []])
  })
})

describe('a path', () => {
  it('at the root that is not its own is passed on', async () => {
    const { origin } = await open({ before: (app) => app.get('/before', (_req, res) => void res.send('mine')) })
    expect((await fetch(`${origin}/after`)).status).toBe(404)
    expect((await fetch(`${origin}/after`)).headers.get('content-type')).toMatch(/html/)
    expect(await (await fetch(`${origin}/before`)).text()).toBe('mine')
  })

  it('below a prefix is answered in the words of the dialect, all of them', async () => {
    const { origin, post } = await open({ mount: '/api' })
    expect((await post('send', { to: ANN })).status).toBe(200)
    for (const path of ['/api', '/api/', '/api/v1', '/api/x?v1/otp/send', '/api/%2fx', '/api/v1/otp/nothing']) {
      const answer = await fetch(origin + path, { method: 'POST', headers: OWN, body: '{}' })
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([404, 'application/problem+json; charset=utf-8'])
    }
    const other = await fetch(`${origin}/api/v1/otp/send`, { headers: OWN })
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await fetch(`${origin}/elsewhere`)).headers.get('content-type')).toMatch(/html/)
  })
})

describe('a fault', () => {
  it('T64 is answered by the dialect, told to this process, and shows no stack', async () => {
    const said = warnings()
    const dialect = dialectThat(() => Promise.reject(new TypeError('cannot read the code 123456')))
    const { errors, post } = await open({ dialect })
    const answer = await post('send', { to: ANN })
    expect(answer.body).toMatchObject({ status: 500, reason: 'internal' })
    expect(JSON.stringify(answer.body)).not.toMatch(/cannot read|123456| at /)
    expect(said).toEqual(['TypeError: cannot read the code 123456'])
    expect(errors).toEqual([])
  })

  it('that is no error is told all the same', async () => {
    const said = warnings()
    const { post } = await open({ dialect: dialectThat(() => Promise.reject('words')) })
    expect((await post('send', {})).status).toBe(500)
    expect(said).toEqual(['words'])
  })

  it('T58 of the store is 503 with a time to wait, and no warning', async () => {
    const said = warnings()
    const away = (): Promise<never> => Promise.reject(new OtpError('ERR_OTP_STORE', 'away', { status: 503 }))
    const { outboxes, post } = await open({ otp: { store: { ...memoryStore(), issue: away, charge: away } } })
    for (const clientIp of [undefined, '203.0.113.7']) {
      const answer = await post('send', { to: ANN, clientIp })
      expect([answer.status, answer.body.reason, answer.headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '5'])
    }
    expect((await post('send', {}, { Authorization: 'Bearer of-nobody' })).status, 'also for who has no key').toBe(503)
    expect([outboxes.sms.messages, said]).toEqual([[], []])
  })

  it.skipIf(!hasRedis)('T58 of a Redis that hangs is answered within 2 s', async () => {
    const redis = await startRedis()
    const client = createClient({ url: redis.url })
    client.on('error', () => undefined)
    await client.connect()
    onTestFinished(async () => {
      client.destroy()
      await redis.stop()
    })
    const { outboxes, post } = await open({ otp: { store: redisStore({ client }) } })
    expect((await post('send', { to: ANN })).status).toBe(200)
    await client.sendCommand(['CLIENT', 'PAUSE', '4000', 'ALL'])
    const started = performance.now()
    expect((await post('send', { to: '+12068800456' })).status).toBe(503)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(outboxes.sms.messages).toHaveLength(1)
  })

  it('that comes after somebody else has answered disturbs nothing', async () => {
    const said = warnings()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const dialect = dialectThat(async () => {
      await held
      return { status: 200, body: {} }
    })
    const { errors, post } = await open({
      dialect,
      before: (app) =>
        app.use((_req, res, next) => {
          next()
          setImmediate(() => res.status(504).json({ late: true }))
        }),
    })
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    expect((await post('send', {})).body).toEqual({ late: true })
    release()
    await new Promise((resolve) => setImmediate(resolve))
    expect([errors, said, unhandled.mock.calls]).toEqual([[], [], []])
  })

  it('of an answer that cannot be written reaches the application', async () => {
    const { errors, post } = await open({ dialect: dialectThat(async () => ({ status: 200, body: { count: 1n } })) })
    expect((await post('send', {})).body).toEqual({ error: 'reached the application' })
    expect(errors).toHaveLength(1)
  })
})

describe('addresses', () => {
  it('T53 with `trust proxy` set to true the first request says why that is wrong, and nothing is sent', async () => {
    const { errors, outboxes, post } = await open({ before: (app) => app.set('trust proxy', true) })
    expect((await post('send', { to: ANN })).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_OTP_TRUST_PROXY', message: expect.stringMatching(/trust proxy.*useless.*addressLimits/) }])
    expect(outboxes.sms.messages).toHaveLength(0)
  })

  it('T53 with `addressLimits: false` it runs all the same, and counts no failed authentication', async () => {
    const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })], store: memoryStore() })
    const app = express()
      .set('trust proxy', true)
      .use(apiRouter(otp, { keys: KEYS, addressLimits: false }))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await otp.close()
    })
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/otp/verify`
    for (let count = 0; count < 31; count++) {
      expect((await fetch(url, { method: 'POST', headers: { ...OWN, Authorization: 'Bearer x' }, body: '{}' })).status).toBe(401)
    }
  })

  it('T67 from the 31st failed authentication an address waits, and who has a key does not', async () => {
    const { clock, post } = await open()
    const nobody = { Authorization: 'Bearer of-nobody-0123456789' }
    for (let count = 0; count < 30; count++) expect((await post('send', {}, nobody)).status).toBe(401)
    const limited = await post('send', {}, nobody)
    expect([limited.status, limited.body.reason, limited.headers.get('retry-after')]).toEqual([429, 'rate_limited', '3600'])
    expect((await post('send', {}, { ...nobody, 'X-Forwarded-For': '192.0.2.1' })).status, 'no address of its own choice').toBe(429)
    expect((await post('send', { to: ANN })).status).toBe(200)
    clock.advance(3600)
    expect((await post('send', {}, nobody)).status).toBe(401)
  })

  it('T06 T08 thirty wrong guesses from one end user stop that address only', async () => {
    const { clock, outboxes, post } = await open()
    const [bad, good] = ['203.0.113.7', '203.0.113.8']
    const guess = async (to: string, clientIp: string): Promise<Heard> => {
      const { body } = await post('send', { to })
      return await post('verify', {
        id: body.id,
        clientIp,
        code: outboxes.sms.code(to).replace(/.$/, (digit) => String((Number(digit) + 1) % 10)),
      })
    }
    for (let count = 0; count < 30; count++) {
      const { body } = await guess(`+12068801${String(100 + count)}`, bad)
      expect(body.reason).toBe('invalid_code')
    }
    expect((await guess('+12068801200', bad)).body.reason).toBe('rate_limited')
    expect((await post('send', { to: '+12068801201', clientIp: bad })).body.reason).toBe('rate_limited')
    expect((await guess('+12068801202', good)).body.reason).toBe('invalid_code')
    expect((await guess('+12068801203', 'nonsense')).body.errors).toEqual([{ field: 'clientIp', reason: 'invalid_address' }])
    clock.advance(3600)
    expect((await guess('+12068801204', bad)).body.reason).toBe('invalid_code')
  })

  it('T06 without an end user\u2019s address the ceilings of the key hold', async () => {
    const { outboxes, post } = await open({ keys: [{ ...KEYS[0], sendsPerHour: 2, failuresPerHour: 1 }] })
    const { body } = await post('send', { to: ANN })
    expect((await post('verify', { id: body.id, code: '1' })).body.reason).toBe('invalid_code')
    expect((await post('verify', { id: body.id, code: outboxes.sms.code() })).body.reason).toBe('rate_limited')
    expect((await post('send', { to: '+12068800456' })).status).toBe(200)
    expect((await post('send', { to: '+12068800457' })).status).toBe(429)
    expect((await post('verify', { id: body.id, clientIp: '203.0.113.7', code: outboxes.sms.code(ANN) })).status).toBe(200)
  })
})

describe('at the start', () => {
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })], store: memoryStore() })

  it.each([
    [{}, /"keys" is missing/],
    [{ keys: [] }, /"keys"/],
    [{ keys: KEYS, dialect: {} }, /"dialect".*owns/],
    [{ keys: KEYS, addressLimits: 'no' }, /"addressLimits"/],
    [{ keys: KEYS, dialects: [] }, /Did you mean "dialect"/],
  ])('a wrong option is refused by name: %j', (options, message) => {
    expect(() => apiRouter(otp, options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringMatching(message) }),
    )
  })

  it('T66 T68 keys that may weaken codes, or be answered with them, are named in a warning, without their secrets', () => {
    const said = warnings()
    apiRouter(otp, { keys: KEYS })
    expect(said).toEqual([])
    apiRouter(otp, {
      keys: [
        ...KEYS,
        { id: 'short', secret: `${SHOP}a`, rights: ['send', 'weakCodes'] },
        { id: 'tests', secret: `${SHOP}b`, rights: ['send', 'sandbox'] },
      ],
    })
    expect(said).toEqual([expect.stringMatching(/"weakCodes": short\./), expect.stringMatching(/"sandbox": tests\./)])
    expect(said.join()).not.toContain(SHOP)
  })

  it('T67 T69 keys that need no secret are told of by their place in the list, because their id is the whole credential', () => {
    const said = warnings()
    const rights = ['send', 'weakCodes', 'sandbox', 'unsigned'] as const
    apiRouter(otp, {
      keys: [...KEYS, { id: 'ak-known-to-few', secret: `${SHOP}a`, rights }, { id: 'named', secret: `${SHOP}b`, rights: ['weakCodes'] }],
    })
    const place = `keys[${KEYS.length}]`
    expect(said).toEqual([
      expect.stringContaining(`"weakCodes": ${place}, named.`),
      expect.stringContaining(`"sandbox": ${place}.`),
      expect.stringContaining(`"unsigned": ${place}.`),
    ])
    expect(said.join()).not.toContain('ak-known-to-few')
  })

  it('returns a middleware with a name', () => {
    expect(apiRouter(otp, { keys: KEYS }).name).toBe('apiRouterMiddleware')
  })
})
