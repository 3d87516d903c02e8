import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type CodeVendor, codeVendor } from '../helpers/code-vendor.js'
import { buildPackage } from '../helpers/demo-process.js'
import { type Browser, browserOf } from '../helpers/door-app.js'
import { hasRedis, startRedis } from '../helpers/redis-server.js'
import { spawnServer, until } from '../helpers/server-process.js'
import { ANN, reasons } from './scenes.js'

const PROGRAM = fileURLToPath(new URL('../helpers/delegating-app.js', import.meta.url))

/** One more process on this Redis, with codes of this vendor; its address. */
async function startCopy(redisUrl: string, vendorUrl: string): Promise<string> {
  const server = await spawnServer('env', ['PORT=0', `REDIS_URL=${redisUrl}`, `VENDOR_URL=${vendorUrl}`, process.execPath, PROGRAM])
  onTestFinished(() => server.kill())
  const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0]
  await until(PROGRAM, async () => address() !== undefined, { alive: server.running, seconds: 30 })
  return address() ?? ''
}

/** Two processes on one Redis, and a browser that has a code pending; `at` shows its cookies to either. */
async function openBoth(): Promise<{ readonly vendor: CodeVendor; readonly at: (index: number) => Browser }> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const vendor = await codeVendor('octopush')
  const copies = await Promise.all([startCopy(redis.url, vendor.url), startCopy(redis.url, vendor.url)])
  const ann = browserOf(copies[0] ?? '')
  expect((await ann.post('/otp/send', { to: ANN })).status).toBe(200)
  return { vendor, at: (index) => browserOf(copies[index % 2] ?? '', ann.cookies) }
}

beforeAll(buildPackage, 120_000)

describe.skipIf(!hasRedis)('codes that a vendor keeps, at two processes on one Redis', () => {
  it('T02 of 500 guesses at once the vendor sees five', async () => {
    const { at, vendor } = await openBoth()
    const said = reasons(
      await Promise.all(Array.from({ length: 500 }, (_, index) => at(index).post('/otp/verify', { code: String(100_000 + index) }))),
    )
    expect(vendor.checked).toHaveLength(5)
    expect(said.filter((one) => one === 'invalid_code')).toHaveLength(4)
    expect(said.filter((one) => one === 'too_many_attempts')).toHaveLength(496)
    expect(reasons([await at(0).post('/otp/verify', { code: vendor.code() })])).toEqual(['too_many_attempts'])
  }, 60_000)

  it('T22 of 300 right codes at once one logs in, also where the vendor calls each of them right', async () => {
    const { at, vendor } = await openBoth()
    vendor.mood = 'eager'
    const said = reasons(
      await Promise.all(Array.from({ length: 300 }, (_, index) => at(index).post('/otp/verify', { code: vendor.code() }))),
    )
    expect(said.filter((one) => one === 'verified')).toHaveLength(1)
    expect(new Set(said)).toEqual(new Set(['verified', 'too_many_attempts', 'no_pending_challenge']))
    expect(vendor.checked.length).toBeGreaterThan(1)
    expect(vendor.checked.length).toBeLessThanOrEqual(5)
  }, 60_000)
})
