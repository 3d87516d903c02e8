import express from 'express'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionRouter } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browserOf, openDoor, PLACES, SECRET } from '../helpers/door-app.js'
import { ANN, guardedRoute, numbers, userOf } from './scenes.js'

const LIMITS = { blockRecipientsPerHour: 2 }

describe.each(PLACES)('client addresses %s', (place) => {
  it('T53 with `trust proxy` set to true the first request says why that is wrong, and nothing is sent', async () => {
    const { browser, sms, errors } = await openDoor({ place, before: (app) => app.set('trust proxy', true) })
    const ann = browser()
    for (const [path, body] of [
      ['/otp/send', { to: ANN }],
      ['/otp/verify', { code: '123456' }],
    ] as const) {
      expect((await ann.post(path, body, { 'X-Forwarded-For': '192.0.2.1' })).status).toBe(500)
    }
    expect(errors).toMatchObject(new Array(2).fill({ code: 'ERR_OTP_TRUST_PROXY', message: expect.stringMatching(/trust proxy.*useless/) }))
    expect(sms.messages).toHaveLength(0)
  })

  it('T53 `addressLimits: false` runs all the same, without limits by address', async () => {
    const { browser, sms } = await openDoor({
      place,
      before: (app) => app.set('trust proxy', true),
      router: { addressLimits: false },
      otp: { limits: LIMITS, intents: { login: {}, transfer: {} } },
      routes: (app, otp) => guardedRoute(app, otp, { intent: 'transfer', currentUser: userOf }),
    })
    for (const to of numbers(4)) await browser().post('/otp/send', { to })
    expect(sms.messages).toHaveLength(4)
    expect((await browser().post('/guarded')).status).toBe(401)
  })

  it('T53 T06 behind one proxy only what that proxy says counts', async () => {
    const { browser } = await openDoor({ place, before: (app) => app.set('trust proxy', 1), otp: { limits: LIMITS } })
    const [one = '', two = '', three = '', four = ''] = numbers(4)
    const from = (addresses: string): Record<string, string> => ({ 'X-Forwarded-For': addresses })
    expect((await browser().post('/otp/send', { to: one }, from('192.0.2.1'))).status).toBe(200)
    // What the client itself puts in front changes nothing.
    expect((await browser().post('/otp/send', { to: two }, from('203.0.113.9, 192.0.2.1'))).status).toBe(200)
    expect((await browser().post('/otp/send', { to: three }, from('203.0.113.10, 192.0.2.1'))).status).toBe(429)
    expect((await browser().post('/otp/send', { to: four }, from('192.0.2.1, 192.0.2.2'))).status).toBe(200)
  })
})

it('T53 an app that is mounted in one that trusts everybody is refused too', async () => {
  const otp = createOtp({ secret: SECRET, channels: [smsChannel({ transport: outbox() })] })
  const inner = express()
  inner.use(session({ secret: 'x', resave: false, saveUninitialized: false }), sessionRouter(otp))
  const outer = express().set('trust proxy', true).use('/inner', inner)
  const codes: unknown[] = []
  outer.use(((err, _req, res, _next) => {
    codes.push(err.code)
    res.sendStatus(500)
  }) as express.ErrorRequestHandler)
  const server = outer.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await otp.close()
  })
  const address = server.address()
  const browser = browserOf(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  expect((await browser.post('/inner/otp/send', { to: ANN })).status).toBe(500)
  expect(codes).toEqual(['ERR_OTP_TRUST_PROXY'])
})
