import { webhookTransport } from 'express-otp/transports/webhook'
import { describe, expect, it } from 'vitest'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('webhookTransport options', () => {
  const url = 'https://example.com/codes'

  it.each([
    'https://example.com',
    'http://127.0.0.1:3000/',
    'http://127.8.9.1/',
    'http://localhost/',
    'http://[::1]:3000/',
    new URL('https://example.com'),
  ])('accepts the url %s', (good) => {
    expect(() => webhookTransport({ url: good, secret: SECRET })).not.toThrow()
  })

  it.each<string | number>([
    'http://example.com/key-1',
    'http://127.0.0.1.example.com/key-1',
    'http://localhost.example.com/key-1',
    'http://[::2]/key-1',
    'http://0.0.0.0/key-1',
    'ftp://example.com/key-1',
    'https://user:key-1@example.com/',
    'example.com/key-1',
    'javascript:key-1',
    '',
    5,
  ])('refuses the url %s without showing it', (bad) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const make = (): unknown => webhookTransport({ url: bad as string, secret: SECRET })
    expect(make).toThrowError(/option "url" is not acceptable; it must be an https URL/)
    expect(make).not.toThrowError(/key-1/)
  })

  it('allows http elsewhere only when told so, and other schemes never', () => {
    expect(() => webhookTransport({ url: 'http://sms.internal/', secret: SECRET, dangerouslyAllowHttp: true })).not.toThrow()
    expect(() => webhookTransport({ url: 'http://sms.internal/', secret: SECRET, dangerouslyAllowHttp: false })).toThrow()
    expect(() => webhookTransport({ url: 'ftp://sms.internal/', secret: SECRET, dangerouslyAllowHttp: true })).toThrow()
  })

  it.each<unknown>([
    '',
    'whsec_',
    Buffer.alloc(32).toString('base64'),
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    `whsec_${'!'.repeat(44)}`,
    `whsec_${Buffer.alloc(32).toString('base64')}\n`,
    [],
    [SECRET, 'short'],
    Array.from({ length: 6 }, () => SECRET),
    undefined,
  ])('refuses the secret %j without showing it', (bad) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const make = (): unknown => webhookTransport({ url, secret: bad as string })
    expect(make).toThrowError(/option "secret" is (?:missing|not acceptable)/)
    expect(make).not.toThrowError(/whsec_[A-Za-z0-9+/!]/)
  })

  it('accepts secrets of 24 to 64 bytes', () => {
    for (const length of [24, 25, 26, 64]) {
      expect(() => webhookTransport({ url, secret: `whsec_${Buffer.alloc(length, 1).toString('base64')}` })).not.toThrow()
    }
  })

  it.each<readonly [string, unknown]>([
    ['headers', { 'Webhook-Signature': 'x' }],
    ['headers', { 'content-type': 'text/plain' }],
    ['headers', { 'X-A': 'key-1\r\nX-B: 2' }],
    ['headers', { 'X A': 'key-1' }],
    ['headers', { 'X-A': 1 }],
    ['headers', ['X-A: key-1']],
    ['headers', null],
    ['timeoutSeconds', 0],
    ['timeoutSeconds', 61],
    ['timeoutSeconds', Number.NaN],
    ['timeoutSeconds', '10'],
    ['dangerouslyAllowHttp', 1],
    ['timeout', 10],
  ])('refuses the option %s %j', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const make = (): unknown => webhookTransport({ url, secret: SECRET, [name]: value })
    expect(make).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION', message: expect.stringContaining(`option "${name}"`) }))
    expect(make).not.toThrowError(/key-1/)
  })

  it('waits 10 seconds unless told otherwise', () => {
    expect(webhookTransport({ url, secret: SECRET })).toMatchObject({ name: 'webhook', timeoutSeconds: 10 })
    expect(webhookTransport({ url, secret: SECRET, timeoutSeconds: 0.05 }).timeoutSeconds).toBe(0.05)
    expect(webhookTransport({ url, secret: SECRET, timeoutSeconds: undefined }).timeoutSeconds).toBe(10)
  })

  it('refuses no options at all, by name', () => {
    // What a JavaScript caller may hand over; the types forbid it.
    expect(() => webhookTransport(undefined as unknown as Parameters<typeof webhookTransport>[0])).toThrowError(
      /webhookTransport: options must be/,
    )
  })
})
