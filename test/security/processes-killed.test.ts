import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, type DemoProcess, startSkewed } from '../helpers/demo-process.js'
import { browserOf } from '../helpers/door-app.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'
import { startVendor } from '../helpers/vendor.js'
import { ANN } from './scenes.js'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

beforeAll(buildPackage, 120_000)

describe.skipIf(!hasRedis)('a process that is killed while it hands a message over', () => {
  it('T58 T35 leaves no code that is good for anybody, and no message that is sent again; the person asks again after the cooldown', async () => {
    const running: DemoProcess[] = []
    let isFirst = true
    const redis = await startRedis()
    ends.push(redis.stop)
    // The message is with the vendor, whose answer nobody hears any more.
    const vendor = await startVendor(async () => {
      if (isFirst) await running[0]?.stop()
      isFirst = false
    })
    ends.push(vendor.stop)
    const copy = async (storeAhead: string): Promise<string> => {
      const one = await startSkewed({ REDIS_URL: redis.url, VENDOR_URL: vendor.url, STORE_AHEAD_SECONDS: storeAhead })
      running.push(one)
      ends.push(one.stop)
      return one.url
    }

    const ann = browserOf(await copy('0'))
    await expect(ann.post('/otp/send', { to: ANN })).rejects.toThrow('fetch failed')
    expect(ann.cookies.size).toBe(0)
    const [ghost = ''] = vendor.codesFor(ANN)
    expect(ghost).toMatch(/^\d{6}$/)

    const early = browserOf(await copy('1'))
    expect((await early.post('/otp/verify', { code: ghost })).body.reason).toBe('no_pending_challenge')
    const tooEarly = await early.post('/otp/send', { to: ANN })
    expect([tooEarly.status, tooEarly.body.reason]).toEqual([429, 'rate_limited'])
    expect(tooEarly.body.retryAfter).toBeLessThanOrEqual(30)

    const again = browserOf(await copy('31'))
    expect((await again.post('/otp/send', { to: ANN })).status).toBe(200)
    const [, code = ''] = vendor.codesFor(ANN)
    if (ghost !== code)
      expect((await again.post('/otp/verify', { code: ghost })).body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await again.post('/otp/verify', { code })).body.status).toBe('verified')
    expect((await again.post('/otp/verify', { code })).body.reason).toBe('no_pending_challenge')
    expect(vendor.codesFor(ANN)).toHaveLength(2)
  })
})
