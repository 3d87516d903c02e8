import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/doctor/report.js'
import { buildPackage } from '../helpers/demo-process.js'
import { hasRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { root } from '../helpers/source-files.js'
import { run } from './program.js'

const fixture = (name: string): string => `test/doctor/fixtures/${name}.js`
const json = (out: string): Report => JSON.parse(out)
const rulesOf = (out: string): readonly string[] => json(out).findings.map(({ rule }) => rule)

beforeAll(buildPackage)

describe('express-otp doctor', () => {
  it('is what the package calls its program', () => {
    const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(bin).toEqual({ 'express-otp': './dist/doctor/cli.js' })
  })

  it('T62 shows what createOtp and the router refuse as findings, and no secret', async () => {
    const { err, out, status } = await run(['doctor', fixture('bad'), '--json'])
    const refused = json(out).findings.filter(({ rule }) => rule === 'refused')
    expect({ err, status }).toEqual({ err: '', status: 1 })
    expect(refused).toMatchObject([{ severity: 'error', row: 'T62', asvs: '13.3.1' }])
    expect(refused[0]?.found).toContain('option "secret"')
    expect(out).not.toContain('short"')
  })

  it('T53 reads `trust proxy` and the session middleware from an app of Express 4 or 5', async () => {
    const { out } = await run(['doctor', fixture('bad'), '--export', 'weak', '--production', '--json'])
    expect(json(out).production).toBe(true)
    expect(rulesOf(out)).toEqual(
      expect.arrayContaining([
        'trust-proxy',
        'session-store',
        'cookie-http-only',
        'cookie-same-site',
        'memory-store',
        'test-ports',
        'refused',
      ]),
    )
    expect(json(out).ok).toContain('cookie-secure')
    expect(json(out).findings.find(({ rule }) => rule === 'refused')?.found).toContain('Did you mean "addressLimits"')
  })

  it('looks at the options of the login example', async () => {
    const env = { OTP_SECRET: 'Zm9ydHkgdHdvIGJ5dGVzIG9mIGNoYW5jZSwgb3Igc28', SESSION_SECRET: 'c2Vzc2lvbnMgaGF2ZSBvbmUgb2YgdGhlaXIgb3duLi4' }
    const { err, out, status } = await run(['doctor', 'examples/login/doctor.js'], env)
    expect({ err, status }).toEqual({ err: '', status: 1 })
    expect(out).toContain('warning code-length (T08, ASVS 6.6.3)\n    under 8 characters, by e-mail for anybody: login\n    remedy: ')
    expect(out).toMatch(/^ok: cookie-same-site$/m)
    expect(out).toMatch(/\n0 errors, 1 warning, \d+ notes, \d+ ok; judged outside production\n$/)
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(out).not.toMatch(/\u001b|Zm9ydHkg/)
  })

  it('exits with 2 and one line where a file or an argument is wrong', async () => {
    const runs = await Promise.all([
      run(['doctor', 'test/doctor/fixtures/nowhere.js']),
      run(['doctor', fixture('bad'), '--export', 'nothing']),
      run(['doctor', fixture('throws')]),
      run(['doctor']),
      run(['doctor', fixture('bad'), '--loud']),
      run(['doctor', fixture('bad'), '--fail-on', 'everything']),
    ])
    expect(runs.map(({ out, status }) => ({ out, status }))).toEqual(runs.map(() => ({ out: '', status: 2 })))
    expect(runs.map(({ err }) => err.trim().split('\n').length)).toEqual(runs.map(() => 1))
    expect(runs[2]?.err).toBe('express-otp: TypeError: no (a URL) today\n')
  })

  it('prints its arguments with --help', async () => {
    const { out, status } = await run(['--help'])
    expect(status).toBe(0)
    for (const name of ['export', 'app', 'redis', 'production', 'fail-on', 'strict', 'json']) expect(out).toContain(`--${name}`)
  })
})

describe.skipIf(!hasRedis)('express-otp doctor, with a Redis server', () => {
  let redis: RedisServer

  beforeAll(async () => {
    redis = await startRedis()
    await redis.command('CONFIG', 'SET', 'save', '3600 1')
  })

  afterAll(() => redis.stop())

  it('T56 asks the server of the store, and exits by what it finds and by --fail-on', async () => {
    const env = { NODE_ENV: 'production', REDIS_URL: redis.url }
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const evicting = await run(['doctor', fixture('good'), '--json'], env)
    expect(rulesOf(evicting.out)).toContain('redis-eviction')
    expect(evicting.status).toBe(1)
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    const calm = await run(['doctor', fixture('good'), '--json', '--fail-on', 'error'], env)
    expect(json(calm.out).counts.error).toBe(0)
    expect(json(calm.out).ok).toEqual(
      expect.arrayContaining(['redis-reachable', 'redis-eviction', 'redis-persistence', 'redis-tls', 'key-secret', 'memory-store']),
    )
    expect(calm.status).toBe(0)
  })

  it('T58 asks another server with --redis, and says where none answers', async () => {
    const env = { REDIS_URL: redis.url }
    const there = await run(['doctor', fixture('good'), '--json', '--redis', redis.url], env)
    const gone = await run(['doctor', fixture('good'), '--json', '--redis', 'redis://127.0.0.1:1'], env)
    expect(json(there.out).ok).toContain('redis-reachable')
    expect(json(gone.out).findings[0]).toMatchObject({ rule: 'redis-reachable', severity: 'error', row: 'T58' })
    expect(gone.out).not.toContain('127.0.0.1')
  })
})
