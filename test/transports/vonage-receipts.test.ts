import { createHash, createHmac } from 'node:crypto'
import { vonageReceipts } from 'express-otp/transports/vonage-receipts'
import { describe, expect, it } from 'vitest'
import type { ReceiptRequest } from '../../src/ports/receipt.js'
import { sealSpeech } from '../../src/transports/sealed-speech.js'
import { changed, speech } from './sample-speech.js'

const signatureSecret = 'example-signature-secret'
const path = '/otp/receipts/vonage'
const receipts = vonageReceipts({ signatureSecret })

type Fields = Readonly<Record<string, string>>

/** The example receipt of https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts, with what a signed one has more. */
const receipt: Fields = {
  msisdn: '447700900000',
  to: 'AcmeInc',
  'network-code': '12345',
  messageId: '0A0000001234567B',
  price: '0.03330000',
  status: 'delivered',
  scts: '2001011400',
  'err-code': '0',
  'api-key': 'abcd1234',
  'message-timestamp': '2020-01-01 12:00:00 +0000',
  timestamp: '1577880000',
  nonce: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
}

/** As https://developer.vonage.com/en/getting-started/concepts/signing-messages describes it. */
function signed(fields: Fields, secret = signatureSecret, hash = 'sha256'): Fields {
  const text = Object.keys(fields)
    .sort()
    .map((name) => `&${name}=${fields[name]?.replaceAll('&', '_').replaceAll('=', '_')}`)
    .join('')
  return { ...fields, sig: createHmac(hash, secret).update(text).digest('hex') }
}

function byGet(fields: Fields): ReceiptRequest {
  return { method: 'GET', url: `${path}?${new URLSearchParams(fields)}`, headers: {}, rawBody: Buffer.alloc(0) }
}

function byForm(fields: Fields): ReceiptRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url: path, headers, rawBody: Buffer.from(new URLSearchParams(fields).toString()) }
}

function byJson(fields: unknown): ReceiptRequest {
  return { method: 'POST', url: path, headers: { 'content-type': 'application/json' }, rawBody: Buffer.from(JSON.stringify(fields)) }
}

function token(claims: object, options: { readonly secret?: string; readonly head?: object } = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part(options.head ?? { alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', options.secret ?? signatureSecret)
    .update(text)
    .digest('base64url')}`
}

const claims = { iat: 1_577_880_000, jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5', iss: 'Vonage', api_key: 'a1b2c3d' }

/** A call event, signed as https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks describes it. */
function event(
  value: unknown,
  differing: { readonly query?: string; readonly claims?: object; readonly secret?: string; readonly head?: object } = {},
) {
  const rawBody = Buffer.from(JSON.stringify(value))
  const payload_hash = createHash('sha256').update(rawBody).digest('hex')
  const authorization = `Bearer ${token({ ...claims, payload_hash, ...differing.claims }, differing)}`
  const headers = { 'content-type': 'application/json', authorization }
  return { method: 'POST', url: `${path}${differing.query ?? ''}`, headers, rawBody }
}

const answered = { uuid: '63f61863-4a51-4f6b-86e1-46edebcf9356', conversation_uuid: 'CON-1', status: 'completed', direction: 'outbound' }
const id = '0A0000001234567B'

describe('vonageReceipts of SMS', () => {
  it.each([
    ['GET', byGet],
    ['form', byForm],
    ['JSON', byJson],
  ])('reads the documented receipt by %s', (_title, by) => {
    expect(receipts.parse(by(signed(receipt)))).toEqual({ ok: true, receipts: [{ id, status: 'delivered' }] })
  })

  it.each([
    ['accepted', '0', [{ id, status: 'sent' }]],
    ['buffered', '0', [{ id, status: 'sent' }]],
    ['failed', '6', [{ id, status: 'failed', errorCode: '6' }]],
    ['rejected', '9', [{ id, status: 'failed', errorCode: '9' }]],
    ['expired', '1', [{ id, status: 'failed', errorCode: '1' }]],
    ['unknown', '99', []],
  ])('reads the status %s', (status, code, expected) => {
    expect(receipts.parse(byForm(signed({ ...receipt, status, 'err-code': code })))).toEqual({ ok: true, receipts: expected })
  })

  it('reads a signature of either case, over values with signs of their own', () => {
    const odd = signed({ ...receipt, 'client-ref': 'a&b=c d+\u00e9' })
    expect(receipts.parse(byForm(odd))).toMatchObject({ ok: true })
    expect(receipts.parse(byForm({ ...odd, sig: odd.sig?.toUpperCase() ?? '' }))).toMatchObject({ ok: true })
  })

  it('takes a receipt for forged whose signature is missing, wrong, or over anything else', () => {
    const good = signed(receipt)
    const { sig: _sig, ...unsigned } = good
    const forgeries = [
      unsigned,
      { ...good, sig: '' },
      { ...good, status: 'failed' },
      { ...good, more: '1' },
      signed(receipt, 'another-secret'),
      signed(receipt, signatureSecret, 'md5'),
      signed(receipt, signatureSecret, 'sha512'),
    ]
    for (const forged of forgeries) {
      for (const by of [byGet, byForm, byJson]) expect(receipts.parse(by(forged))).toEqual({ ok: false, reason: 'forged' })
    }
  })

  it('verifies with every secret of a list, and by SHA-512 where told so', () => {
    const both = vonageReceipts({ signatureSecret: ['new-secret', signatureSecret], smsSignature: 'sha512' })
    expect(both.parse(byForm(signed(receipt, signatureSecret, 'sha512')))).toMatchObject({ ok: true })
    expect(both.parse(byForm(signed(receipt, 'new-secret', 'sha512')))).toMatchObject({ ok: true })
    expect(both.parse(byForm(signed(receipt)))).toEqual({ ok: false, reason: 'forged' })
  })

  it('takes for malformed what is no receipt', () => {
    const twice = byForm(signed(receipt))
    const requests = [
      { ...byGet(signed(receipt)), method: 'DELETE' },
      { ...twice, rawBody: Buffer.from(`status=failed&${Buffer.from(twice.rawBody)}`) },
      { ...byJson(null), rawBody: Buffer.from('{') },
      byJson(null),
      byJson([signed(receipt)]),
      byJson({ ...signed(receipt), status: { $ne: 1 } }),
      byForm(signed({ msisdn: '447700900000', text: 'hello' })),
      { ...byGet(signed(receipt)), rawBody: Buffer.alloc(1024 * 1024 + 1) },
    ]
    for (const request of requests) expect(receipts.parse(request)).toEqual({ ok: false, reason: 'malformed' })
  })
})

describe('vonageReceipts of calls', () => {
  it.each([
    ['started', []],
    ['answered', []],
    ['completed', [{ id: answered.uuid, status: 'delivered' }]],
    ['machine', [{ id: answered.uuid, status: 'failed', errorCode: 'machine' }]],
    ['unanswered', [{ id: answered.uuid, status: 'failed', errorCode: 'unanswered' }]],
    ['busy', [{ id: answered.uuid, status: 'failed', errorCode: 'busy' }]],
  ])('reads the event %s', (status, expected) => {
    expect(receipts.parse(event({ ...answered, status }))).toEqual({ ok: true, receipts: expected })
  })

  it('passes over events without a status, and verifies a hash over the JSON without blanks', () => {
    expect(receipts.parse(event({ reason: 'Syntax error in NCCO' }))).toEqual({ ok: true, receipts: [] })
    const spaced = { ...event(answered), rawBody: Buffer.from(JSON.stringify(answered, null, 2)) }
    expect(receipts.parse(spaced)).toMatchObject({ ok: true, receipts: [{ status: 'delivered' }] })
  })

  it('takes an event for forged whose token is wrong, of another kind, past its time, or over another body', () => {
    const good = event(answered)
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`
    const forgeries: ReceiptRequest[] = [
      event(answered, { secret: 'another-secret' }),
      event(answered, { head: { alg: 'none' } }),
      event(answered, { head: { alg: 'RS256' } }),
      event(answered, { claims: { exp: 1 } }),
      event(answered, { claims: { exp: 'never' } }),
      event(answered, { claims: { payload_hash: undefined } }),
      { ...good, rawBody: Buffer.from(JSON.stringify({ ...answered, status: 'failed' })) },
      { ...good, headers: { authorization: `Bearer ${none}` } },
      { ...good, headers: { ...good.headers, authorization: good.headers.authorization.replace('Bearer', 'Basic') } },
    ]
    // The last has no token at all, so that it is read as an SMS receipt: unsigned either way.
    for (const forged of forgeries) expect(receipts.parse(forged)).toEqual({ ok: false, reason: 'forged' })
    expect(receipts.parse(event(answered, { claims: { exp: Math.floor(Date.now() / 1000) + 60 } }))).toMatchObject({ ok: true })
  })

  it('takes an event for malformed that comes by GET, for its query is not signed, or is no object', () => {
    expect(receipts.parse({ ...event(answered), method: 'GET' })).toEqual({ ok: false, reason: 'malformed' })
    expect(receipts.parse(event('completed'))).toEqual({ ok: false, reason: 'malformed' })
  })

  it('T33 says the code after a key press, and nothing without one, late, or where anything was changed', () => {
    const styled = vonageReceipts({ signatureSecret, styles: { 'en-GB': { female: 2 } } })
    const sealed = sealSpeech(speech(), Date.now() + 60_000, signatureSecret)
    const ncco = (value: unknown, query: string): unknown => {
      const outcome = styled.parse(event(value, { query: `?speech=${query}` }))
      return outcome.ok && outcome.answer !== undefined ? JSON.parse(outcome.answer.body) : undefined
    }
    const pressed = { dtmf: { digits: '5', timed_out: false }, uuid: answered.uuid }
    expect(ncco(pressed, sealed)).toEqual([
      { action: 'talk', text: expect.stringMatching(/^<speak>.*four<break/), language: 'en-GB', style: 2 },
    ])
    const late = sealSpeech(speech(), Date.now() - 1, signatureSecret)
    const silences = [
      ncco({ dtmf: { digits: '', timed_out: true } }, sealed),
      ncco({ dtmf: null }, sealed),
      ncco({ uuid: answered.uuid }, sealed),
      ncco(pressed, late),
      ncco(pressed, changed(sealed)),
    ]
    for (const silence of silences) expect(silence).toEqual([])
  })

  it.each([
    ['signatureSecret', ''],
    ['signatureSecret', undefined],
    ['smsSignature', 'md5'],
    ['styles', { 'en-GB': 1 }],
  ])('refuses the option %s %j', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const given = { signatureSecret, [name]: value } as Parameters<typeof vonageReceipts>[0]
    expect(() => vonageReceipts(given)).toThrowError(new RegExp(`option "${name}"`))
  })
})
