import { memoryStore } from 'express-otp/stores/memory'
import { fixedRandom } from 'express-otp/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { VerifiedContact } from '../../src/dialects/sendmator.js'
import * as wire from './fixtures/sendmator.js'
import { type Bench, bench, type Heard, LIVE, MAIL, PHONE, TEST, WEAK, wrong } from './sendmator-bench.js'

const byBoth = { channels: ['email', 'sms'], recipients: { email: MAIL, sms: PHONE } }

interface Open extends Bench {
  readonly token: string
  codes(): { email: string; sms: string }
  verify(otps: unknown): Promise<Heard>
}

async function openBoth(mode: 'any' | 'all', more: object = {}, options: Parameters<typeof bench>[0] = {}): Promise<Open> {
  const open = bench(options)
  const { body } = await open.ask('send', { ...byBoth, verification_mode: mode, ...more })
  expect(body.verification_mode).toBe(mode)
  return {
    ...open,
    token: body.session_token,
    codes: () => ({ email: open.outboxes.email.code(MAIL), sms: open.outboxes.sms.code(PHONE) }),
    verify: (otps) => open.ask('verify', { session_token: body.session_token, otps }),
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

const yes = { success: true }
const no = { success: false, message: 'Invalid OTP' }

describe('mode any', () => {
  it('[I] is complete with one right channel, and says "already verified" from then on', async () => {
    const open = await openBoth('any')
    const { email, sms } = open.codes()
    expect((await open.verify({ sms })).body).toMatchObject({
      success: true,
      verified: true,
      session_verified: true,
      attempts_remaining: 3,
    })
    for (const otps of [{ sms }, { email }, { email, sms }])
      expect(await open.verify(otps)).toMatchObject({ status: 400, body: wire.ALREADY })
    open.clock.advance(30)
    expect(await open.ask('resend', { token: open.token })).toMatchObject({ status: 400, body: wire.ALREADY })
  })

  it('T68 [O] names which of two codes was right', async () => {
    const open = await openBoth('any')
    const { email, sms } = open.codes()
    expect((await open.verify({ email: wrong(email), sms })).body).toEqual({
      success: false,
      verified: false,
      session_verified: true,
      attempts_remaining: 2,
      message: 'Invalid OTP',
      details: { attempts_remaining: 2 },
      verification_mode: 'any',
      verification_results: { email: no, sms: yes },
      metadata: {},
      data: { verified: false, verification_results: { email: no, sms: yes } },
    })
  })

  it('[O] charges a call with two wrong codes once', async () => {
    const open = await openBoth('any')
    const { email, sms } = open.codes()
    const { body } = await open.verify({ email: wrong(email), sms: wrong(sms) })
    expect(body).toMatchObject({ verified: false, attempts_remaining: 2, verification_results: { email: no, sms: no } })
  })
})

describe('mode all', () => {
  it('[I] is complete with all codes in one call', async () => {
    const open = await openBoth('all')
    expect((await open.verify(open.codes())).body).toEqual({
      success: true,
      verified: true,
      session_verified: true,
      attempts_remaining: 3,
      verification_mode: 'all',
      verification_results: { email: yes, sms: yes },
      metadata: {},
      data: { verified: true, verification_results: { email: yes, sms: yes } },
    })
  })

  it('[I] is complete with one code after the other', async () => {
    const open = await openBoth('all')
    const { email, sms } = open.codes()
    expect((await open.verify({ sms })).body).toMatchObject({ verified: true, session_verified: false })
    expect((await open.verify({ email })).body).toMatchObject({
      verified: true,
      session_verified: true,
      verification_results: { email: yes },
    })
    expect(await open.verify({ email })).toMatchObject({ status: 400, body: wire.ALREADY })
  })

  it('T68 [O] remembers the right one of two codes, whether the client repeats it or not', async () => {
    for (const repeats of [true, false]) {
      const open = await openBoth('all')
      const { email, sms } = open.codes()
      const first = await open.verify({ email, sms: wrong(sms) })
      expect(first.body).toMatchObject({ verified: false, session_verified: false, attempts_remaining: 2 })
      expect(first.body.verification_results).toEqual({ email: yes, sms: no })
      const second = await open.verify(repeats ? { email, sms } : { sms })
      expect(second.body).toMatchObject({ verified: true, session_verified: true, attempts_remaining: 2 })
    }
  })

  it('T21 does not take a used code of a session again', async () => {
    const open = await openBoth('all')
    const { email } = open.codes()
    await open.verify({ email })
    const heard = await open.verify({ email })
    expect(heard).toMatchObject({ status: 400, body: { code: 'already_verified', message: 'Channel already verified' } })
    expect((await open.verify(open.codes())).body.session_verified).toBe(true)
  })

  it('asks for what one channel is named when the application has four', async () => {
    const open = bench()
    const { body } = await open.ask('send', { channels: ['sms'], recipients: { sms: PHONE }, config: { verification_mode: 'all' } })
    const heard = await open.ask('verify', { token: body.session_token, otps: { sms: open.outboxes.sms.code() } })
    expect(heard.body).toMatchObject({ verification_mode: 'all', session_verified: true })
  })

  it('resends to what is not proved yet, and needs nothing more than that', async () => {
    const open = await openBoth('all')
    await open.verify({ email: open.codes().email })
    open.clock.advance(30)
    const { body } = await open.ask('resend', { token: open.token })
    expect(Object.keys(body.channels_sent)).toEqual(['sms'])
    expect((await open.verify({ sms: open.codes().sms })).body.session_verified).toBe(true)
  })

  it('locks with the last wrong code, and tells what was right in that call', async () => {
    const open = await openBoth('all', { config: { max_attempts: 1 } })
    const { email, sms } = open.codes()
    const heard = await open.verify({ email, sms: wrong(sms) })
    expect(heard).toMatchObject({ status: 200, body: { verified: false, session_verified: false, attempts_remaining: 0 } })
    expect(heard.body.verification_results.sms).toEqual(no)
    expect(await open.verify({ email, sms })).toMatchObject({ status: 400, body: wire.LOCKED })
  })
})

describe('codes', () => {
  async function one(config: object = {}, key = LIVE): Promise<{ open: Bench; code: string; verify: (otps: unknown) => Promise<Heard> }> {
    const open = bench()
    const { body } = await open.ask('send', { channels: ['sms'], recipients: { sms: PHONE }, config }, { key })
    return { open, code: open.outboxes.sms.code(), verify: (otps) => open.ask('verify', { token: body.session_token, otps }) }
  }

  it('T36 [O] may be JSON numbers, which stand for as many digits as the session has', async () => {
    const open = bench({ otp: { random: fixedRandom([42]) } })
    const { body } = await open.ask('send', { channels: ['sms'], recipients: { sms: PHONE }, config: { otp_length: 4 } }, { key: WEAK })
    expect(open.outboxes.sms.code()).toBe('0042')
    expect((await open.ask('verify', { token: body.session_token, otps: { sms: 42 } })).body.verified).toBe(true)
  })

  it('T36 are no numbers below zero, not even by their sign', async () => {
    const open = bench({ otp: { random: fixedRandom([0]) } })
    const { body } = await open.ask('send', { channels: ['sms'], recipients: { sms: PHONE } })
    expect(open.outboxes.sms.code()).toBe('000000')
    const verify = (code: string): Promise<Heard> => open.ask('verify', `{"token":"${body.session_token}","otps":{"sms":${code}}}`)
    expect((await verify('-0')).status).toBe(400)
    expect((await verify('0')).body.verified).toBe(true)
  })

  it.each([
    { sms: null },
    { sms: true },
    { sms: '' },
    { sms: '   ' },
    { sms: [] },
    { sms: ['000000'] },
    { sms: { $ne: 1 } },
    { sms: -1 },
    { sms: 1.5 },
    { sms: 1_000_000 },
    { sms: 1e300 },
    { sms: Number.MAX_SAFE_INTEGER + 1 },
    {},
    [],
    null,
    '000000',
    0,
  ])('T36 refuses %j, and does not charge it', async (otps) => {
    const { code, verify } = await one({ max_attempts: 1 })
    expect(await verify(otps)).toMatchObject({ status: 400, body: { message: 'otps is required', code: 'missing_field' } })
    expect((await verify({ sms: code })).body.verified).toBe(true)
  })

  it.each(['12345', '1234567', '0x1234', '1e5', 'abcdef'])('T37 compares %j, which no code is, and charges it', async (sms) => {
    const { verify } = await one()
    expect((await verify({ sms })).body).toMatchObject({ verified: false, attempts_remaining: 2 })
  })

  it.each(['123456\n', '123456\u0000', '\u202e123456', '+12345', '12345\u00e9'])('T37 refuses %j, and does not charge it', async (sms) => {
    const { code, verify } = await one({ max_attempts: 1 })
    expect((await verify({ sms })).status).toBe(400)
    expect((await verify({ sms: code })).body.verified).toBe(true)
  })

  it('[C] of a channel that was not sent cost nothing, even beside a wrong one', async () => {
    const { code, verify } = await one({ max_attempts: 1 })
    for (const otps of [{ email: '123456' }, { sms: wrong(code), whatsapp: '123456' }, { call: '123456' }, { __proto__x: '1' }]) {
      expect(await verify(otps)).toMatchObject({ status: 400, body: wire.OTHER_CHANNEL })
    }
    expect((await verify({ sms: code })).body.verified).toBe(true)
  })
})

describe('tokens', () => {
  it('T69 are opaque, of 128 bits, and nothing but the whole one is any', async () => {
    const open = await openBoth('any')
    const { sms } = open.codes()
    expect(open.token).toMatch(/^[0-9a-f]{32}$/)
    const bent = open.token.replace(/.$/, (digit) => (digit === 'a' ? 'b' : 'a'))
    for (const token of [
      bent,
      `${open.token} `,
      `${open.token.toUpperCase()}x`,
      'eyJhbGciOiJub25lIn0.e30.',
      '__proto__',
      open.token.slice(1),
    ]) {
      for (const operation of ['verify', 'resend'] as const) {
        expect(await open.ask(operation, { token, otps: { sms } })).toMatchObject({ status: 400, body: wire.UNKNOWN_SESSION })
      }
    }
    expect((await open.verify({ sms })).body.verified).toBe(true)
  })

  it('T69 that cannot be ours are looked up nowhere', async () => {
    const store = memoryStore()
    const look = vi.spyOn(store, 'look')
    const open = bench({ otp: { store } })
    await open.ask('verify', { token: 'eyJhbGciOiJub25lIn0.e30.', otps: { sms: '123456' } })
    expect(look).not.toHaveBeenCalled()
    await open.ask('verify', { token: '0'.repeat(32), otps: { sms: '123456' } })
    expect(look).toHaveBeenCalled()
  })

  it('[D][S][O] stand under either name, and not under two that differ', async () => {
    const open = await openBoth('any')
    const { sms } = open.codes()
    const other = await open.ask('verify', { session_token: open.token, token: 'x', otps: { sms } })
    expect(other).toMatchObject({ status: 400, body: wire.UNKNOWN_SESSION })
    for (const body of [{}, { token: '' }, { token: 7 }, { session_token: null }, { session_id: open.token }]) {
      for (const operation of ['verify', 'resend'] as const) {
        const heard = await open.ask(operation, { ...body, otps: { sms } })
        expect(heard).toMatchObject({ status: 400, body: { message: 'session_token is required', code: 'missing_field' } })
      }
    }
    const both = await open.ask('verify', { session_token: open.token, token: open.token, otps: { sms } })
    expect(both.body.verified).toBe(true)
  })

  it('[O] outlive their codes by a day, not more', async () => {
    const open = await openBoth('any')
    open.clock.advance(86_399)
    expect(await open.verify(open.codes())).toMatchObject({ status: 400, body: wire.EXPIRED })
    open.clock.advance(1)
    expect(await open.verify(open.codes())).toMatchObject({ status: 400, body: wire.UNKNOWN_SESSION })
  })
})

describe('resend', () => {
  it.each(['any', 'all'] as const)('[D][O] revives an expired and a locked session of mode %s under its token', async (mode) => {
    const open = await openBoth(mode, { config: { max_attempts: 1, expiry_minutes: 1, otp_length: 8 }, metadata: { order: 7 } })
    await open.verify({ sms: wrong(open.codes().sms) })
    expect(await open.verify({ sms: '12345678' })).toMatchObject({ body: wire.LOCKED })
    for (const wait of [30, 3600]) {
      open.clock.advance(wait)
      const { body, status } = await open.ask('resend', { session_token: open.token })
      expect(status).toBe(200)
      expect(body.session_token).toBe(open.token)
      expect(Object.keys(body.channels_sent)).toEqual(['email', 'sms'])
      expect(body.expires_at).toBe(new Date(open.clock.now() + 60_000).toISOString())
    }
    const { email, sms } = open.codes()
    expect(sms).toHaveLength(8)
    const heard = await open.verify({ email, sms })
    expect(heard.body).toMatchObject({ verified: true, session_verified: true, attempts_remaining: 1, metadata: { order: 7 } })
  })

  it('T24 ends the code before it', async () => {
    const open = await openBoth('any')
    const old = open.codes()
    open.clock.advance(30)
    await open.ask('resend', { token: open.token })
    if (old.sms !== open.codes().sms) expect((await open.verify({ sms: old.sms })).body.verified).toBe(false)
    expect((await open.verify({ sms: open.codes().sms })).body.verified).toBe(true)
  })

  it('T03 wins no guess back: the tenth wrong code of a recipient begins a pause', async () => {
    const open = bench({ dialect: { sendsPer5Minutes: 100 } })
    const { body } = await open.ask('send', { channels: ['sms'], recipients: { sms: PHONE } })
    const token = body.session_token
    const statuses: number[] = []
    for (let guess = 0; guess < 11; guess += 1) {
      if (guess > 0 && guess % 3 === 0) {
        open.clock.advance(120)
        expect((await open.ask('resend', { token })).status).toBe(200)
      }
      statuses.push((await open.ask('verify', { token, otps: { sms: wrong(open.outboxes.sms.code()) } })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
    const right = await open.ask('verify', { token, otps: { sms: open.outboxes.sms.code() } })
    expect(right).toMatchObject({ status: 429, body: wire.TOO_MANY, headers: { 'Retry-After': '30' } })
  })

  it('[D] answers codes in the sandbox', async () => {
    const open = bench()
    const { body } = await open.ask('send', wire.SANDBOX.request, { key: TEST })
    open.clock.advance(30)
    const again = await open.ask('resend', { token: body.session_token }, { key: TEST })
    const otps = again.body.sandbox_otps
    expect(otps).toEqual({ email: expect.stringMatching(/^\d{6}$/), sms: expect.stringMatching(/^\d{6}$/) })
    expect((await open.ask('verify', { token: body.session_token, otps }, { key: TEST })).body.session_verified).toBe(true)
    expect([...open.outboxes.email.messages, ...open.outboxes.sms.messages]).toEqual([])
  })

  it('leaves the session as it was where nothing could be delivered', async () => {
    const open = await openBoth('any')
    open.clock.advance(30)
    open.outboxes.sms.refuseNext()
    open.outboxes.email.refuseNext()
    expect(await open.ask('resend', { token: open.token })).toMatchObject({ status: 502, body: wire.UNDELIVERED })
    // Nobody has proved anything.
    expect(await open.verify({ sms: open.codes().sms })).toMatchObject({ status: 400, body: wire.EXPIRED })
    open.clock.advance(60)
    expect((await open.ask('resend', { token: open.token })).status).toBe(200)
    expect((await open.verify({ sms: open.codes().sms })).body.verified).toBe(true)
  })
})

describe('races', () => {
  it('T22 let one of 50 equal verifies complete a session, and store one contact', async () => {
    const contacts: VerifiedContact[] = []
    const open = await openBoth(
      'any',
      { add_contact: true, metadata: { plan: 'pro' } },
      { dialect: { onContact: (contact) => void contacts.push(contact) } },
    )
    const { sms } = open.codes()
    const heard = await Promise.all(Array.from({ length: 50 }, () => open.verify({ sms })))
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(heard.filter(({ body }) => body.verified === true)).toHaveLength(1)
    // Nobody is told to ask for another code.
    for (const { body } of heard.filter(({ status }) => status !== 200)) expect(body).toEqual(wire.ALREADY)
    expect(contacts).toEqual([{ tenant: 'shop', keyId: 'live', channel: 'sms', to: PHONE, metadata: { plan: 'pro' } }])
  })

  it('T22 tell the losers that a session was verified, also before the winner has noted it', async () => {
    const store = memoryStore()
    const open = await openBoth('any', {}, { otp: { store, clock: { now: () => Date.now() } } })
    const { sms } = open.codes()
    let note = (): void => undefined
    const noted = new Promise<void>((resolve) => {
      note = resolve
    })
    const claim = store.claim.bind(store)
    vi.spyOn(store, 'claim').mockImplementation(async (request) => {
      await noted
      return await claim(request)
    })
    const winner = open.verify({ sms })
    for (let loser = 0; loser < 5; loser += 1) expect(await open.verify({ sms })).toMatchObject({ status: 400, body: wire.ALREADY })
    note()
    expect((await winner).body.session_verified).toBe(true)
  })

  it('T02 compare as many of 50 simultaneous wrong codes as there are attempts', async () => {
    const open = await openBoth('any')
    const { sms } = open.codes()
    const heard = await Promise.all(Array.from({ length: 50 }, () => open.verify({ sms: wrong(sms) })))
    const told = heard.filter(({ status }) => status === 200).map(({ body }) => body.attempts_remaining)
    expect(told.toSorted()).toEqual([0, 1, 2])
    for (const { body } of heard.filter(({ status }) => status !== 200)) expect(body).toEqual(wire.LOCKED)
  })

  it('T28 send once for 20 simultaneous resends of an expired session', async () => {
    const open = await openBoth('any')
    open.clock.advance(3600)
    const heard = await Promise.all(Array.from({ length: 20 }, () => open.ask('resend', { token: open.token })))
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(open.outboxes.sms.messages).toHaveLength(2)
    expect((await open.verify({ sms: open.codes().sms })).body.verified).toBe(true)
  })
})

describe('onContact', () => {
  it('[D] hears of the first verified channel, once for a session of several', async () => {
    const contacts: VerifiedContact[] = []
    const onContact = (contact: VerifiedContact): void => void contacts.push(contact)
    const open = await openBoth('all', { add_contact: true }, { dialect: { onContact } })
    const { email, sms } = open.codes()
    await open.verify({ sms: wrong(sms) })
    expect(contacts).toEqual([])
    await open.verify({ email })
    await open.verify({ sms })
    expect(contacts).toEqual([{ tenant: 'shop', keyId: 'live', channel: 'email', to: MAIL, metadata: {} }])
  })

  it('hears nothing of sessions that were sent without add_contact', async () => {
    const onContact = vi.fn()
    const open = await openBoth('any', {}, { dialect: { onContact } })
    await open.verify({ sms: open.codes().sms })
    expect(onContact).not.toHaveBeenCalled()
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error(PHONE)
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error(PHONE)
      },
    ],
  ])('disturbs nothing where it %s: a warning says so, without the contact', async (_how, onContact) => {
    const warnings: unknown[] = []
    vi.spyOn(process, 'emitWarning').mockImplementation((...args: unknown[]) => void warnings.push(args))
    const open = await openBoth('any', { add_contact: true }, { dialect: { onContact } })
    expect((await open.verify({ sms: open.codes().sms })).body.verified).toBe(true)
    expect(warnings).toEqual([['sendmatorDialect: the option "onContact" threw.', 'OtpWarning']])
  })

  it('holds no answer up', async () => {
    const open = await openBoth('any', { add_contact: true }, { dialect: { onContact: () => new Promise(() => undefined) } })
    expect((await open.verify({ sms: open.codes().sms })).body.verified).toBe(true)
  })
})

describe('a completed session', () => {
  it('T65 keeps nothing of whom it was for, only that it was verified', async () => {
    const store = memoryStore()
    const kept = vi.spyOn(store, 'keep')
    const dropped = vi.spyOn(store, 'drop')
    const open = await openBoth('any', { metadata: { order: 7 } }, { otp: { store, clock: { now: () => Date.now() } } })
    const session = kept.mock.calls.at(-1)?.[0].key
    await open.verify({ sms: wrong(open.codes().sms) })
    expect(await store.look({ key: session ?? '' })).toBeDefined()
    await open.verify({ sms: open.codes().sms })
    expect(dropped.mock.calls.map(([{ key }]) => key)).toContain(session)
    expect(await store.look({ key: session ?? '' })).toBeUndefined()
    expect(await open.verify({ sms: open.codes().sms })).toMatchObject({ status: 400, body: wire.ALREADY })
    expect(await open.ask('resend', { token: open.token })).toMatchObject({ status: 400, body: wire.ALREADY })
  })
})
