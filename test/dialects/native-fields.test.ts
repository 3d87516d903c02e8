import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FieldTable, readFields } from '../../src/dialects/native/field-table.js'
import { BY_ID, RESEND, SEND, VERIFY } from '../../src/dialects/native/fields.js'
import { fakeService } from './fake-service.js'
import { ANN, ask, DOCUMENT, judge, KEYS, openNative } from './native-door.js'

const TABLES = { send: SEND, resend: RESEND, verify: VERIFY, cancel: BY_ID, status: BY_ID }
const REQUIRED = { send: {}, resend: { id: 'x' }, verify: { id: 'x', code: '123456' }, cancel: { id: 'x' }, status: { id: 'x' } }

/** For each field: a value of the wrong type, one beyond its bounds, or one that no pattern takes, with the reason. */
const REFUSALS: readonly (readonly [route: keyof typeof TABLES, field: string, value: unknown, error: string, reason: string])[] = [
  ['send', 'to', 12068800123, 'to', 'must_be_text'],
  ['send', 'to', '', 'to', 'required'],
  ['send', 'to', '1'.repeat(255), 'to', 'too_long'],
  ['send', 'channel', 'fax', 'channel', 'unknown'],
  ['send', 'channel', ['sms'], 'channel', 'must_be_text'],
  ['send', 'channels', 'sms', 'channels', 'must_be_a_list'],
  ['send', 'channels', [], 'channels', 'required'],
  ['send', 'channels', ['sms', 'sms'], 'channels', 'repeated'],
  ['send', 'channels', ['sms', 'fax'], 'channels', 'unknown'],
  ['send', 'channels', ['sms', 'call', 'whatsapp', 'email', 'sms'], 'channels', 'too_long'],
  ['send', 'recipients', [ANN], 'recipients', 'must_be_an_object'],
  ['send', 'recipients', { sms: 1 }, 'recipients.sms', 'must_be_text'],
  ['send', 'recipients', { fax: ANN }, 'recipients.fax', 'unknown_field'],
  ['send', 'mode', 'some', 'mode', 'unknown'],
  ['send', 'intent', 'x'.repeat(37), 'intent', 'too_long'],
  ['send', 'intent', 'log\u0007in', 'intent', 'invalid_text'],
  ['send', 'codeLength', 3, 'codeLength', 'out_of_range'],
  ['send', 'codeLength', 33, 'codeLength', 'out_of_range'],
  ['send', 'codeLength', '6', 'codeLength', 'must_be_a_whole_number'],
  ['send', 'codeLength', 6.5, 'codeLength', 'must_be_a_whole_number'],
  ['send', 'alphabet', 'runes', 'alphabet', 'unknown'],
  ['send', 'alphabet', 6, 'alphabet', 'must_be_text'],
  ['send', 'alphabet', ['digits', 'runes'], 'alphabet', 'unknown'],
  ['send', 'withoutLookAlikes', 1, 'withoutLookAlikes', 'must_be_true_or_false'],
  ['send', 'code', 123456, 'code', 'must_be_text'],
  ['send', 'code', '123', 'code', 'too_short'],
  ['send', 'ttlSeconds', 29, 'ttlSeconds', 'out_of_range'],
  ['send', 'ttlSeconds', 86_401, 'ttlSeconds', 'out_of_range'],
  ['send', 'maxAttempts', 0, 'maxAttempts', 'out_of_range'],
  ['send', 'maxAttempts', 11, 'maxAttempts', 'out_of_range'],
  ['send', 'text', 'x'.repeat(1225), 'text', 'too_long'],
  ['send', 'text', 'a\nb', 'text', 'invalid_text'],
  ['send', 'timeZone', 'Mars/Olympus', 'timeZone', 'unknown'],
  ['send', 'sender', 'ab', 'sender', 'too_short'],
  ['send', 'sender', 'My shop', 'sender', 'invalid_text'],
  ['send', 'locale', 'english', 'locale', 'invalid_locale'],
  ['send', 'voice', 'female', 'voice', 'must_be_an_object'],
  ['send', 'voice', { gender: 'robot' }, 'voice.gender', 'unknown'],
  ['send', 'voice', { language: '!!' }, 'voice.language', 'invalid_locale'],
  ['send', 'voice', { speed: 2 }, 'voice.speed', 'unknown_field'],
  ['send', 'metadata', 'x', 'metadata', 'must_be_an_object'],
  ['send', 'metadata', { note: 'a\u202eb' }, 'metadata', 'invalid_text'],
  ['send', 'metadata', { a: { b: { c: { d: { e: { f: {} } } } } } }, 'metadata', 'invalid_text'],
  ['send', 'context', [], 'context', 'must_be_an_object'],
  ['send', 'context', { amount: true }, 'context', 'must_be_text'],
  ['send', 'clientIp', 'localhost', 'clientIp', 'invalid_address'],
  ['send', 'clientIp', '300.1.1.1', 'clientIp', 'invalid_address'],
  ['send', 'deviceToken', 'a b', 'deviceToken', 'invalid_token'],
  ['send', 'sandbox', 'true', 'sandbox', 'must_be_true_or_false'],
  ['resend', 'id', 7, 'id', 'must_be_text'],
  ['resend', 'channel', 'fax', 'channel', 'unknown'],
  ['resend', 'locale', 'x', 'locale', 'too_short'],
  ['resend', 'clientIp', '::g', 'clientIp', 'invalid_address'],
  ['resend', 'deviceToken', 'x'.repeat(201), 'deviceToken', 'too_long'],
  ['verify', 'id', 'x'.repeat(201), 'id', 'too_long'],
  ['verify', 'code', '1'.repeat(65), 'code', 'too_long'],
  ['verify', 'codes', '123456', 'codes', 'must_be_an_object'],
  ['verify', 'codes', { sms: 123456 }, 'codes.sms', 'must_be_text'],
  ['verify', 'intent', null, 'intent', 'must_be_text'],
  ['verify', 'context', { 'a\u0000': '1' }, 'context', 'invalid_name'],
  ['verify', 'to', {}, 'to', 'must_be_text'],
  ['verify', 'clientIp', '', 'clientIp', 'required'],
  ['verify', 'deviceToken', true, 'deviceToken', 'must_be_text'],
  ['cancel', 'id', '', 'id', 'required'],
  ['status', 'id', ['x'], 'id', 'must_be_text'],
]

describe('the fields of our own JSON', () => {
  it.each(REFUSALS)('of %s: %s %j is refused as %s: %s, and nothing is done', async (route, field, value, error, reason) => {
    const service = fakeService(KEYS)
    const answer = await ask(service, `/v1/otp/${route}`, { ...REQUIRED[route], [field]: value })
    expect([answer.status, answer.body.reason, answer.body.errors]).toEqual([400, 'invalid_request', [{ field: error, reason }]])
    expect(service.calls).toEqual([])
  })

  it('are each refused in one of these tests at least', () => {
    for (const [route, table] of Object.entries(TABLES)) {
      const tried = REFUSALS.filter(([of]) => of === route).map(([, field]) => field)
      expect(Object.keys(table).filter((name) => !tried.includes(name))).toEqual([])
    }
  })

  it('that are required are asked for', async () => {
    const service = fakeService(KEYS)
    for (const route of ['resend', 'verify', 'cancel', 'status']) {
      expect((await ask(service, `/v1/otp/${route}`, { code: route === 'verify' ? '123456' : undefined })).body.errors).toEqual([
        { field: 'id', reason: 'required' },
      ])
    }
  })

  it('ask for one code, or one for each of several channels, and never both', async () => {
    const service = fakeService(KEYS)
    const neither = await ask(service, '/v1/otp/verify', { id: 'x' })
    expect(neither.body.errors).toEqual([{ field: 'code', reason: 'required' }])
    const both = await ask(service, '/v1/otp/verify', { id: 'x', code: '123456', codes: { sms: '123456' } })
    expect(both.body.errors).toEqual([{ field: 'codes', reason: 'not_with_code' }])
    expect(service.calls).toEqual([])
  })

  it('T43 that are unknown are refused by name, ten of them at most, and change nothing', async () => {
    const service = fakeService(KEYS)
    for (const name of [
      'userId',
      'ttl',
      'digits',
      'attempts',
      'template',
      'channelPolicy',
      '__proto__',
      'constructor',
      'toString',
      'tenant',
    ]) {
      const answer = await ask(service, '/v1/otp/send', `{"to":"${ANN}","${name}":{"sandbox":true}}`)
      expect(answer.body.errors).toEqual([{ field: name, reason: 'unknown_field' }])
    }
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field ${index}`, 1]))
    const told = await ask(service, '/v1/otp/send', { to: ANN, ...many })
    expect(told.body.errors).toEqual(Array.from({ length: 10 }, () => ({ field: 'body', reason: 'unknown_field' })))
    const inside = await ask(service, '/v1/otp/send', `{"to":"${ANN}","metadata":{"__proto__":{"a":1}}}`)
    expect(inside.body.errors).toEqual([{ field: 'metadata', reason: 'invalid_name' }])
    expect(service.calls).toEqual([])
    expect(Object.prototype).not.toHaveProperty('sandbox')
  })

  it('T41 hold no control character, line separator or bidirectional override, whichever it is', async () => {
    const service = fakeService(KEYS)
    for (const sign of ['\u0000', '\u0007', '\n', '\r', '\u007f', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066', '\ud800']) {
      const texts = { to: `+1206${sign}8800123`, intent: sign, code: `123456${sign}`, text: `${sign}{code}`, sender: `Shop${sign}` }
      const more = {
        locale: `en${sign}`,
        timeZone: `UTC${sign}`,
        deviceToken: sign,
        clientIp: `::1${sign}`,
        context: { a: sign },
        metadata: { a: [{ b: sign }] },
      }
      for (const [name, value] of Object.entries({ ...texts, ...more })) {
        const answer = await ask(service, '/v1/otp/send', { [name]: value })
        expect(answer.body.errors, `${name} ${JSON.stringify(sign)}`).toMatchObject([{ field: name }])
      }
    }
    expect(service.calls).toEqual([])
  })

  it('reach the use case as they were given', async () => {
    const service = fakeService(KEYS)
    const body = {
      to: ANN,
      channel: 'call',
      mode: 'any',
      intent: 'transfer',
      codeLength: 8,
      alphabet: ['lower', 'digits'],
      withoutLookAlikes: true,
      code: '135790',
      ttlSeconds: 600,
      maxAttempts: 3,
      text: 'Code {code}',
      timeZone: 'Europe/Paris',
      sender: 'Shop',
      locale: 'fr',
      voice: { language: 'fr-FR', gender: 'male' },
      metadata: { deep: [1, { a: null }] },
      context: { amount: 12.5 },
      clientIp: '2001:db8::1',
      deviceToken: 'a.b-c_d',
      sandbox: true,
    }
    expect((await ask(service, '/v1/otp/send', body)).status).toBe(200)
    const { alphabet: _classes, channel, clientIp, context, deviceToken, intent, locale, to, withoutLookAlikes: _without, ...terms } = body
    const request = { channel, clientIp, context, deviceToken, intent, locale, to }
    expect(service.sends()).toEqual([{ ...request, terms: { ...terms, alphabet: 'digits+lower-lookalikes' } }])
    const guess = { id: 'x', codes: { sms: '1', email: '2' }, intent: 'a', context: { a: 'b' }, to: ANN, clientIp, deviceToken }
    await ask(service, '/v1/otp/verify', guess)
    expect(service.verifies()).toEqual([guess])
    await ask(service, '/v1/otp/resend', { id: 'x', channel: 'auto', locale: 'de', clientIp, deviceToken })
    expect(service.calls.at(-1)?.request).toEqual({ id: 'x', channel: 'auto', locale: 'de', clientIp, deviceToken })
  })

  it('name alphabets as the core does', async () => {
    const service = fakeService(KEYS)
    const asked = [
      [{ alphabet: 'digits' }, 'digits'],
      [{ alphabet: 'letters', withoutLookAlikes: true }, 'letters'],
      [{ alphabet: 'alphanumeric' }, 'alphanumeric'],
      [{ alphabet: ['special', 'upper'] }, 'upper+special'],
      [{ alphabet: 'digits', withoutLookAlikes: true }, 'digits-lookalikes'],
      [{ withoutLookAlikes: true }, 'digits-lookalikes'],
      [{ withoutLookAlikes: false }, undefined],
      [{}, undefined],
    ] as const
    for (const [wish, alphabet] of asked) {
      await ask(service, '/v1/otp/send', { to: ANN, ...wish })
      expect(service.sends().at(-1)?.terms.alphabet).toBe(alphabet)
    }
  })

  it('are judged by the document as by the door', () => {
    for (const [route, table] of Object.entries(TABLES)) {
      const schema = DOCUMENT.components.schemas[`${route.charAt(0).toUpperCase()}${route.slice(1)}Request`]
      const documented = judge({ ...schema, oneOf: undefined })
      const known = REFUSALS.filter(([of]) => of === route).map(([, field, value]) => ({ [field]: value }))
      const samples = Object.entries<{ example?: unknown }>(table).map(([name, { example }]) => ({ [name]: example ?? 'digits' }))
      const values = fc.oneof(
        fc.constantFrom(...known, ...samples, { code: '1' }, { to: '\ud83d\ude00'.repeat(254) }, { intent: '' }),
        fc.object({ maxDepth: 2 }),
      )
      fc.assert(
        fc.property(values, values, (one, other) => {
          const body = JSON.parse(JSON.stringify({ ...REQUIRED[route as keyof typeof REQUIRED], ...one, ...other }))
          const read = readFields(table as FieldTable<object>, new Map(Object.entries(body)))
          // What no schema can say: that an address is one, that a zone is one, how deep a value is, which characters are in it.
          const isBeyond = !read.ok && read.errors.every(({ field }) => ['clientIp', 'timeZone', 'metadata'].includes(field))
          expect(documented(body), JSON.stringify([body, documented.errors])).toBe(read.ok || (isBeyond && documented(body)))
        }),
        { numRuns: 500 },
      )
    }
  })

  it('T42 of the largest size cost no time worth the name', async () => {
    const { post } = await openNative()
    const long = 'a'.repeat(3900)
    const begin = performance.now()
    for (const body of [
      { to: long },
      { intent: long },
      { text: long },
      { locale: `${'a-'.repeat(1900)}` },
      { metadata: { a: long } },
      { clientIp: ':'.repeat(3900) },
    ]) {
      expect((await post('send', body)).status).toBe(400)
    }
    expect((await post('send', { text: 'x'.repeat(5000) })).status).toBe(413)
    expect(performance.now() - begin).toBeLessThan(1000)
  })
})
