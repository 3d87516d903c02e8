import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyring } from '../../src/core/keyring.js'
import { cookieOf, cookiesOf } from '../../src/session/cookies.js'
import { POINTER_PREFIX, pointerCookie, readPointerCookie } from '../../src/session/pointer-cookie.js'
import { readBody } from '../../src/session/read-body.js'
import type { DoorRequest } from '../../src/session/state.js'

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 300) }

function request(chunks: readonly Buffer[], headers: DoorRequest['headers']): DoorRequest & IncomingMessage {
  return Object.assign(Readable.from(chunks, { objectMode: false }), { headers }) as unknown as DoorRequest & IncomingMessage
}

function split(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return cuts
    .slice(1)
    .map((end, index) => bytes.subarray(cuts[index], end))
    .filter((chunk) => chunk.length > 0)
}

const text = fc.string({ unit: 'binary', maxLength: 60 })
const json = fc.oneof(
  fc.json({ stringUnit: 'grapheme' }),
  fc.dictionary(text, text, { maxKeys: 5 }).map((fields) => JSON.stringify(fields)),
)
const form = fc.array(fc.tuple(text, text), { maxLength: 5 }).map((pairs) => new URLSearchParams(pairs).toString())
const body = fc.oneof(
  json.map((one) => Buffer.from(one)),
  form.map((one) => Buffer.from(one)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 4090, max: 4100 }).map((length) => Buffer.from(JSON.stringify({ to: 'x'.repeat(length - 9) }))),
)
const type = fc.constantFrom('application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', 'text/plain')

describe('bodies', () => {
  it('T42 are read the same in whatever pieces they come, and never throw', async () => {
    await fc.assert(
      fc.asyncProperty(body, type, fc.array(fc.nat(), { maxLength: 12 }), async (bytes, contentType, places) => {
        const headers = { 'content-type': contentType }
        const whole = await readBody(request([bytes], headers), { forms: true })
        const inPieces = await readBody(request(split(bytes, places), headers), { forms: true })
        expect(inPieces).toEqual(whole)
        if (bytes.length > 4096 && contentType !== 'text/plain') expect(whole).toEqual({ ok: false, reason: 'body_too_large' })
      }),
      RUNS,
    )
  })

  it('T42 say what was put into them, in whatever pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text, { maxKeys: 5 }), fc.array(fc.nat(), { maxLength: 12 }), async (fields, places) => {
        const bytes = Buffer.from(JSON.stringify(fields))
        const read = await readBody(request(split(bytes, places), { 'content-type': 'application/json' }), { forms: false })
        // Surrogates without a partner are escaped by JSON, and come back.
        expect(read).toEqual({ ok: true, form: false, fields: new Map(Object.entries(JSON.parse(bytes.toString()))) })
      }),
      RUNS,
    )
  })
})

describe('cookies', () => {
  const keys = keyring(['a secret that only the tests know, 32+'])
  const cookieKeys = { sign: keys.sign, isSigned: keys.isSigned, bind: (id: string, one: string) => keys.bind(id, 'browser', one) }
  const header = fc.oneof(text, fc.string({ unit: fc.constantFrom(...'otp.lgin=;, "%A0', '\u00e9'), maxLength: 80 }))

  it('T49 any header is pairs of names and values', () => {
    fc.assert(
      fc.property(header, (cookie) => {
        for (const [name, value] of cookiesOf({ headers: { cookie } })) {
          expect(name).not.toMatch(/[;=]/)
          expect(value).not.toContain(';')
        }
        expect(cookieOf({ headers: { cookie } }, 'otp.login')).toBe(
          cookiesOf({ headers: { cookie } }).find(([name]) => name === 'otp.login')?.[1],
        )
      }),
      RUNS,
    )
  })

  it('T49 a pointer is believed whole, and for its own intent alone', () => {
    const id = fc.string({ unit: fc.constantFrom(...'ABCxyz019_-'), minLength: 38, maxLength: 38 })
    const change = fc.record({ at: fc.nat(), to: fc.constantFrom(...'Ab0._-', '=', '%') })
    fc.assert(
      fc.property(
        id,
        id.map((one) => one.slice(0, 22)),
        header,
        change,
        (one, binder, before, { at, to }) => {
          fc.pre(!before.includes('otp.login'))
          const [line = ''] = pointerCookie(cookieKeys, 'login', { id: one, binder }, { maxAge: 300, secure: true }).split(';')
          const read = (cookie: string, intent = 'login') => readPointerCookie(cookieKeys, { headers: { cookie } }, intent)
          expect(read(`${before}; ${line}`)).toEqual({ id: one, binder })
          expect(read(line.replace(`${POINTER_PREFIX}login`, `${POINTER_PREFIX}transfer`), 'transfer')).toBeUndefined()
          const start = `${POINTER_PREFIX}login=`.length
          const place = start + (at % (line.length - start))
          const changed = line.slice(0, place) + to + line.slice(place + 1)
          if (changed !== line) expect(read(changed)).toBeUndefined()
        },
      ),
      RUNS,
    )
  })
})
