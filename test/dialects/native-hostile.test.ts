import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Refused } from '../../src/core/results.js'
import { fakeService, SENT, VERIFIED } from './fake-service.js'
import { ANN, ask, KEYS, openNative, SHOP } from './native-door.js'

/** Bodies that are right, to be bent. */
const RIGHT = {
  send: {
    to: ANN,
    channel: 'sms',
    intent: 'login',
    codeLength: 6,
    alphabet: ['digits'],
    ttlSeconds: 300,
    maxAttempts: 5,
    text: '{code}',
    timeZone: 'UTC',
    voice: { language: 'en-GB', gender: 'female' },
    metadata: { a: 1 },
    context: { amount: '1' },
    clientIp: '203.0.113.7',
  },
  resend: { id: SENT.id, channel: 'auto', locale: 'en' },
  verify: { id: SENT.id, code: '123 456', intent: 'login', to: ANN },
  cancel: { id: SENT.id },
  status: { id: SENT.id },
}

const REFUSED: readonly Refused[] = [
  { ok: false, reason: 'invalid_request', errors: [{ field: 'to', reason: 'invalid_phone_number' }] },
  { ok: false, reason: 'insufficient_balance' },
  { ok: false, reason: 'rate_limited', retryAfter: 30 },
  { ok: false, reason: 'forbidden' },
]

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(1e308, -0, 2 ** 53, '\u0000', '__proto__', '\ud800', [[[[[[]]]]]], { __proto__: null, $ne: 1 }, 'a'.repeat(3000)),
)

/** Any bytes, any JSON, and right bodies with one or two members bent, removed or added. */
function bodies(right: object): fc.Arbitrary<string | Uint8Array> {
  const names = fc.oneof(
    fc.constantFrom(...Object.keys(right), '__proto__', 'constructor', 'to', 'codes', 'recipients', 'channels'),
    fc.string(),
  )
  const bent = fc.array(fc.tuple(names, fc.option(odd, { nil: undefined })), { minLength: 1, maxLength: 2 })
  const mutated = bent.map((changes) => {
    const entries = new Map<string, unknown>([...Object.entries(right), ...changes])
    return `{${[...entries].flatMap(([name, value]) => (value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`])).join()}}`
  })
  const cut = fc.tuple(mutated, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)))
  return fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  )
}

describe('hostile bodies', () => {
  const seen = new Map<string, number>()

  it.each(Object.entries(RIGHT))(
    '5 000 of them for %s get documented answers, none of them a fault of ours',
    async (route, right) => {
      const service = fakeService(KEYS, { verify: { ...VERIFIED, metadata: { a: 1 }, deviceToken: 'a.b' } })
      let turn = 0
      await fc.assert(
        fc.asyncProperty(bodies(right), fc.boolean(), async (body, isRepeatable) => {
          turn++
          // Every fourth one meets a refusal of the use case.
          const refused = REFUSED[Math.floor(turn / 4) % REFUSED.length]
          service.answers.send = turn % 4 === 0 && refused !== undefined ? refused : { ...SENT, sandboxCodes: { sms: '123456' } }
          const headers = isRepeatable ? { 'idempotency-key': `k${turn % 7}` } : {}
          const answer = await ask(service, `/v1/otp/${route}`, body, { headers })
          expect(answer.status).toBeLessThan(500)
          seen.set(`${route} ${answer.status}`, (seen.get(`${route} ${answer.status}`) ?? 0) + 1)
        }),
        { numRuns: 5000 },
      )
    },
    60_000,
  )

  afterAll(() => {
    // A test that only ever hears 400 would prove nothing.
    for (const status of ['send 200', 'send 422', 'resend 200', 'verify 200', 'verify 400', 'cancel 200', 'status 404']) {
      expect(seen.get(status), status).toBeGreaterThan(10)
    }
  })

  it('get the same over HTTP, where the real use cases answer', async () => {
    const { errors, origin, otp, post } = await openNative({
      otp: { limits: { blockRecipientsPerHour: 1000, blockSendsPerHour: 100_000, blockFailuresPerHour: 100_000 } },
    })
    for (const [route, right] of Object.entries(RIGHT)) {
      for (const body of fc.sample(bodies(right), 300)) {
        const raw = await fetch(`${origin}/v1/otp/${route}`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${SHOP}`, 'Content-Type': 'application/json' },
          body: Buffer.from(body),
        })
        expect(raw.status, Buffer.from(body).toString()).toBeLessThan(500)
        await raw.arrayBuffer()
        if (typeof body === 'string') await post(route, body)
      }
    }
    expect([errors, otp.hasStore]).toEqual([[], true])
  }, 60_000)
})
