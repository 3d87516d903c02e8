import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXAMPLES, KEY_ID } from './fixtures/unimatrix.js'
import { openDesk, TO } from './unimatrix-bench.js'

describe('whatever the body holds', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(TO, '+33612345678', '123456', '4815', 4, 300, 'sms', 'voice', 'login', '', null),
  )
  const body = fc.dictionary(
    fc.constantFrom('to', 'code', 'ttl', 'digits', 'intent', 'channel', 'signature', 'templateId', '__proto__', 'x'),
    value,
    { maxKeys: 8 },
  )
  const mutated = fc
    .tuple(fc.constantFrom(...EXAMPLES.map(({ request }) => request)), body)
    .map(([request, change]) => ({ ...request, ...change }))

  for (const action of ['otp.send', 'otp.verify']) {
    it(`T43 ${action} answers in the envelope, below 500`, async () => {
      const { asked, service } = openDesk()
      const raw = fc.oneof(body, mutated).map((fields) => JSON.stringify(fields))
      await fc.assert(
        fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: raw }, fc.string(), fc.uint8Array()), async (bytes) => {
          expect((await asked({ action, raw: bytes })).status).toBeLessThan(500)
        }),
        { numRuns: 5000 },
      )
      for (const { channel, intent, terms } of service.sends()) {
        expect(['auto', 'sms', 'call', 'whatsapp']).toContain(channel)
        expect([...(intent ?? '')].length).toBeLessThanOrEqual(36)
        expect(terms.ttlSeconds).toBeLessThanOrEqual(1800)
      }
      for (const { code, maxAgeSeconds } of service.verifies()) {
        expect(code).toMatch(/^[0-9]{4,8}$/)
        expect(maxAgeSeconds).toBeLessThanOrEqual(1800)
      }
    })
  }

  it('T67 the query is read without a throw', async () => {
    const { asked } = openDesk()
    const names = fc.constantFrom('action', 'accessKeyId', 'algorithm', 'timestamp', 'nonce', 'signature', '__proto__')
    const query = fc.array(
      fc.tuple(names, fc.oneof(fc.string(), fc.constantFrom('otp.send', KEY_ID, 'hmac-sha256', '1700000000', '%', '%ff', 'a'.repeat(64)))),
      { maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        expect((await asked({ query: pairs.map(([name, text]) => `${name}=${text}`).join('&') })).status).toBeLessThan(500)
      }),
      { numRuns: 2000 },
    )
  })
})
