import { memoryStore } from 'express-otp/stores/memory'
import { describe, expect, it } from 'vitest'
import { ANN, accepted, BOB, MAIL, openDesk, wrong } from './service-desk.js'

const SHOP = { id: 'shop', tenant: 'shop' } as const
const BANK = { id: 'bank', tenant: 'bank' } as const
const FREE = { id: 'free', tenant: 'shop', rights: ['send', 'verify', 'customCode', 'weakCodes'] } as const
const PLAY = { id: 'play', tenant: 'shop', rights: ['send', 'verify', 'sandbox'] } as const
const READ = { id: 'read', tenant: 'shop', rights: ['verify'] } as const
const POST = { id: 'post', tenant: 'shop', channels: ['email'] } as const

function desk(options: Parameters<typeof openDesk>[1] = {}) {
  return openDesk([SHOP, BANK, FREE, PLAY, READ, POST], options)
}

describe('a send with a key', () => {
  it('T61 keeps an own code nowhere but in the message, and proves it', async () => {
    const { key, service, sms, told } = desk()
    const { id } = accepted(await service.send(key('free'), { to: ANN, terms: { code: '84736251', text: 'x {code}' } }))
    expect(sms.last()?.text).toBe('x 84736251')
    expect(accepted(await service.verify(key('free'), { id, code: '84736251' })).to).toBe(ANN)
    expect(told()).toContain('issue')
    for (const form of [
      '84736251',
      Buffer.from('84736251').toString('base64').slice(0, 10),
      Buffer.from('84736251').toString('base64url').slice(0, 10),
    ]) {
      expect(told()).not.toContain(form)
    }
  })

  it('T65 keeps the notes, the text and the address of its caller encrypted, and gives the notes back', async () => {
    const { key, service, sms, told } = desk()
    const metadata = { order: 'order-4711', deep: { list: [1, null, '\u20ac'] } }
    const sent = accepted(await service.send(key('shop'), { to: ANN, terms: { metadata, text: 'Secret sauce {code}' } }))
    expect(JSON.stringify(sent)).not.toContain('order-4711')
    expect(await service.status(key('shop'), sent.id)).toMatchObject({ metadata, waiting: ['sms'] })
    expect(accepted(await service.verify(key('shop'), { id: sent.id, code: sms.code() })).metadata).toEqual(metadata)
    for (const secret of ['order-4711', 'Secret sauce', '2068800123', sms.code()]) expect(told()).not.toContain(secret)
  })

  it('sends another code on the terms of the first one', async () => {
    const { clock, key, service, sms } = desk()
    const terms = {
      codeLength: 4,
      ttlSeconds: 3600,
      alphabet: 'letters',
      text: '{code} until {hh:mm:ss}',
      sender: 'Acme',
      metadata: { n: 1 },
    } as const
    const { id } = accepted(await service.send(key('free'), { to: ANN, intent: 'Any name', terms }))
    clock.advance(30)
    const again = accepted(await service.resend(key('free'), { id }))
    expect(again).toMatchObject({ id, codeLength: 4, alphabet: 'letters', intent: 'Any name', attemptsLeft: 3 })
    expect(sms.messages).toHaveLength(2)
    expect(sms.last()).toMatchObject({ sender: 'Acme', text: expect.stringMatching(/^[A-Z]{4} until 0\d:\d\d:\d\d$/) })
    expect(accepted(await service.verify(key('free'), { id, intent: 'Any name', code: sms.code() })).metadata).toEqual({ n: 1 })
  })

  it('T61 draws a code of the same length where the first one was the caller\u2019s own', async () => {
    const { clock, key, service, sms, told } = desk()
    const { id } = accepted(await service.send(key('free'), { to: ANN, terms: { code: '84736251' } }))
    clock.advance(30)
    expect(accepted(await service.resend(key('free'), { id })).codeLength).toBe(8)
    expect(sms.code()).toMatch(/^\d{8}$/)
    expect(sms.code()).not.toBe('84736251')
    expect(told()).not.toContain(sms.code())
  })

  it.each([
    ['too long with its code', { text: `${'x'.repeat(1206)} {code}{code}{code}`, codeLength: 20 }, 'text', 'too_long'],
    ['of more than nine segments', { text: '\u4e2d'.repeat(1224) }, 'text', 'too_long'],
    ['with a control character', { text: 'a\u0007b' }, 'text', 'invalid_text'],
  ])('refuses a text %s before anything is issued', async (_what, terms, field, reason) => {
    const { key, service, sms, told } = desk()
    expect(await service.send(key('shop'), { to: ANN, terms })).toEqual({
      ok: false,
      reason: 'invalid_request',
      errors: [{ field, reason }],
    })
    expect(told()).not.toContain('issue')
    expect(sms.messages).toHaveLength(0)
    // Nothing was charged, and a place of the key was given back.
    expect(accepted(await service.send(key('shop'), { to: ANN, terms: {} })).ok).toBe(true)
  })

  it('takes one code for one channel', async () => {
    const { key, service } = desk()
    const several = { channels: ['sms', 'email'], recipients: { sms: ANN, email: MAIL }, terms: { code: '123456' } }
    expect(await service.send(key('free'), several)).toMatchObject({ reason: 'invalid_request', errors: [{ field: 'code' }] })
  })

  it.each(['a\u0000', 'a\nb', '\u202eabc', 'a\u2028b', 'x'.repeat(37)])(
    'T41 takes any name for a purpose that is a line of words, and not %j',
    async (intent) => {
      const { key, service, sms } = desk()
      expect(await service.send(key('shop'), { to: ANN, intent, terms: {} })).toMatchObject({
        errors: [{ field: 'intent', reason: 'unknown' }],
      })
      expect(await service.verify(key('shop'), { id: 'x', intent, code: '1' })).toMatchObject({ ok: false })
      expect(sms.messages).toHaveLength(0)
    },
  )

  it('T14 a code for one purpose is none for another, whatever their names are', async () => {
    const { key, service, sms } = desk()
    for (const [index, intent] of ['', '\u{1f600}'.repeat(36), 'Any "name" {code}', 'constructor'].entries()) {
      const { id } = accepted(await service.send(key('shop'), { to: `+1206880013${index}`, intent, terms: {} }))
      expect(await service.verify(key('shop'), { id, code: sms.code() })).toMatchObject({ ok: false })
      expect(accepted(await service.verify(key('shop'), { id, intent, code: sms.code() })).intent).toBe(intent)
    }
  })

  it.each([
    [{ clientIp: 'nonsense' }, 'clientIp', 'invalid_address'],
    [{ clientIp: '' }, 'clientIp', 'invalid_address'],
    [{ deviceToken: 'a b' }, 'deviceToken', 'malformed'],
    [{ deviceToken: 'a'.repeat(201) }, 'deviceToken', 'malformed'],
  ])('T53 refuses an end user that is none, and charges nothing: %j', async (user, field, reason) => {
    const { key, service, told } = desk()
    const refusal = { ok: false, reason: 'invalid_request', errors: [{ field, reason }] }
    expect(await service.send(key('shop'), { to: ANN, terms: {}, ...user })).toEqual(refusal)
    expect(await service.verify(key('shop'), { id: 'x', code: '1', ...user })).toEqual(refusal)
    expect(await service.resend(key('shop'), { id: 'x', ...user })).toEqual(refusal)
    expect(told()).toBe('')
  })
})

describe('the rights of a key', () => {
  it('T68 keep one that may only verify from sending, and one that may only send from verifying', async () => {
    const { key, service, sms } = openDesk([SHOP, READ, { id: 'out', tenant: 'shop', rights: ['send'] }])
    const forbidden = { ok: false, reason: 'forbidden' }
    const { id } = accepted(await service.send(key('out'), { to: ANN, terms: {} }))
    expect(await service.send(key('read'), { to: BOB, terms: {} })).toEqual(forbidden)
    expect(await service.resend(key('read'), { id })).toEqual(forbidden)
    expect(await service.verify(key('out'), { id, code: sms.code() })).toEqual(forbidden)
    expect(sms.messages).toHaveLength(1)
    expect(accepted(await service.verify(key('read'), { id, code: sms.code() })).to).toBe(ANN)
  })

  it('T67 keep one that may neither send nor verify from what is pending', async () => {
    const { key, service, sms } = openDesk([
      SHOP,
      READ,
      { id: 'out', tenant: 'shop', rights: ['send'] },
      { id: 'idle', tenant: 'shop', rights: ['unsigned'] },
    ])
    const forbidden = { ok: false, reason: 'forbidden' }
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    expect(await service.status(key('idle'), id)).toEqual(forbidden)
    expect(await service.cancel(key('idle'), id)).toEqual(forbidden)
    for (const name of ['read', 'out']) expect(await service.status(key(name), id)).toMatchObject({ waiting: ['sms'] })
    expect((await service.verify(key('shop'), { id, code: sms.code() })).ok).toBe(true)
    expect(await service.cancel(key('out'), id)).toBe(false)
  })

  it('T68 keep a key to its channels, also for a code that another one sent first', async () => {
    const { clock, key, service, sms, call, mail } = desk()
    expect(await service.send(key('post'), { to: ANN, terms: {} })).toMatchObject({ reason: 'invalid_request' })
    expect(await service.send(key('post'), { to: ANN, channel: 'sms', terms: {} })).toMatchObject({ errors: [{ field: 'channel' }] })
    expect(accepted(await service.send(key('post'), { to: MAIL, terms: {} })).channel).toBe('email')
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    clock.advance(30)
    for (const channel of [undefined, 'auto', 'sms', 'call'] as const)
      expect((await service.resend(key('post'), { id, channel })).ok).toBe(false)
    expect([sms, call, mail].map(({ messages }) => messages.length)).toEqual([1, 0, 1])
    expect(service.recipient(key('post'), ANN)).toBeUndefined()
    expect(service.recipient(key('shop'), ANN)).toMatchObject({ address: ANN, callingCode: '1' })
  })

  it('T66 give the codes of a sandbox to keys for tests alone, in a world of their own', async () => {
    const { key, service, sms } = desk()
    const { id, sandboxCodes } = accepted(await service.send(key('play'), { to: ANN, terms: { sandbox: true } }))
    expect(sandboxCodes).toEqual({ sms: expect.stringMatching(/^\d{6}$/) })
    expect(sms.messages).toHaveLength(0)
    const code = sandboxCodes?.sms
    expect(await service.verify(key('shop'), { id, code })).toEqual({ ok: false, reason: 'no_pending_challenge' })
    expect(await service.status(key('shop'), id)).toBeUndefined()
    expect(await service.cancel(key('shop'), id)).toBe(false)
    expect(accepted(await service.verify(key('play'), { id, code })).to).toBe(ANN)
    expect(await service.send(key('shop'), { to: ANN, terms: { sandbox: true } })).toMatchObject({
      errors: [{ field: 'sandbox', reason: 'not_allowed' }],
    })
    expect(
      accepted(await service.send(key('shop'), { to: ANN, terms: {} })).sandboxCodes,
      'the cooldown of the test is not that of the shop',
    ).toBeUndefined()
  })
})

describe('tenants', () => {
  it('T67 see nothing of one another: no challenge, no counter, no note', async () => {
    const { clock, key, service, sms } = desk()
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    const code = sms.code()
    expect(await service.verify(key('bank'), { id, code })).toMatchObject({ ok: false })
    expect(await service.status(key('bank'), id)).toBeUndefined()
    expect(await service.cancel(key('bank'), id)).toBe(false)
    expect(accepted(await service.send(key('bank'), { to: ANN, terms: {} })).attemptsLeft, 'no cooldown of the shop').toBe(5)
    clock.advance(30)
    expect(await service.resend(key('bank'), { id })).toEqual({ ok: false, reason: 'no_pending_challenge' })
    await service.notebook(key('shop'), 'native').keep(['n'], { is: 'the shop' }, 60)
    expect(await service.notebook(key('bank'), 'native').look(['n'])).toBeUndefined()
    expect(await service.notebook(key('shop'), 'other').look(['n'])).toBeUndefined()
    expect(await service.notebook(key('free'), 'native').look(['n'])).toEqual({ is: 'the shop' })
    expect(accepted(await service.verify(key('shop'), { id, code })).to).toBe(ANN)
  })

  it('T67 are told apart in every event', async () => {
    const { key, otp, service, sms } = desk()
    const seen: string[] = []
    for (const name of ['issued', 'sent', 'verified', 'rejected'] as const) otp.on(name, (event) => seen.push(`${name} ${event.tenant}`))
    const { id } = accepted(await service.send(key('bank'), { to: ANN, terms: {} }))
    await service.verify(key('bank'), { id, code: wrong(sms.code()) })
    await service.verify(key('bank'), { id, code: sms.code() })
    expect(seen).toEqual(['issued bank', 'sent bank', 'rejected bank', 'verified bank'])
  })

  it('keep their notes apart from ceilings and balances, whatever they are called', async () => {
    const { key, otp, service } = openDesk(
      [
        { id: 'odd', tenant: 'ceiling' },
        { id: 'even', tenant: 'native', sendsPerHour: 1 },
        { id: 'rich', tenant: 'balance' },
      ],
      { prices: { sms: { default: '1' } }, balance: 'store' },
    )
    await otp.topUp('native', '10')
    expect((await service.notebook(key('odd'), 'native').count(['even', 'sends'], 1, 60)).ok).toBe(true)
    expect(accepted(await service.send(key('even'), { to: ANN, terms: {} })).ok).toBe(true)
    await service.notebook(key('rich'), 'native').drop([])
    expect(await otp.topUp('native', '0')).toBe('9.000000')
  })
})

describe('a guess with a key', () => {
  it('T68 T07 of a short code has three tries, and five failures of its recipient in a day', async () => {
    const { clock, key, service, sms } = desk()
    const outcomes: string[] = []
    for (const round of [1, 2]) {
      const { id, attemptsLeft } = accepted(await service.send(key('free'), { to: ANN, terms: { codeLength: 4, maxAttempts: 10 } }))
      expect(attemptsLeft).toBe(3)
      for (const _ of [1, 2, 3]) {
        const outcome = await service.verify(key('free'), { id, code: wrong(sms.code()) })
        outcomes.push(outcome.ok ? 'ok' : outcome.reason)
      }
      if (round === 2) expect(await service.verify(key('free'), { id, code: sms.code() })).toMatchObject({ ok: false })
      clock.advance(120)
    }
    expect(outcomes.slice(0, 5)).not.toContain('rate_limited')
    expect(outcomes[5]).toBe('rate_limited')
    // For codes of six digits the budget of a day is larger.
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    expect(await service.verify(key('shop'), { id, code: wrong(sms.code()) })).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
  })

  it('T37 of any shape is compared and charged', async () => {
    const { key, service, sms } = desk()
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    expect(await service.verify(key('shop'), { id, code: '1' })).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect(await service.verify(key('shop'), { id, code: 'ABCDEFGH' })).toMatchObject({ reason: 'invalid_code', attemptsLeft: 3 })
    expect(accepted(await service.verify(key('shop'), { id, code: ` ${sms.code().slice(0, 3)} ${sms.code().slice(3)}` })).to).toBe(ANN)
  })

  it('T13 that names another recipient is wrong, and charged', async () => {
    const { key, service, sms } = desk()
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    for (const to of [BOB, MAIL, 'nobody', 7])
      expect(await service.verify(key('shop'), { id, to, code: sms.code() })).toMatchObject({ reason: 'invalid_code' })
    expect(accepted(await service.verify(key('shop'), { id, to: '+1 (206) 880-0123', code: sms.code() })).to).toBe(ANN)
  })

  it('finds what was sent for a recipient, and of two sends the later one only', async () => {
    const { clock, key, service, sms } = desk()
    await service.send(key('shop'), { to: ANN, foundBy: 'recipient', terms: {} })
    const first = sms.code()
    clock.advance(30)
    await service.send(key('shop'), { to: ANN, foundBy: 'recipient', terms: {} })
    expect(await service.verify(key('bank'), { to: ANN, code: sms.code() })).toMatchObject({ reason: 'no_pending_challenge' })
    if (first !== sms.code()) expect(await service.verify(key('shop'), { to: ANN, code: first })).toMatchObject({ reason: 'invalid_code' })
    expect(accepted(await service.verify(key('shop'), { to: ANN, code: sms.code() })).to).toBe(ANN)
  })

  it('T09 leaves a token of the device, which is of no use for anybody else', async () => {
    const { clock, key, service, sms } = desk()
    const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
    const { deviceToken } = accepted(await service.verify(key('shop'), { id, code: sms.code() }))
    expect(deviceToken).toMatch(/^[\w-]{33}$/)
    // Strangers use up the sends of an hour.
    for (let sent = 0; sent < 5; sent++) {
      clock.advance(120)
      await service.send(key('shop'), { to: ANN, terms: {} })
    }
    clock.advance(120)
    expect(await service.send(key('shop'), { to: ANN, terms: {} })).toMatchObject({ reason: 'rate_limited' })
    expect(accepted(await service.send(key('shop'), { to: ANN, deviceToken, terms: {} })).ok).toBe(true)
  })
})

describe('where no end user\u2019s address is known', () => {
  it('T06 a ceiling of the key holds for sends, and gives back what was refused', async () => {
    const { key, service } = openDesk([{ id: 'a', sendsPerHour: 3 }, { id: 'b' }])
    for (let count = 0; count < 10; count++)
      expect(await service.send(key('a'), { to: 'nobody', terms: {} })).toMatchObject({ reason: 'invalid_request' })
    for (const last of [0, 1, 2]) expect((await service.send(key('a'), { to: `+1206880020${last}`, terms: {} })).ok).toBe(true)
    expect(await service.send(key('a'), { to: BOB, terms: {} })).toEqual({ ok: false, reason: 'rate_limited', retryAfter: 3600 })
    expect((await service.send(key('a'), { to: BOB, clientIp: '203.0.113.7', terms: {} })).ok, 'limits of addresses take its place').toBe(
      true,
    )
    expect((await service.send(key('b'), { to: '+12068800301', terms: {} })).ok).toBe(true)
  })

  it('T06 a ceiling of the key holds for failures, also for right codes, and a success gives its place back', async () => {
    const { key, service, sms } = openDesk([{ id: 'a', failuresPerHour: 2 }])
    for (const last of [0, 1, 2]) {
      const { id } = accepted(await service.send(key('a'), { to: `+1206880020${last}`, terms: {} }))
      expect((await service.verify(key('a'), { id, code: sms.code() })).ok).toBe(true)
    }
    const { id } = accepted(await service.send(key('a'), { to: ANN, terms: {} }))
    for (const _ of [1, 2])
      expect(await service.verify(key('a'), { id, code: wrong(sms.code()) })).toMatchObject({ reason: 'invalid_code' })
    expect(await service.verify(key('a'), { id, code: sms.code() })).toEqual({ ok: false, reason: 'rate_limited', retryAfter: 3600 })
    expect((await service.verify(key('a'), { id, clientIp: '203.0.113.7', code: sms.code() })).ok).toBe(true)
  })
})

describe('failed authentications', () => {
  it.each([
    ['an address', (_: number) => '203.0.113.7', '203.0.113.8'],
    ['the 64 bits of an IPv6 network', (count: number) => `2001:db8:1:2::${count.toString(16)}`, '2001:db8:1:3::1'],
    ['an address in two spellings', (count: number) => (count % 2 === 0 ? '203.0.113.7' : '::ffff:203.0.113.7'), '203.0.113.8'],
  ])('T67 from %s are limited to thirty an hour', async (_what, ip, other) => {
    const { clock, service } = desk()
    for (let count = 0; count < 30; count++) expect((await service.refuseKey(ip(count))).retryAfter).toBeUndefined()
    expect((await service.refuseKey(ip(30))).retryAfter).toBe(3600)
    expect((await service.refuseKey(other)).retryAfter).toBeUndefined()
    clock.advance(3600)
    expect((await service.refuseKey(ip(31))).retryAfter).toBeUndefined()
  })

  it('T67 T56 fill no store, whatever addresses they come from', async () => {
    const { service, told } = desk()
    for (let block = 0; block < 9000; block++)
      await service.refuseKey(`2001:db8:${(block >> 8).toString(16)}:${(block & 255).toString(16)}::1`)
    const keys = new Set([...told().matchAll(/^charge .*"key":"([^"]+)"/gm)].map(([, key]) => key))
    expect(keys.size).toBeGreaterThan(2000)
    expect(keys.size).toBeLessThanOrEqual(4096)
  })

  it('T67 without an address are not counted', async () => {
    const { service, told } = desk()
    for (let count = 0; count < 31; count++) expect((await service.refuseKey(undefined)).retryAfter).toBeUndefined()
    expect(told()).toBe('')
  })
})

it('T59 a success is told, also where the store goes away before the place of its guess is given back', async () => {
  const store = memoryStore()
  let isAway = false
  const { key, service, sms } = openDesk([SHOP], {
    store: { ...store, charge: (request) => (isAway && request.amount < 0 ? Promise.reject(new Error('away')) : store.charge(request)) },
  })
  const { id } = accepted(await service.send(key('shop'), { to: ANN, terms: {} }))
  isAway = true
  expect(accepted(await service.verify(key('shop'), { id, code: sms.code() })).to).toBe(ANN)
})
