import express from 'express'
import { createOtp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { sessionRouter } from 'express-otp/express'
import { outbox } from 'express-otp/testing'
import session from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nativeDialect } from '../../src/dialects/native.js'
import { openApi } from '../helpers/api-app.js'
import { browserOf, openDoor, PLACES, SECRET, wrong } from '../helpers/door-app.js'
import { passportApp } from '../helpers/passport-app.js'
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

  it.each([
    ['X-Forwarded-For', (address: string) => address],
    ['X-Real-IP', (address: string) => address],
    ['Forwarded', (address: string) => `for=${address};proto=https`],
    ['X-Client-IP', (address: string) => address],
    ['True-Client-IP', (address: string) => address],
    ['CF-Connecting-IP', (address: string) => address],
  ])("T53 %s of the client's own changes no counter of sends and none of guesses", async (name, written) => {
    const { browser, sms } = await openDoor({ place, otp: { limits: { blockSendsPerHour: 2, blockFailuresPerHour: 3 } } })
    const [one = '', two = '', three = ''] = numbers(3)
    const forged = (last: number): Record<string, string> => ({ [name]: written(`198.51.100.${last}`) })
    const [ann, bob] = [browser(), browser()]
    const sends = [await ann.post('/otp/send', { to: one }, forged(1)), await bob.post('/otp/send', { to: two }, forged(2))]
    expect(sends.map(({ status }) => status)).toEqual([200, 200])
    expect((await browser().post('/otp/send', { to: three }, forged(3))).body.reason).toBe('rate_limited')
    const reasons: unknown[] = []
    for (const [index, who] of [ann, bob, ann, bob].entries()) {
      const code = wrong(sms.code(who === ann ? one : two))
      reasons.push((await who.post('/otp/verify', { code }, forged(10 + index))).body.reason)
    }
    expect(reasons).toEqual([...Array(3).fill('invalid_code'), 'rate_limited'])
  })

  it("T29 T53 a header of the client's own opens no other budget of unproved messages", async () => {
    const { browser } = await openDoor({ place, otp: { guard: { blockFloorPerHour: 1 } } })
    const reasons: unknown[] = []
    for (const [index, to] of numbers(2).entries()) {
      const address = `198.51.100.${index}`
      const forged = { 'X-Forwarded-For': address, 'X-Real-IP': address, Forwarded: `for=${address}` }
      const { body } = await browser().post('/otp/send', { to }, forged)
      reasons.push(body.reason ?? body.status)
    }
    expect(reasons).toEqual(['sent', 'rate_limited'])
  })

  it('T53 the Passport door refuses `trust proxy: true` too, and runs with `addressLimits: false`', async () => {
    const routes = (app: express.Express): void => void app.set('trust proxy', true)
    const refused = await passportApp({ place, router: { addressLimits: false }, routes })
    const ann = refused.browser()
    const code = await refused.codeFor(ann)
    const answer = await ann.post('/signin', { code }, { 'X-Forwarded-For': '192.0.2.1' })
    expect([answer.status, refused.loggedIn()]).toEqual([500, []])
    expect(refused.failures).toMatchObject([{ code: 'ERR_OTP_TRUST_PROXY', message: expect.stringMatching(/trust proxy.*useless/) }])
    const open = await passportApp({ place, router: { addressLimits: false }, strategy: { addressLimits: false }, routes })
    const bob = open.browser()
    expect((await bob.post('/signin', { code: await open.codeFor(bob) })).status).toBe(200)
  })

  it('T53 T06 two clients behind one proxy have counters of their own, for guesses too', async () => {
    const { browser, sms } = await openDoor({
      place,
      before: (app) => app.set('trust proxy', 1),
      otp: { limits: { blockFailuresPerHour: 1 } },
    })
    const ann = browser()
    await ann.post('/otp/send', { to: ANN }, { 'X-Forwarded-For': '192.0.2.1' })
    const guess = async (addresses: string): Promise<unknown> =>
      (await ann.post('/otp/verify', { code: wrong(sms.code()) }, { 'X-Forwarded-For': addresses })).body.reason
    expect(await guess('192.0.2.1')).toBe('invalid_code')
    expect(await guess('203.0.113.9, 192.0.2.1')).toBe('rate_limited')
    expect(await guess('192.0.2.2')).toBe('invalid_code')
  })
})

it('T53 the service door refuses `trust proxy: true` as well', async () => {
  const keys = [{ id: 'shop', secret: 'k'.repeat(40) }]
  const { origin, errors } = await openApi({ dialect: nativeDialect(), keys, before: (app) => app.set('trust proxy', true) })
  const headers = { Authorization: 'Bearer wrong', 'Content-Type': 'application/json', 'X-Forwarded-For': '192.0.2.1' }
  const answer = await fetch(`${origin}/v1/otp/send`, { method: 'POST', headers, body: JSON.stringify({ to: ANN }) })
  expect(answer.status).toBe(500)
  expect(errors).toMatchObject([{ code: 'ERR_OTP_TRUST_PROXY' }])
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
