import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildPackage, type DemoProcess, startSkewed } from '../helpers/demo-process.js'
import { type Browser, browserOf, wrong } from '../helpers/door-app.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { startVendor, type Vendor } from '../helpers/vendor.js'
import { ANN } from './scenes.js'

const NINE_MINUTES = '540'

beforeAll(buildPackage, 120_000)

describe.skipIf(!hasRedis)('two processes whose clocks are nine minutes apart', () => {
  let redis: RedisServer
  let vendor: Vendor
  let processes: readonly DemoProcess[]

  beforeAll(async () => {
    ;[redis, vendor] = await Promise.all([startRedis(), startVendor()])
    const env = { REDIS_URL: redis.url, VENDOR_URL: vendor.url }
    processes = await Promise.all([startSkewed(env), startSkewed({ ...env, CLOCK_AHEAD_SECONDS: NINE_MINUTES })])
  })
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()))
    await Promise.all([redis.stop(), vendor.stop()])
  })
  beforeEach(() => redis.command('FLUSHALL'))

  /** One person in front of both processes, with one jar, in this order. */
  function person(order: readonly number[]): readonly [Browser, Browser] {
    const [one, other] = order.map((index) => browserOf(processes[index]?.url ?? ''))
    if (one === undefined || other === undefined) throw new Error('no process')
    const share = (from: Browser, to: Browser): Browser => ({
      cookies: from.cookies,
      async post(path, body, headers) {
        for (const [name, value] of to.cookies) from.cookies.set(name, value)
        const answer = await from.post(path, body, headers)
        for (const [name, value] of from.cookies) to.cookies.set(name, value)
        return answer
      },
      async get(path, headers) {
        for (const [name, value] of to.cookies) from.cookies.set(name, value)
        return await from.get(path, headers)
      },
    })
    return [share(one, other), share(other, one)]
  }

  const code = (): string => vendor.codesFor(ANN).at(-1) ?? ''

  describe.each([
    ['late', [0, 1]],
    ['early', [1, 0]],
  ] as const)('where the second is too %s', (_, order) => {
    it('T60 say the same of how long a code lives, when the next may be sent, and how many guesses are left', async () => {
      const [one, other] = person(order.toReversed())
      const sent = await one.post('/otp/send', { to: ANN })
      expect(sent.status).toBe(200)
      for (const browser of [one, other]) {
        const { body } = await browser.get('/otp/status')
        const [pending] = body.pending
        expect(Math.abs(sent.body.expiresIn - pending.expiresIn)).toBeLessThan(5)
        expect(Math.abs(sent.body.resendIn - pending.resendIn)).toBeLessThan(5)
        const again = await browser.post('/otp/resend')
        expect([again.status, again.body.reason]).toEqual([429, 'rate_limited'])
        expect(Math.abs(sent.body.resendIn - again.body.retryAfter)).toBeLessThan(5)
      }
      for (const left of [4, 3])
        expect((await (left === 4 ? other : one).post('/otp/verify', { code: wrong(code()) })).body.attemptsLeft).toBe(left)
    })

    it('T60 take a code of each other, once', async () => {
      const [one, other] = person(order)
      await one.post('/otp/send', { to: ANN })
      expect((await other.post('/otp/verify', { code: code() })).body.status).toBe('verified')
      for (const browser of [one, other])
        expect((await browser.post('/otp/verify', { code: code() })).body.reason).toBe('no_pending_challenge')
    })

    it('T60 let a step through on a proof of each other, once', async () => {
      const [one, other] = person(order)
      await one.post('/otp/send', { to: ANN, intent: 'transfer' })
      expect((await one.post('/otp/verify', { code: code(), intent: 'transfer' })).status).toBe(200)
      expect((await other.post('/guarded')).status).toBe(200)
      expect((await one.post('/guarded')).status).toBe(401)
    })

    it('T60 pause a recipient for as long', async () => {
      const [one, other] = person(order)
      await one.post('/otp/send', { to: ANN })
      for (const browser of [one, other, one, other, one]) await browser.post('/otp/verify', { code: wrong(code()) })
      const waits = await Promise.all([one, other].map((browser) => browser.post('/otp/send', { to: ANN })))
      expect(waits.map(({ status }) => status)).toEqual([429, 429])
      const [first, second] = waits.map(({ body }) => Number(body.retryAfter))
      expect(Math.abs((first ?? 0) - (second ?? 0))).toBeLessThan(3)
      expect(first).toBeLessThanOrEqual(30)
    })
  })
})
