import { createHmac } from 'node:crypto'
import { twilioReceipts } from 'express-otp/transports/twilio-receipts'
import { describe, expect, it } from 'vitest'
import type { ReceiptRequest } from '../../src/ports/receipt.js'
import { sealSpeech } from '../../src/transports/sealed-speech.js'
import { readXml, textOf } from './read-xml.js'
import { changed, speech } from './sample-speech.js'

const authToken = 'example-auth-token'
const url = 'https://app.example/otp/receipts/twilio'
const SMS = 'SMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'

type Fields = Readonly<Record<string, string>>

/** Signed as Twilio's page "Security" describes it: URL, then each name and value, sorted by name. */
function signature(fields: Fields, at: string, token: string): string {
  const text = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name]}`)
    .join('')
  return createHmac('sha1', token).update(`${at}${text}`).digest('base64')
}

function request(
  fields: Fields,
  differing: Partial<ReceiptRequest> & { readonly signedAt?: string; readonly token?: string } = {},
): ReceiptRequest {
  const { signedAt, token = authToken, ...rest } = differing
  const at = differing.url ?? url
  return {
    method: 'POST',
    url: at,
    headers: { 'x-twilio-signature': signature(fields, signedAt ?? at, token) },
    rawBody: Buffer.from(new URLSearchParams(fields).toString()),
    ...rest,
  }
}

const receipts = twilioReceipts({ authToken })
const delivered = { MessageSid: SMS, MessageStatus: 'delivered', AccountSid: 'AC1', From: '+15017122661', To: '+15558675310' }

describe('twilioReceipts', () => {
  it('verifies the example of Twilio\u2019s own documentation', () => {
    // https://www.twilio.com/docs/usage/security#validating-requests, as its libraries test it.
    const fields = { CallSid: 'CA1234567890ABCDE', Caller: '+12349013030', Digits: '1234', From: '+12349013030', To: '+18005551212' }
    const example = request(fields, {
      url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
      headers: { 'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' },
    })
    // It reports no status: signed, but no receipt.
    expect(twilioReceipts({ authToken: '12345' }).parse(example)).toEqual({ ok: false, reason: 'malformed' })
    expect(twilioReceipts({ authToken: '12346' }).parse(example)).toEqual({ ok: false, reason: 'forged' })
  })

  it.each([
    ['queued', undefined, []],
    ['sending', undefined, []],
    ['sent', undefined, [{ id: SMS, status: 'sent' }]],
    ['delivered', undefined, [{ id: SMS, status: 'delivered' }]],
    ['read', undefined, [{ id: SMS, status: 'delivered' }]],
    ['undelivered', '30003', [{ id: SMS, status: 'failed', errorCode: '30003' }]],
    ['failed', undefined, [{ id: SMS, status: 'failed', errorCode: 'failed' }]],
    ['failed', '+15558675310 482913', [{ id: SMS, status: 'failed' }]],
  ])('reads the message status %s, %s', (MessageStatus, ErrorCode, expected) => {
    const fields = { ...delivered, MessageStatus, ...(ErrorCode === undefined ? {} : { ErrorCode }) }
    expect(receipts.parse(request(fields))).toEqual({ ok: true, receipts: expected })
  })

  it.each([
    ['ringing', []],
    ['completed', [{ id: 'CA1', status: 'delivered' }]],
    ['no-answer', [{ id: 'CA1', status: 'failed', errorCode: 'no-answer' }]],
    ['busy', [{ id: 'CA1', status: 'failed', errorCode: 'busy' }]],
  ])('reads the call status %s', (CallStatus, expected) => {
    expect(receipts.parse(request({ CallSid: 'CA1', CallStatus }))).toEqual({ ok: true, receipts: expected })
  })

  it('takes a request for forged whose signature is missing, wrong, or over anything else', () => {
    const good = request(delivered)
    const forgeries: ReceiptRequest[] = [
      { ...good, headers: {} },
      { ...good, headers: { 'x-twilio-signature': '' } },
      { ...good, headers: { 'x-twilio-signature': [signature(delivered, url, authToken)] } },
      { ...good, headers: { 'x-twilio-signature': `${signature(delivered, url, authToken)}=` } },
      { ...good, url: `${url}?a=1` },
      { ...good, url: 'https://evil.example/otp/receipts/twilio' },
      { ...good, rawBody: Buffer.from(`${Buffer.from(good.rawBody)}&ErrorCode=1`) },
      { ...good, rawBody: Buffer.from(String(Buffer.from(good.rawBody)).replace('delivered', 'failed')) },
      { ...good, rawBody: Buffer.from(`MessageStatus=failed&${Buffer.from(good.rawBody)}`) },
      request(delivered, { token: 'another-token' }),
    ]
    for (const forged of forgeries) expect(receipts.parse(forged)).toEqual({ ok: false, reason: 'forged' })
    expect(receipts.parse(good)).toMatchObject({ ok: true })
  })

  it('verifies with every token of a list', () => {
    const both = twilioReceipts({ authToken: ['new-token', authToken] })
    expect(both.parse(request(delivered))).toMatchObject({ ok: true })
    expect(both.parse(request(delivered, { token: 'new-token' }))).toMatchObject({ ok: true })
    expect(both.parse(request(delivered, { token: 'old-token' }))).toEqual({ ok: false, reason: 'forged' })
  })

  it('knows its own address behind a proxy, and takes only the query from a request', () => {
    const own = twilioReceipts({ authToken, url: `${url}?ignored=1` })
    expect(own.parse(request(delivered, { url: '/mounted/elsewhere?a=%2F&b', signedAt: `${url}?a=%2F&b` }))).toMatchObject({ ok: true })
    expect(own.parse(request(delivered, { url: '/mounted/elsewhere?a=/&b', signedAt: `${url}?a=%2F&b` }))).toEqual({
      ok: false,
      reason: 'forged',
    })
    expect(receipts.parse(request(delivered, { url: '/otp/receipts/twilio' }))).toEqual({ ok: false, reason: 'malformed' })
  })

  it('lets Twilio sign with the port or without it', () => {
    expect(receipts.parse(request(delivered, { signedAt: 'https://app.example:443/otp/receipts/twilio' }))).toMatchObject({ ok: true })
    const odd = 'https://app.example:8443/otp/receipts/twilio'
    expect(receipts.parse(request(delivered, { url: odd, signedAt: url }))).toMatchObject({ ok: true })
    expect(receipts.parse(request(delivered, { url: odd, signedAt: 'https://app.example:443/otp/receipts/twilio' }))).toMatchObject({
      ok: false,
    })
  })

  it.each([
    ['another method', { method: 'GET' }],
    ['a body that is too long', { rawBody: Buffer.alloc(1024 * 1024 + 1, 97) }],
    ['an address that is none', { url: 'nowhere' }],
  ])('takes %s for malformed', (_title, differing) => {
    expect(receipts.parse({ ...request(delivered), ...differing })).toEqual({ ok: false, reason: 'malformed' })
  })

  it('T33 says the code after a key press, and hangs up without one, late, or where anything was changed', () => {
    const sealed = sealSpeech(speech(), Date.now() + 60_000, authToken)
    const answered = (fields: Fields, query: string): string | undefined => {
      const outcome = receipts.parse(request(fields, { url: `${url}?speech=${query}` }))
      return outcome.ok ? outcome.answer?.body : undefined
    }
    const said = readXml(answered({ CallSid: 'CA1', Digits: '5' }, sealed) ?? '')
    expect(textOf(said)).toContain('foureighttwonineonethree')
    const late = sealSpeech(speech(), Date.now() - 1, authToken)
    const foreign = sealSpeech(speech(), Date.now() + 60_000, 'another-token')
    const silences = [
      answered({ CallSid: 'CA1' }, sealed),
      answered({ CallSid: 'CA1', Digits: '' }, sealed),
      answered({ CallSid: 'CA1', Digits: '5' }, late),
      answered({ CallSid: 'CA1', Digits: '5' }, foreign),
      answered({ CallSid: 'CA1', Digits: '5' }, changed(sealed)),
      answered({ CallSid: 'CA1', Digits: '5' }, ''),
    ]
    for (const silence of silences) expect(silence).toMatch(/<Response><Hangup\/><\/Response>$/)
    const forged = { ...request({ Digits: '5' }, { url: `${url}?speech=${sealed}` }), headers: {} }
    expect(receipts.parse(forged)).toEqual({ ok: false, reason: 'forged' })
  })

  it('answers with TwiML that nothing stores', () => {
    const sealed = sealSpeech(speech(), Date.now() + 60_000, authToken)
    const outcome = receipts.parse(request({ Digits: '5' }, { url: `${url}?speech=${sealed}` }))
    expect(outcome).toMatchObject({
      receipts: [],
      answer: { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' } },
    })
  })

  it.each([
    ['authToken', ''],
    ['authToken', []],
    ['authToken', ['a', 'b c']],
    ['authToken', undefined],
    ['url', 'http://app.example/'],
  ])('refuses the option %s %j', (name, value) => {
    // What a JavaScript caller may hand over; the types forbid it.
    const given = { authToken, [name]: value } as Parameters<typeof twilioReceipts>[0]
    expect(() => twilioReceipts(given)).toThrowError(new RegExp(`option "${name}"`))
  })
})
