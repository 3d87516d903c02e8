import cookieSession from 'cookie-session'
import type { Express, RequestHandler } from 'express'
import express from 'express'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { requireOtp, sessionRouter } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserOf, openDoor, PLACES, type PlaceName, SECRET } from '../helpers/door-app.js'
import { ANN, guess, reasons } from './scenes.js'

const POSTS: readonly (readonly [string, object])[] = [
  ['/otp/send', { to: ANN, intent: 'transfer' }],
  ['/otp/resend', { intent: 'transfer' }],
  ['/otp/verify', { code: '123456', intent: 'transfer' }],
  ['/otp/cancel', { intent: 'transfer' }],
  ['/guarded', {}],
]

interface Bare {
  readonly post: (path: string, body: object) => Promise<{ readonly status: number; readonly text: string }>
  readonly messages: readonly unknown[]
}

/** An app with whatever stands in for a session. */
async function bareApp(place: PlaceName, sessions: RequestHandler | undefined): Promise<Bare> {
  const transport = outbox()
  const otp = createOtp({ secret: SECRET, store: memoryStore(), channels: [smsChannel({ transport })], intents: { transfer: {} } })
  const app: Express = express()
  if (sessions !== undefined && place === 'behind the session') app.use(sessions)
  app.use(sessionRouter(otp, place === 'behind the session' ? {} : { session: sessions ?? ((_req, _res, next) => next()) }))
  app.post('/guarded', requireOtp(otp, { intent: 'transfer' }), (_req, res) => void res.json({ done: true }))
  app.use(((err, _req, res, _next) => void res.status(500).send(`${err.code}: ${err.message}`)) as express.ErrorRequestHandler)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await otp.close()
  })
  const address = server.address()
  const { post } = browserOf(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  return { post, messages: transport.messages }
}

describe.each(PLACES)('kinds of sessions %s', (place) => {
  it('T49 T58 without a session the first request says what to add, and nothing is sent', async () => {
    const { post, messages } = await bareApp(place, undefined)
    for (const [path, body] of POSTS) {
      const { status, text } = await post(path, body)
      expect([status, text]).toEqual([
        500,
        'ERR_OTP_NO_SESSION: No session on the request: mount express-session before the router, or hand it over: sessionRouter(otp, { session }).',
      ])
    }
    expect(messages).toHaveLength(0)
  })

  it('T49 cookie-session is refused by name', async () => {
    const { post, messages } = await bareApp(place, cookieSession({ name: 'session', keys: ['key'] }) as RequestHandler)
    for (const [path, body] of POSTS.slice(0, place === 'behind the session' ? 5 : 4)) {
      const { status, text } = await post(path, body)
      expect(status).toBe(500)
      expect(text).toMatch(
        /^ERR_OTP_SESSION_KIND: The session has no regenerate\(\); express-otp needs express-session \(cookie-session cannot/,
      )
    }
    expect(messages).toHaveLength(0)
  })

  it.each<unknown>(['text', 5, true, [], {}, { save: true, regenerate: 'x' }, { regenerate: () => undefined }])(
    'T49 a session that is %j is refused',
    async (fake) => {
      const { post, messages } = await bareApp(place, (req, _res, next) => {
        Reflect.set(req, 'session', fake)
        next()
      })
      const { status, text } = await post('/otp/send', { to: ANN, intent: 'transfer' })
      expect(status).toBe(500)
      expect(text).toMatch(/^ERR_OTP_(NO_SESSION|SESSION_KIND): /)
      expect(messages).toHaveLength(0)
    },
  )

  it('T49 T58 a session store that says it is disconnected is an outage, not a mistake, once a session was seen', async () => {
    const store = new session.MemoryStore()
    const { browser, sms, errors } = await openDoor({ place, session: { store }, otp: { intents: { transfer: {} } } })
    const ann = browser()
    expect((await ann.get('/otp/status')).status).toBe(200)
    store.emit('disconnect')
    const answer = await ann.post('/otp/send', { to: ANN, intent: 'transfer' })
    expect([answer.status, answer.body.reason]).toEqual([503, 'temporarily_unavailable'])
    expect([errors, sms.messages]).toEqual([[], []])
    store.emit('connect')
    expect((await ann.post('/otp/send', { to: ANN, intent: 'transfer' })).status).toBe(200)
  })
})

/** What may stand where a pointer should be. */
const TAMPERED: readonly unknown[] = [
  null,
  0,
  true,
  '',
  'text',
  'x'.repeat(38),
  `${'x'.repeat(16)}${'!'.repeat(22)}`,
  'x'.repeat(100_000),
  [],
  ['x'],
  {},
  { id: 'x' },
]

describe('tampered pointers', () => {
  it('T49 in the session lead nowhere, and a send goes on', async () => {
    for (const pointer of TAMPERED) {
      const tamper: RequestHandler = (req, res) => {
        Reflect.set(req.session, 'otp', { pending: { login: pointer, x: pointer }, granted: { login: pointer }, returnTo: pointer })
        res.json({})
      }
      const { browser, sms, errors } = await openDoor({ routes: (app) => void app.post('/tamper', tamper) })
      const ann = browser()
      await ann.post('/tamper')
      expect(reasons(await guess(ann, '123456', 1))).toEqual(['no_pending_challenge'])
      expect((await ann.post('/otp/resend')).body.reason).toBe('no_pending_challenge')
      expect((await ann.post('/otp/cancel')).body.status).toBe('cancelled')
      await ann.post('/tamper')
      expect((await ann.get('/otp/status')).body).toEqual({ pending: [], grants: [] })
      expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
      const [verified] = await guess(ann, sms.code(), 1)
      expect(verified?.body.status).toBe('verified')
      expect(verified?.body).not.toHaveProperty('returnTo')
      expect(errors).toEqual([])
    }
  })

  it('T49 a whole state of another shape leads nowhere either', async () => {
    for (const state of [null, 5, 'text', [], ['pending'], { pending: 5 }, { pending: 'login' }, { pending: null, granted: [] }]) {
      const tamper: RequestHandler = (req, res) => {
        Reflect.set(req.session, 'otp', state)
        res.json({})
      }
      const { browser, sms, errors } = await openDoor({ routes: (app) => void app.post('/tamper', tamper) })
      const ann = browser()
      await ann.post('/tamper')
      expect(reasons(await guess(ann, '123456', 1))).toEqual(['no_pending_challenge'])
      expect((await ann.get('/otp/status')).body).toEqual({ pending: [], grants: [] })
      expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
      expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
      expect(errors).toEqual([])
    }
  })

  it('T49 in the cookie lead nowhere: every changed character breaks its signature', async () => {
    const { browser, sms } = await openDoor({ place: 'ahead of the session', otp: { intents: { login: {}, signup: {} } } })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN })
    const good = ann.cookies.get('otp.login') ?? ''
    expect(good).toMatch(/^[\w-]{38}\.[\w-]*\.[\w-]{22}$/)
    const changed = [...good].map((sign, at) => `${good.slice(0, at)}${sign === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`)
    const others = [
      '',
      '.',
      '..',
      `${good}.`,
      `${good}.x`,
      good.slice(0, -1),
      `${good}A`,
      good.toUpperCase(),
      `"${good}"`,
      encodeURIComponent(good.replace('.', ' ')),
    ]
    const eve = browser()
    for (const bent of [...changed, ...others]) {
      if (bent === good) continue
      eve.cookies.set('otp.login', bent)
      expect([bent, reasons(await guess(eve, sms.code(), 1))]).toEqual([bent, ['no_pending_challenge']])
    }
    eve.cookies.set('otp.signup', good)
    expect(reasons(await guess(eve, sms.code(), 1, { intent: 'signup' }))).toEqual(['no_pending_challenge'])
    expect(reasons(await guess(ann, sms.code(), 1))).toEqual(['verified'])
  })
})
