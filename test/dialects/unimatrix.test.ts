import { describe, expect, it } from 'vitest'
import type { Right } from '../../src/core/service/api-key.js'
import { UNIMATRIX_DEFAULTS, unimatrixDialect } from '../../src/dialects/unimatrix.js'
import { SENT, VERIFIED } from './fake-service.js'
import { EXAMPLES } from './fixtures/unimatrix.js'
import { INVALID, MISSING, NO_NUMBER, openDesk, refusal, send, TO, verify } from './unimatrix-bench.js'

describe('examples', () => {
  for (const { title, action, request, status, answer } of EXAMPLES) {
    it(title, async () => {
      expect(await openDesk().asked({ action, body: request })).toMatchObject({ status, ...answer })
    })
  }

  it('[D] a message id of 32 hex digits, a new one for each message', async () => {
    const { asked } = openDesk()
    const ids = new Set([(await asked()).data?.id, (await asked()).data?.id])
    expect(ids.size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  it('[O] a wrong code, and one that is too old, are no errors', async () => {
    for (const reason of ['invalid_code', 'expired'] as const) {
      const heard = await verify({ to: TO, code: '000000' }, { verify: refusal(reason) })
      expect(heard).toMatchObject({ status: 200, code: '0', message: 'Success', data: { to: TO, valid: false } })
    }
  })

  it('[O] too many sends', async () => {
    const { asked } = openDesk({ send: refusal('rate_limited', { retryAfter: 42 }) })
    expect(await asked()).toMatchObject({ status: 429, code: '105300', message: 'LimitExceed', headers: { 'Retry-After': '42' } })
  })
})

describe('otp.send', () => {
  it('[D] sends a generated code of six digits by whichever channel fits, found by number and intent', async () => {
    const { sends } = await send({ to: TO })
    const terms = { codeLength: 6, alphabet: 'digits', isAging: true, ttlSeconds: 1800 }
    expect(sends).toEqual([{ to: TO, foundBy: 'recipient', channel: 'auto', intent: '', terms }])
  })

  it('[S] knows every spelling of a channel', async () => {
    for (const [channel, meant] of Object.entries({ auto: 'auto', sms: 'sms', call: 'call', voice: 'call', whatsapp: 'whatsapp' })) {
      expect((await send({ to: TO, channel })).sends).toMatchObject([{ channel: meant }])
    }
    for (const channel of ['email', 'SMS', '', 1, [], ['sms'], {}])
      expect(await send({ to: TO, channel })).toMatchObject({ ...INVALID, sends: [] })
  })

  it('[D] takes 4 to 8 digits', async () => {
    for (const digits of [4, 5, 6, 7, 8]) expect((await send({ to: TO, digits })).sends).toMatchObject([{ terms: { codeLength: digits } }])
    for (const digits of [3, 9, 0, -6, 6.5, 1e99, '6', true, [6], {}])
      expect(await send({ to: TO, digits })).toMatchObject({ ...INVALID, sends: [] })
  })

  it('[D] takes an intent of up to 36 characters', async () => {
    for (const intent of ['login', 'x'.repeat(36), '\u{1f600}'.repeat(36), ''])
      expect((await send({ to: TO, intent })).sends).toMatchObject([{ intent }])
    for (const intent of ['x'.repeat(37), 1, true, [], {}]) expect(await send({ to: TO, intent })).toMatchObject({ ...INVALID, sends: [] })
  })

  it('[D] takes a code of the caller, with a life that is said when it is sent', async () => {
    for (const [body, ttlSeconds] of [
      [{ code: '4815' }, 300] as const,
      [{ code: '48151623', ttl: 1800 }, 1800] as const,
      [{ code: '481516', ttl: 1 }, 1] as const,
    ]) {
      expect((await send({ to: TO, digits: 5, ...body })).sends).toMatchObject([
        { terms: { code: body.code, alphabet: 'digits', ttlSeconds } },
      ])
      expect((await send({ to: TO, ...body })).sends).not.toMatchObject([{ terms: { isAging: true } }])
    }
    for (const ttl of [0, 1801, -1, 1.5, '300', true, [], {}])
      expect(await send({ to: TO, code: '481516', ttl })).toMatchObject({ ...INVALID, sends: [] })
  })

  it('T36 refuses a code of the caller that is no string of 4 to 8 digits', async () => {
    for (const code of [
      '481',
      '481516234',
      '48a516',
      '481516\n',
      ' 481516',
      '',
      '\u0661\u0662\u0663\u0664',
      481516,
      true,
      ['481516'],
      { $ne: 1 },
    ]) {
      expect(await send({ to: TO, code })).toMatchObject({ ...INVALID, sends: [] })
    }
  })

  it('[D] ignores the ttl of a generated code', async () => {
    for (const ttl of [1, 99999, 'x', null]) {
      expect((await send({ to: TO, ttl })).sends).toMatchObject([{ terms: { ttlSeconds: 1800, isAging: true } }])
    }
  })

  it('T68 cuts every life to ten minutes for a key without the right to more', async () => {
    const rights: readonly Right[] = ['send', 'customCode', 'unsigned']
    expect((await send({ to: TO }, rights)).sends).toMatchObject([{ terms: { ttlSeconds: 600 } }])
    expect((await send({ to: TO, code: '481516', ttl: 1800 }, rights)).sends).toMatchObject([{ terms: { ttlSeconds: 600 } }])
    expect((await send({ to: TO, code: '481516', ttl: 599 }, rights)).sends).toMatchObject([{ terms: { ttlSeconds: 599 } }])
  })

  it('T68 refuses what a key has no right to', async () => {
    for (const field of ['code', 'codeLength', 'ttlSeconds', 'terms.code']) {
      const { asked } = openDesk({ send: refusal('invalid_request', { errors: [{ field, reason: 'not_allowed' }] }) })
      expect(await asked()).toMatchObject({ status: 403, code: '104003', message: 'RestrictedParams' })
    }
  })

  it('T66 T43 changes nothing for fields that nobody knows', async () => {
    const flags = '"sandbox":true,"sandbox_mode":true,"isAging":false,"attempts":99,"maxAttempts":99,"terms":{"code":"111111"}'
    const others = '"alphabet":"letters","text":"x","userId":"1","tenant":"x","clientIp":"1.2.3.4"'
    const raw = `{"to":"${TO}","__proto__":{"digits":4},"constructor":{"prototype":{"digits":4}},${flags},${others}}`
    const { asked, service } = openDesk()
    expect(await asked({ raw })).toMatchObject({ status: 200 })
    expect(service.sends()).toEqual((await send({ to: TO })).sends)
  })

  it('[S] ignores sender and template', async () => {
    const { sends } = await send({ to: TO, signature: 'Acme', templateId: 'pub_1' })
    expect(sends).toEqual((await send({ to: TO })).sends)
  })

  it('T41 refuses control characters and bidirectional overrides in every text', async () => {
    for (const bad of ['a\r\nb', 'a\u0000', 'a\u001b', 'a\u007f', 'a\u0085', 'a\u2028', 'a\u2029', 'a\u202e', 'a\u2066', 'a\ud800']) {
      for (const field of ['intent', 'channel', 'signature', 'templateId', 'code']) {
        expect(await send({ to: TO, [field]: bad })).toMatchObject({ ...INVALID, sends: [] })
      }
      expect(await send({ to: TO + bad })).toMatchObject({ ...NO_NUMBER, sends: [] })
      expect(await verify({ to: TO, code: '123456', intent: bad })).toMatchObject({ ...INVALID, verifies: [] })
      expect(await verify({ to: TO, code: `123456${bad}` })).toMatchObject({ ...INVALID, verifies: [] })
    }
  })

  it('[D] answers with the parts and the price of the message', async () => {
    const channels = { call: { sent: false, parts: 9 }, sms: { sent: true, parts: 3, price: '0.135000' } } as const
    const { asked } = openDesk({ send: { ...SENT, channels } })
    expect((await asked()).data).toMatchObject({ parts: 3, count: 3, price: '0.135000' })
  })

  it('tells nothing of the challenge', async () => {
    expect(JSON.stringify((await send({ to: TO })).data)).not.toContain(SENT.id)
    expect(Object.keys((await send({ to: TO })).data ?? {}).sort()).toEqual(['cc', 'count', 'id', 'iso', 'parts', 'price', 'to'])
  })
})

describe('otp.verify', () => {
  it('[D] asks for number, intent and code, no older than five minutes', async () => {
    const heard = await verify({ to: '+1 (206) 880-0123', code: '123456' })
    expect(heard).toMatchObject({ status: 200, data: { to: TO, valid: true } })
    expect(heard.verifies).toEqual([{ to: '+1 (206) 880-0123', intent: '', code: '123456', maxAgeSeconds: 300 }])
  })

  it('[D] takes the age of a code from 1 to 1800 s', async () => {
    for (const ttl of [1, 60, 1800]) expect((await verify({ to: TO, code: '1234', ttl })).verifies).toMatchObject([{ maxAgeSeconds: ttl }])
    for (const ttl of [0, 1801, 1.5, '60', true, [], {}])
      expect(await verify({ to: TO, code: '1234', ttl })).toMatchObject({ ...INVALID, verifies: [] })
  })

  it('[S] ignores what the Java client sends along', async () => {
    const body = { to: TO, code: '123456', intent: 'login', digits: 99, channel: 'fax', signature: 'x', templateId: 'y' }
    expect((await verify(body)).verifies).toEqual([{ to: TO, intent: 'login', code: '123456', maxAgeSeconds: 300 }])
  })

  it('T36 refuses, and charges nobody for, a code that is no string', async () => {
    for (const code of [true, false, 0, 123456, [], ['123456'], {}, { $ne: 1 }, ' ', '-']) {
      expect(await verify({ to: TO, code })).toMatchObject({ ...INVALID, verifies: [] })
    }
    for (const code of [null, '', undefined]) expect(await verify({ to: TO, code })).toMatchObject({ ...MISSING, verifies: [] })
  })

  it('T37 refuses, and charges nobody for, a code that is not 4 to 8 digits', async () => {
    for (const code of [
      '123',
      '123456789',
      '1e5',
      '0x12',
      '123456abc',
      '+12345',
      '123456\n',
      '123456\u0000',
      '\t123456',
      '12.456',
      '123456!',
    ]) {
      expect(await verify({ to: TO, code })).toMatchObject({ ...INVALID, verifies: [] })
    }
  })

  it('T37 reads the digits of other scripts, and drops blanks and hyphens', async () => {
    for (const code of ['\u0661\u0662\u0663\u0664\u0665\u0666', '\uff11\uff12\uff13\uff14\uff15\uff16', '123 456', '123-456']) {
      expect((await verify({ to: TO, code })).verifies).toMatchObject([{ code: '123456' }])
    }
  })

  it('T37 passes a code on whose length does not fit, to be charged', async () => {
    for (const code of ['1234', '12345678']) expect((await verify({ to: TO, code })).verifies).toMatchObject([{ code }])
  })

  it('T10 answers the same, whatever of the four kept a code from being right', async () => {
    const heard = new Set<string>()
    for (const reason of ['invalid_code', 'no_pending_challenge', 'expired', 'too_many_attempts'] as const) {
      const { headers, verifies, ...answer } = await verify({ to: TO, code: '123456' }, { verify: refusal(reason, { attemptsLeft: 3 }) })
      expect(verifies).toHaveLength(1)
      heard.add(JSON.stringify({ ...answer, headers: Object.keys(headers) }))
    }
    expect([...heard]).toEqual([
      JSON.stringify({ status: 200, code: '0', message: 'Success', data: { to: TO, valid: false }, headers: ['X-Uni-Request-Id'] }),
    ])
  })

  it('T10 during a pause is the limit, whatever the code', async () => {
    const heard = await verify({ to: TO, code: '123456' }, { verify: refusal('rate_limited', { retryAfter: 30 }) })
    expect(heard).toMatchObject({ status: 429, code: '105300', headers: { 'Retry-After': '30' } })
  })

  it('is not valid while other channels are waited for', async () => {
    expect(await verify({ to: TO, code: '123456' }, { verify: { ...VERIFIED, complete: false } })).toMatchObject({ data: { valid: false } })
  })
})

describe('the dialect', () => {
  it('[S] owns the paths that the clients make of their endpoint', () => {
    const { owns } = unimatrixDialect()
    for (const path of ['', '/', '//', '///']) {
      expect(owns({ method: 'POST', path, query: '' })).toBe(true)
      expect(owns({ method: 'GET', path, query: 'action=otp.send' })).toBe(true)
      expect(owns({ method: 'GET', path, query: 'page=2' })).toBe(false)
    }
    for (const path of ['/x', '/login', '//x', '/%2f', '/otp/send'])
      expect(owns({ method: 'POST', path, query: 'action=otp.send' })).toBe(false)
  })

  it('takes its options as documented', () => {
    expect(UNIMATRIX_DEFAULTS).toEqual({ nonces: 'once' })
    expect(unimatrixDialect({ nonces: undefined }).name).toBe('unimatrix')
    expect(() => unimatrixDialect({ nonces: 'twice' as 'once' })).toThrow(
      'unimatrixDialect: option "nonces" is "twice"; it must be one of "once", "any"',
    )
    expect(() => unimatrixDialect({ nonce: 'any' } as object)).toThrow('unknown option "nonce". Did you mean "nonces"?')
  })
})
