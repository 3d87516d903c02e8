import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createOtp, DEFAULT_LIMITS, INTENT_DEFAULTS } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { memoryStore } from 'express-otp/stores/memory'
import { outbox, testClock } from 'express-otp/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { label, labelExpiry } from '../../src/core/law/receipts.js'
import { blockExpiry, emptyBlock, emptyRecipient, recipientExpiry, tidyBlock, tidyRecipient } from '../../src/core/law/records.js'
import { ANSWER_SECONDS } from '../../src/dialects/native/idempotency.js'
import { MAX_KEPT_SECONDS, TOLD_SECONDS } from '../../src/dialects/octopush/tokens.js'
import { SESSION_SECONDS } from '../../src/dialects/sendmator/session.js'
import { NONCE_SECONDS } from '../../src/dialects/unimatrix/sign-in.js'
import { FIRST_FACTOR_SECONDS } from '../../src/session/first-factor.js'
import { openDoor, SECRET } from '../helpers/door-app.js'
import { root } from '../helpers/source-files.js'
import { ANN } from '../security/scenes.js'

const { failureMemorySeconds } = DEFAULT_LIMITS
const { grantSeconds, ttlSeconds } = INTENT_DEFAULTS
const NOW = Date.UTC(2026, 0, 1)
const ID = { id: 'x', channel: 'sms', sealed: '' } as const
const challenge = {
  tail: 'tail',
  intent: 'login',
  user: '',
  context: '',
  mode: 'any',
  maxAttempts: 5,
  attempts: 0,
  expiresAt: NOW + ttlSeconds * 1000,
  answers: [],
} as const
const mark = { at: NOW, block: '', challenge: 'tail' } as const

describe('T65 the table of what is kept', () => {
  it('T65 tells how long each part of a record stands', () => {
    const seconds = (expiry: number): number => (expiry - NOW) / 1000
    const recipient = (part: object): number => {
      const record = { ...emptyRecipient(), ...part }
      const life = seconds(recipientExpiry(record))
      tidyRecipient(record, NOW + life * 1000)
      // What is over leaves nothing behind.
      expect(record).toEqual(emptyRecipient())
      return life
    }
    expect(recipient({ challenges: [challenge] })).toBe(sum('challenge'))
    expect(recipient({ grants: [{ tail: 'tail', expiresAt: NOW + grantSeconds * 1000 }] })).toBe(sum('grant'))
    expect(recipient({ sends: [mark] })).toBe(sum('sends'))
    expect(figures('failures')).toEqual([
      recipient({ dayFailures: [NOW] }),
      recipient({ failures: 1, forgetAt: NOW + failureMemorySeconds * 1000 }),
    ])
    for (const part of [{ failures: [NOW] }, { sends: [{ at: NOW, recipient: '', callingCode: '', challenge: '' }] }]) {
      const block = { ...emptyBlock(), ...part }
      expect(seconds(blockExpiry(block))).toBe(sum('block'))
      tidyBlock(block, NOW + sum('block') * 1000)
      expect(block).toEqual(emptyBlock())
    }
    expect(seconds(labelExpiry(label({ ...ID, label: 'l', expiresAt: NOW + ttlSeconds * 1000 })))).toBe(sum('label'))
  })

  it('T65 tells what a store keeps at most for the service door', async () => {
    const store = memoryStore({ clock: testClock() })
    onTestFinished(() => store.close())
    const [value, total] = [sum('values'), sum('totals')]
    const kept = { key: 'k'.repeat(16), value: 'v' }
    await store.keep({ ...kept, ttlSeconds: value })
    await expect(store.keep({ ...kept, ttlSeconds: value + 1 })).rejects.toThrow()
    await expect(store.claim({ ...kept, ttlSeconds: value + 1 })).rejects.toThrow()
    const charge = { key: 't'.repeat(16), amount: 1, limit: 9 }
    await store.charge({ ...charge, windowSeconds: total })
    await expect(store.charge({ ...charge, windowSeconds: total + 1 })).rejects.toThrow()
    expect(cells('balance').at(-1)).toBe('for good')
    expect(await store.charge({ ...charge, key: 'b'.repeat(16) })).toMatchObject({ endsAt: 0 })
  })

  it('T65 tells what the dialects keep', () => {
    const kept = ['nonce', 'answer', 'session', 'token', 'token.mark'].map(sum)
    expect(kept).toEqual([NONCE_SECONDS, ANSWER_SECONDS, SESSION_SECONDS, 300 + TOLD_SECONDS, MAX_KEPT_SECONDS])
  })

  it('T65 tells how long cookies live', async () => {
    const { browser, sms } = await openDoor({ place: 'ahead of the session' })
    const ann = browser()
    const lives = (lines: readonly string[]): Record<string, number> =>
      Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), Number(/Max-Age=(\d+)/.exec(line)?.[1])]))
    const sent = await ann.post('/otp/send', { to: ANN })
    expect(lives(sent.headers.getSetCookie())).toEqual({ 'otp.login': sum('otp.<intent>') })
    const verified = await ann.post('/otp/verify', { code: sms.code() })
    expect(lives(verified.headers.getSetCookie())).toMatchObject({ 'otp.device': sum('otp.device') })
  })

  it('T65 tells how long a browser is remembered, and half a login kept, at most', () => {
    const second = { secondFactor: true, recipient: () => ANN }
    const make = (rememberDeviceSeconds: number): unknown =>
      createOtp({
        secret: SECRET,
        channels: [emailChannel({ transport: outbox() })],
        intents: { second: { ...second, rememberDeviceSeconds } },
      })
    expect(() => make(sum('otp-remembered'))).not.toThrow()
    expect(() => make(sum('otp-remembered') + 1)).toThrow('"rememberDeviceSeconds"')
    expect(cells('session.otp').join()).toContain(`first factor behind them (${FIRST_FACTOR_SECONDS})`)
  })

  it('T65 leaves nothing out that is kept', () => {
    const session = ['session.otp']
    const tested = [
      'challenge',
      'grant',
      'sends',
      'failures',
      'block',
      'label',
      'values',
      'nonce',
      'answer',
      'session',
      'token',
      'token.mark',
      'totals',
      'balance',
      'otp.<intent>',
      'otp.device',
      'otp-remembered',
    ]
    expect(rows().map(([name]) => name)).toEqual([...tested, ...session])
  })
})

/** The rows of the README's table, without code marks. */
function rows(): string[][] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const section = readme.split(/^## /m).find((part) => part.startsWith('What is kept')) ?? ''
  return [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.replaceAll('`', '')))
}

function cells(name: string): string[] {
  return rows().find(([first]) => first === name) ?? []
}

/** Every figure that a row tells. */
function figures(name: string): number[] {
  return [...(cells(name).at(-1) ?? '').matchAll(/\b\d+\b/g)].map(([figure]) => Number(figure))
}

/** How long it stands in all. */
function sum(name: string): number {
  return figures(name).reduce((total, figure) => total + figure, 0)
}
