import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examine } from '../../src/doctor/doctor.js'
import { RULES, type RuleName } from '../../src/doctor/rules.js'
import type { Subject } from '../../src/doctor/subject.js'
import { root } from '../helpers/source-files.js'
import { channel, drawn, intent, redis, subject } from './subjects.js'

const good = subject()
const secret = String(good.options.secret)
const options = (changes: Subject['options']): Partial<Subject> => ({ options: { ...good.options, ...changes } })
const intents = (changes: Partial<typeof intent>): Partial<Subject> => ({ intents: [{ ...intent, ...changes }] })
const server = (changes: Partial<typeof redis>): Partial<Subject> => ({ redis: { ...redis, ...changes } })
const info = (name: string, value: string): Partial<Subject> => server({ info: new Map([...redis.info, [name, value]]) })
const key = (changes: Subject['options']): Partial<Subject> => ({ keys: [{ id: 'shop', secret: 'k7Qz0vYx3mWb9LrT5nHcJ8sD', ...changes }] })
const everywhere: Subject['channels'][number] = { ...channel('sms'), parse: () => ({ kind: 'phone', address: '+800', countedAs: '+800' }) }
const peer = (version: string | undefined): Partial<Subject> => ({
  packages: [{ name: 'express', range: '>=4.21 <6', required: true, version }],
})

/** For each rule, what violates it. Each of them is the good subject but for one thing. */
const BAD: Readonly<Record<RuleName, readonly Partial<Subject>[]>> = {
  refused: [{ refusals: ['createOtp: option "secret" is not acceptable'] }],
  'secret-random': [
    options({ secret: 'x'.repeat(64) }),
    options({ secret: 'my very secret passphrase for codes' }),
    options({ secret: [secret, 'abababababababababababababababab'] }),
  ],
  'secret-in-source': [{ source: `export const options = { secret: '${secret}' }` }],
  'secret-shared': [options({ secret: String(good.session?.secret) }), options({ secret: [secret, secret] }), key({ secret })],
  'secret-age': [options({ secret: [secret, `${secret}a`, `${secret}b`] })],
  'session-secret': [
    { session: { secret: 'keyboard cat', resave: false } },
    { session: { secret: 'z'.repeat(40), resave: false } },
    { session: { resave: false } },
  ],
  'key-secret': [key({ secret: 'change-me-change-me-change-me' })],
  'key-weak-codes': [key({ rights: ['send', 'weakCodes'] })],
  'key-sandbox': [key({ rights: ['sandbox'] })],
  'key-unsigned': [key({ rights: ['unsigned'] })],
  'code-length': [intents({ channels: ['sms', 'email'], codeLength: 7 })],
  'code-lifetime': [intents({ ttlSeconds: 301 })],
  'code-attempts': [intents({ maxAttempts: 6 })],
  'failure-limits': [options({ limits: { recipientFailuresPerDay: 21 } }), options({ limits: { pauseSeconds: 29 } })],
  'send-limits': [options({ limits: { blockSendsPerHour: 21 } })],
  'open-recipients': [intents({ recipients: 'anyone' })],
  'second-factor': [
    { intents: [intent, { ...intent, name: 'after-password', secondFactor: true, stepUp: true }] },
    { intents: [{ ...intent, name: '2fa' }], router: { loginIntent: '2fa' } },
    intents({ stepUp: true }),
  ],
  'test-ports': [options({ random: {} }), options({ clock: {} })],
  'print-transport': [{ channels: [channel('whatsapp', 'console')] }, { channels: [channel('whatsapp', 'failover', ['vendor', 'file'])] }],
  sandbox: [options({ sandbox: true })],
  dangerous: [{ dangerous: ['webhookTransport dangerouslyAllowHttp'] }],
  pstn: [{ channels: [channel('call')], ...options({ prices: { call: { default: '1' } } }) }],
  'email-factor': [{ channels: [channel('email')] }],
  'sms-host': [{ channels: [channel('sms')], ...options({ host: undefined }) }],
  countries: [{ channels: [everywhere] }],
  'spend-ceiling': [options({ spendCap: undefined }), options({ spendCap: {}, guard: { mode: 'record', paidPerHour: 5 } })],
  'spend-cap': [options({ spendCap: undefined, guard: { paidPerHour: 5 } })],
  prices: [options({ prices: { whatsapp: { 33: '0.05' } } })],
  'guard-off': [options({ guard: false })],
  'guard-record': [options({ guard: { mode: 'record' } })],
  'trust-proxy': [{ app: { trustProxy: true, hasSession: true } }],
  'proxy-unset': [{ app: { trustProxy: false, hasSession: true } }],
  'address-limits': [{ router: { addressLimits: false } }],
  'session-missing': [{ app: { trustProxy: 1, hasSession: false } }],
  'session-store': [{ sessionStore: 'MemoryStore' }],
  'session-resave': [{ session: { secret: good.session?.secret } }],
  'cookie-secure': [
    { cookie: { secure: false, httpOnly: true, sameSite: 'lax' } },
    { cookie: { secure: undefined, httpOnly: true, sameSite: 'lax' } },
  ],
  'cookie-http-only': [{ cookie: { secure: true, httpOnly: false, sameSite: 'lax' } }],
  'cookie-same-site': [
    { cookie: { secure: true, httpOnly: true, sameSite: 'none' } },
    { cookie: { secure: true, httpOnly: undefined, sameSite: undefined } },
  ],
  'memory-store': [{ store: 'memory' }],
  'single-process': [{ store: 'session' }],
  'redis-reachable': [server({ reachable: false })],
  'redis-eviction': [info('maxmemory_policy', 'allkeys-lru')],
  'redis-persistence': [info('aof_enabled', '0')],
  'redis-version': [info('redis_version', '6.2.14')],
  'redis-tls': [server({ link: { loopback: false, tls: false } })],
  'node-env': [{ production: false }],
  'node-version': [{ node: 'v20.18.3' }, { node: 'v18.20.0' }],
  'node-life': [{ node: 'v22.22.0', today: new Date('2027-05-01') }],
  'peer-missing': [peer(undefined)],
  'peer-version': [peer('4.20.0'), peer('6.0.0'), { packages: [{ name: 'passport', range: '>=0.6', required: false, version: '0.5.3' }] }],
}

function firing(changes: Partial<Subject>): RuleName[] {
  return examine(subject(changes))
    .filter(({ found }) => found !== undefined)
    .map(({ rule }) => rule)
}

describe('the rules', () => {
  it('are all looked at in an app that has everything, and none complains of a good one', () => {
    const sms = { channels: [channel('sms')], ...options({ prices: { sms: { default: '0.05' } } }) }
    expect(firing({})).toEqual([])
    expect(new Set(examine(subject(sms)).map(({ rule }) => rule))).toEqual(new Set(RULES.keys()))
  })

  it.each(Object.entries(BAD))('%s fires on what violates it', (rule, subjects) => {
    for (const changes of subjects) expect(firing(changes)).toContain(rule)
  })

  it.each(Object.entries(BAD))('%s is quoted with no secret', (_rule, subjects) => {
    const told = subjects.map((changes) => JSON.stringify(examine(subject(changes))))
    for (const text of told) expect(text).not.toContain(secret)
  })

  it('T62 take what was drawn by chance for random: hex, base64 and base64url of 16 bytes and more', () => {
    for (const [bytes, form] of [
      [16, 'hex'],
      [32, 'hex'],
      [24, 'base64'],
      [32, 'base64url'],
    ] as const) {
      expect(firing(options({ secret: drawn('a', form, bytes) }))).toEqual([])
    }
  })

  it('say nothing of Redis over the loopback, of Valkey, or of a server that keeps CONFIG for itself', () => {
    expect(firing(server({ link: { loopback: true, tls: false } }))).toEqual([])
    expect(firing(info('valkey_version', '8.0.1'))).toEqual([])
    expect(firing(server({ save: undefined, info: new Map([['redis_version', '7.4.0']]) }))).toEqual([])
    expect(firing(server({ save: '3600 1', info: new Map([['aof_enabled', '0']]) }))).toEqual([])
  })

  it('T18 let a code log in alone where no password is, and after one where it has secondFactor', () => {
    const second = { ...intent, name: 'mfa', secondFactor: true, stepUp: true }
    expect(firing({ intents: [second], router: { passport: {}, loginIntent: 'mfa' } })).toEqual([])
    expect(firing({ intents: [intent, second], router: { passport: {}, loginIntent: 'mfa' } })).toEqual([])
    expect(firing({ intents: [{ ...intent, name: 'transfer', stepUp: true }], router: {} })).toEqual([])
    expect(examine(subject({ router: {} })).map(({ rule }) => rule)).not.toContain('second-factor')
  })

  it('T27 call it no fault that people who sign up are not known', () => {
    expect(firing(intents({ recipients: 'anyone', name: 'signup' }))).toEqual([])
    expect(firing(intents({ recipients: 'anyone', stepUp: true, name: 'transfer' }))).toEqual([])
  })

  it('judge nothing else where a factory refused while the file was loaded', () => {
    const rules = examine(subject({ options: {}, refusals: ['consoleTransport: prints codes'] })).map(({ rule }) => rule)
    expect(rules).toEqual(['refused', 'node-env', 'node-version', 'node-life', 'peer-missing', 'peer-version'])
  })

  it('stand in docs/doctor.md as they are in the code', () => {
    const page = readFileSync(join(root, 'docs/doctor.md'), 'utf8').split('## Rules')[1] ?? ''
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \| (T\d\d)? ?\| ([\d.]*) ?\| (.+) \| (.*) \|$/gm)].map(
      ([, name, severity, row = '', asvs, , remedy]) => [name, severity, row, asvs, remedy],
    )
    const expected = [...RULES].map(([name, rule]) => [
      name,
      `${rule.severity}${rule.production ? ' in production' : ''}`,
      rule.row,
      rule.asvs,
      rule.remedy,
    ])
    expect(rows).toEqual(expected)
  })
})
