import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GENERATED, WISH_NAMES } from './fixtures/octopush.js'
import { desk, GENERATE, KEY, VALIDATE } from './octopush-desk.js'

const RUNS = 5000
const NAMES = [...WISH_NAMES, 'phone_number', 'code', 'otp_request_token', '__proto__', 'constructor']
const TELLING = [
  '+33611223344',
  '+447700900123',
  'ann@example.org',
  'sms',
  'voice_sms',
  'whatsapp',
  '203.0.113.9',
  '::1',
  '493027',
  'otp_4be1c09d27fa6613c58e0a9d',
]

const value = fc.oneof(
  fc.constantFrom<unknown>(...TELLING),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, '', ' ', 'true', '1e400', '\u202e', '{code}', '{hh:mm:ss}'),
)
const written = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.string() }), value), {
    maxLength: 8,
  })
  .map((fields) => `{${fields.map(([name, given]) => `${JSON.stringify(name)}:${JSON.stringify(given)}`).join(',')}}`)

/** A documented request with a bite taken out of it, or something put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      ...GENERATED.map(({ request }) => request),
      { otp_request_token: 'otp_4be1c09d27fa6613c58e0a9d', code: '111111' },
      { phone_number: '+33611223344', code: '493027' },
    ),
    fc.nat(200),
    fc.nat(5),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  .map(([request, at, count, text]) => {
    const json = JSON.stringify(request)
    const start = at % json.length
    return json.slice(0, start) + text + json.slice(start + count)
  })

const bodies = fc.oneof(
  { weight: 5, arbitrary: written },
  { weight: 3, arbitrary: mutated },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
)

describe.each([
  ['POST', GENERATE],
  ['PUT', VALIDATE],
])('%s %s', (method, path) => {
  it('T36 T41 T43 answers any body whatsoever in the envelope, with a status below 500', async () => {
    // A country is sent to again and again, and nobody proves a number: whatever is accepted takes the whole way.
    const limits = { cooldownSeconds: [1], recipientSendsPerHour: 60, recipientSendsPerDay: 200, recipientSendsPerDayInAll: 1000 }
    const app = desk({ keys: [{ ...KEY, rights: ['send', 'verify', 'weakCodes'] }], otp: { limits, guard: { mode: 'record' } } })
    const seen = new Set<number>()
    let live = ''
    let number = 611_223_344
    let runs = 0
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        app.clock.advance(2)
        if (runs++ % 50 === 0) live = await app.token({ phone_number: `+33${++number}`, max_wrong_attempts: 5, validity_period: 90 })
        const text =
          typeof body === 'string' ? body.replace('otp_4be1c09d27fa6613c58e0a9d', live).replace('33611223344', `33${number}`) : body
        const { status, body: answer } = await app.ask(method, path, text)
        expect(status).toBeLessThan(500)
        seen.add(Number(answer.code))
      }),
      { numRuns: RUNS },
    )
    // The generator gets past the first checks, else it would prove nothing.
    const expected = path === GENERATE ? [0, 100, 110, 117] : [100, 194, 195, 198, 199]
    expect([...seen]).toEqual(expect.arrayContaining(expected))
  })
})

describe('T43 names of every object', () => {
  it('change nothing in a request', async () => {
    const app = desk({ chance: [493_027] })
    const body =
      '{"phone_number":"+33611223344","__proto__":{"code_length":9,"validity_period":3},"constructor":{"prototype":{}},"maxAttempts":9,"ttl":3}'
    const { status, body: answer } = await app.ask('POST', GENERATE, body)
    expect(status).toBe(200)
    expect(app.sms.last()).toMatchObject({ text: '493027', code: '493027' })
    const guess = `{"__proto__":{"code":"493027"},"otp_request_token":"${answer.otp_request_token}"}`
    await expect(app.ask('PUT', VALIDATE, guess)).resolves.toMatchObject({ body: { code: 195 } })
    expect(Reflect.get({}, 'code')).toBeUndefined()
  })
})
