import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as wire from './fixtures/sendmator.js'
import { bench, PHONE, TEST } from './sendmator-bench.js'

const RUNS = 5000

/** Nothing of a request comes back in a refusal; this marks what would. */
const MARK = 'zq7marker'

const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  ' ',
  MARK,
  `${MARK}\u0000`,
  `${MARK}\r\nBcc: x@y.zz`,
  '\u202e123456',
  '\ud800',
  '__proto__',
  'constructor',
  [],
  [MARK],
  [[]],
  {},
  { $ne: MARK },
  { toString: MARK },
  { length: 1, 0: 'sms' },
  'x'.repeat(2000),
]

/** Every path into a value, the whole of it included. */
function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [[], ...Object.entries(value).flatMap(([name, one]) => pathsOf(one).map((path) => [name, ...path]))]
}

/** The value with something else at a path, or with nothing there. */
function bent(value: unknown, path: readonly string[], put: { readonly value: unknown } | undefined): unknown {
  const [name, ...rest] = path
  if (name === undefined) return put?.value
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === name ? bent(one, rest, put) : one))
  const entries = Object.entries(Object(value)).map(([key, one]) => [key, key === name ? bent(one, rest, put) : one] as const)
  return Object.fromEntries(rest.length === 0 && put === undefined ? entries.filter(([key]) => key !== name) : entries)
}

/** Any bytes, any JSON, and every example with one or two of its places bent; some of the names that objects have from their prototype. */
function bodies(examples: readonly object[]): fc.Arbitrary<Uint8Array> {
  const put = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue()).map((value) => ({ value }))
  const bend = (example: unknown): fc.Arbitrary<unknown> =>
    fc.tuple(fc.constantFrom(...pathsOf(example)), fc.option(put, { nil: undefined })).map(([path, what]) => bent(example, path, what))
  const once = fc.constantFrom(...examples).chain(bend)
  const renamed = fc
    .tuple(fc.constantFrom(...examples), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'), fc.nat(8))
    .map(([example, name, which]) => {
      const text = JSON.stringify(example)
      const names = [...text.matchAll(/"(\w+)":/g)].map(([, found = '']) => found)
      return text.replace(`"${names[which % names.length] ?? ''}":`, `"${name}":`)
    })
  const texts = fc.oneof(
    once.map((value) => JSON.stringify(value) ?? ''),
    once.chain(bend).map((value) => JSON.stringify(value) ?? ''),
    renamed,
    fc.json(),
    fc.string(),
  )
  return fc.oneof(
    { weight: 9, arbitrary: texts.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  )
}

/** Stands for the token of a session that is made for each body. */
const TOKEN = 'ffffffffffffffffffffffffffffffff'

async function tryAll(operation: 'send' | 'verify' | 'resend', examples: readonly object[]): Promise<readonly number[]> {
  const open = bench({ dialect: { sendsPer5Minutes: 1000 } })
  const statuses = new Set<number>()
  let run = 0
  await fc.assert(
    fc.asyncProperty(bodies(examples), async (bytes) => {
      run += 1
      // No cooldown and no quota of a recipient hides what a body would do.
      open.clock.advance(3 * 3600)
      let body = bytes
      if (operation !== 'send') {
        const email = `person${run}@example.org`
        const { session_token } = (await open.ask('send', { channels: ['email'], recipients: { email } }, { key: TEST })).body
        open.clock.advance(30)
        body = Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(TOKEN, session_token), 'latin1')
      }
      const heard = await open.ask(operation, body, { key: TEST })
      statuses.add(heard.status)
      expect(heard.status).toBeLessThan(500)
      if (heard.status !== 200) expect(JSON.stringify(heard.body)).not.toContain(MARK)
      expect(Object.hasOwn(Object.prototype, MARK)).toBe(false)
    }),
    { numRuns: RUNS, seed: 20260101 },
  )
  return [...statuses]
}

describe('T36 T41 T43 every body gets an answer of the vendor, none a fault, none an echo', () => {
  it('of send', async () => {
    const statuses = await tryAll('send', [
      { ...wire.SEND_BY_SMS.request, verification_mode: 'all', add_contact: true },
      wire.SANDBOX.request,
      ...wire.BAD_SENDS.map(([, , body]) => Object(body) as object),
    ])
    expect(statuses).toEqual(expect.arrayContaining([200, 400]))
  }, 60_000)

  it('of verify', async () => {
    const statuses = await tryAll('verify', [
      { session_token: TOKEN, otps: { email: '000000', sms: 123456 } },
      { token: TOKEN, otps: { email: 0 } },
      { token: TOKEN, session_token: TOKEN, otps: { whatsapp: '000000' } },
    ])
    expect(statuses).toEqual(expect.arrayContaining([200, 400]))
  }, 60_000)

  it('of resend', async () => {
    const statuses = await tryAll('resend', [{ session_token: TOKEN }, { token: TOKEN, session_token: TOKEN, x: MARK }])
    expect(statuses).toEqual(expect.arrayContaining([200, 400]))
  }, 60_000)
})

describe('T41 what nobody types', () => {
  const clean = { channels: ['sms'], recipients: { sms: PHONE }, metadata: { note: 'x' }, other: 'y' }

  it.each(['\u0000', '\n', '\r', '\u007f', '\u0085', '\u2028', '\u202e', '\u2066', '\ud800'])(
    'is refused in any field: %j',
    async (what) => {
      const open = bench()
      for (const body of [
        { ...clean, recipients: { sms: PHONE + what } },
        { ...clean, recipients: { sms: PHONE, email: what } },
        { ...clean, metadata: { note: what } },
        { ...clean, metadata: { [what]: 'x' } },
        { ...clean, metadata: { deep: [{ er: what }] } },
        { ...clean, other: what },
      ]) {
        expect(await open.ask('send', body)).toMatchObject({ status: 400, body: { error: 'Bad Request' } })
      }
      expect(open.outboxes.sms.messages).toEqual([])
      expect((await open.ask('send', clean)).status).toBe(200)
    },
  )
})

describe('T43 names that mean more than themselves', () => {
  it('change nothing: metadata come back as they were, recipients come from their own field alone', async () => {
    const open = bench()
    const metadata = '{"__proto__":{"admin":true},"constructor":"x"}'
    const inherited = `{"channels":["sms"],"recipients":{"__proto__":{"sms":"${PHONE}"}}}`
    expect(await open.ask('send', inherited)).toMatchObject({ status: 400, body: { code: 'missing_recipients' } })
    const sent = await open.ask(
      'send',
      `{"channels":["sms"],"recipients":{"sms":"${PHONE}"},"metadata":${metadata},"__proto__":{"sandbox_mode":true}}`,
    )
    expect(sent.body.sandbox_otps).toBeUndefined()
    const right = await open.ask('verify', { token: sent.body.session_token, otps: { sms: open.outboxes.sms.code() } })
    expect(JSON.stringify(right.body.metadata)).toBe(metadata)
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })
})
