import { createHash } from 'node:crypto'
import { PRESETS } from 'express-otp'
import { completeIntent } from '../../src/core/intents.js'
import type { RedisFacts, Subject } from '../../src/doctor/subject.js'

/** An intent with nothing to complain about. */
export const intent: Subject['intents'][number] = completeIntent('login', { channels: ['sms'] }, ['sms'], {
  ...PRESETS.default,
  recipients: 'known-only',
})

/** A channel whose messages go to one country. */
export function channel(
  name: 'sms' | 'call' | 'whatsapp' | 'email',
  transport = 'vendor',
  behind: readonly string[] = [],
): Subject['channels'][number] {
  return {
    name,
    transport: {
      name: transport,
      deliver: async () => ({}),
      health: () => behind.map((one) => ({ transport: one, state: 'closed', failures: 0 })),
    },
    parse: () => ({ refused: 'country_not_served' }),
    word: () => ({ text: '', parts: 1 }),
  }
}

/** A Redis server with nothing to complain about. */
export const redis: RedisFacts = {
  reachable: true,
  info: new Map([
    ['redis_version', '7.2.4'],
    ['maxmemory_policy', 'noeviction'],
    ['aof_enabled', '1'],
  ]),
  save: '',
  link: { loopback: false, tls: true },
}

/** Looks drawn by chance, and is the same in each run. */
export const drawn = (seed: string, form: 'hex' | 'base64' | 'base64url' = 'base64url', bytes = 32): string =>
  createHash('sha256').update(seed).digest().subarray(0, bytes).toString(form)

/** An app with nothing to complain about, but for what `changes` says. */
export function subject(changes: Partial<Subject> = {}): Subject {
  return {
    production: true,
    platform: 'DYNO',
    source: 'export const options = {}',
    options: { secret: drawn('otp'), host: 'acme.example', prices: { whatsapp: { default: '0.05' } }, spendCap: { perDay: '100' } },
    router: { login: () => true },
    session: { secret: drawn('session'), resave: false },
    keys: [{ id: 'shop', secret: drawn('shop') }],
    refusals: [],
    intents: [intent],
    channels: [channel('whatsapp')],
    dangerous: [],
    store: 'redis',
    sessionStore: 'RedisStore',
    cookie: { secure: true, httpOnly: true, sameSite: 'lax' },
    app: { trustProxy: 1, hasSession: true },
    redis,
    node: 'v24.1.0',
    today: new Date('2026-06-01'),
    packages: [{ name: 'passport', range: '>=0.6', required: false, version: '0.7.0' }],
    ...changes,
  }
}
