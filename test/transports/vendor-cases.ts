import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '../../src/ports/message.js'
import type { Transport } from '../../src/ports/transport.js'
import { failureOf, message, patient } from './sample-message.js'
import { onlyRequest, type VendorStub, vendorStub } from './vendor-stub.js'

/** One request and answer of a vendor's documentation, with what a transport makes of them. */
export interface VendorCase {
  readonly title: string
  /** The page that shows it. */
  readonly source: string
  /** Added to the options that every case has. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly message: Partial<Message>
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    /** Exactly one of these. */
    readonly form?: Readonly<Record<string, string>>
    readonly json?: unknown
  }
  readonly answer: { readonly status: number; readonly json: unknown }
  /** Exactly one of these. */
  readonly delivered?: Readonly<Record<string, unknown>>
  readonly failure?: Readonly<Record<string, unknown>>
}

/** What the suites need to know of a transport. */
export interface VendorUnderTest {
  readonly name: string
  readonly make: (options: Readonly<Record<string, unknown>>) => Transport
  /** Options of every case, `baseUrl` aside. */
  readonly options: Readonly<Record<string, unknown>>
  /** A message that the transport takes. */
  readonly message: Partial<Message>
  /** The vendor's answer to it. */
  readonly taken: { readonly status: number; readonly json: unknown }
  /** True where the body, not the status, says whether a message was taken. */
  readonly bodyDecides?: boolean
  /** What must not appear in an error, beside the message's own values. */
  readonly secrets: readonly string[]
}

const stubs: VendorStub[] = []

afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.stop()))
})

/** A stub that is stopped after the test. */
export async function stubbed(answer: (res: ServerResponse) => unknown): Promise<VendorStub> {
  const stub = await vendorStub((res) => void answer(res))
  stubs.push(stub)
  return stub
}

/** A stub that answers with a status and JSON. */
export function answering(status: number, json: unknown): Promise<VendorStub> {
  return stubbed((res) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json)))
}

/** The cases of a file in `fixtures`. */
export function fixtureCases(file: string): readonly VendorCase[] {
  return JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')).cases
}

/** Runs the documented pairs: the exact request, and what becomes of the answer. */
export function documentedPairs(vendor: VendorUnderTest, cases: readonly VendorCase[]): void {
  describe(`${vendor.name}: request and answer as documented`, () => {
    it.each(cases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
      const stub = await answering(one.answer.status, one.answer.json)
      const transport = vendor.make({ ...vendor.options, ...one.options, baseUrl: stub.url })
      const delivery = transport.deliver(message({ subject: undefined, html: undefined, ...one.message }), patient)
      if (one.failure === undefined) expect(await delivery).toEqual(one.delivered)
      else expect((await failureOf(delivery)).delivery).toEqual({ transport: vendor.name, errorCode: undefined, ...one.failure })
      const request = onlyRequest(stub)
      expect({ method: request.method, path: request.path, headers: request.headers }).toMatchObject({
        method: one.request.method,
        path: one.request.path,
        headers: one.request.headers,
      })
      if (one.request.form !== undefined) expect(formOf(request.body)).toEqual(one.request.form)
      else expect(JSON.parse(request.body)).toEqual(one.request.json)
    })
  })
}

/** A form body, read back; fails where a field comes twice. */
export function formOf(body: string): Record<string, string> {
  const fields = [...new URLSearchParams(body)]
  expect(new Set(fields.map(([name]) => name)).size).toBe(fields.length)
  return Object.fromEntries(fields)
}

/** Runs what goes wrong between a transport and any vendor (T35, T42, T64). */
export function vendorTrouble(vendor: VendorUnderTest): void {
  const sent = message({ subject: undefined, html: undefined, ...vendor.message })
  const make = (url: string, more: object = {}): Transport => vendor.make({ ...vendor.options, baseUrl: url, ...more })

  describe(`${vendor.name}: trouble`, () => {
    it.each([
      [400, false, false],
      [401, true, false],
      [402, true, false],
      [403, true, false],
      [404, false, false],
      [408, true, false],
      [429, true, false],
      [503, true, false],
      [500, false, true],
      [502, false, true],
      [504, false, true],
      [302, false, false],
    ])(
      'T35 T64 reads status %i as retryable %s, uncertain %s, once, and drops what the vendor says',
      async (status, retryable, uncertain) => {
        const talk = { message: `${sent.to} ${sent.code} ${sent.text} ${vendor.secrets.join(' ')}`, code: `${sent.to} ${sent.code}` }
        const stub = await stubbed((res) => res.writeHead(status, { location: '/elsewhere' }).end(JSON.stringify(talk)))
        const err = await failureOf(make(stub.url).deliver(sent, patient))
        expect(err.delivery).toEqual({ transport: vendor.name, status, errorCode: undefined, retryable, uncertain })
        expect(stub.received).toHaveLength(1)
        const shown = inspect(err, { depth: 9, showHidden: true })
        for (const secret of [sent.to, sent.to.slice(1), sent.code, sent.text, stub.url, ...vendor.secrets])
          expect(shown).not.toContain(secret)
      },
    )

    it('T35 counts silence as "may have sent"', async () => {
      const stub = await stubbed(() => undefined)
      const err = await failureOf(make(stub.url, { timeoutSeconds: 0.2 }).deliver(sent, patient))
      expect(err.delivery).toMatchObject({ errorCode: 'TIMEOUT', retryable: false, uncertain: true })
      expect(stub.received).toHaveLength(1)
    })

    it('T35 counts a connection lost after the request as "may have sent"', async () => {
      const stub = await stubbed((res) => res.destroy())
      const err = await failureOf(make(stub.url).deliver(sent, patient))
      expect(err.delivery).toMatchObject({ errorCode: 'NETWORK', retryable: false, uncertain: true })
      expect(stub.received).toHaveLength(1)
    })

    it('T35 counts a closed port as not sent', async () => {
      const stub = await stubbed(() => undefined)
      await stub.stop()
      const err = await failureOf(make(stub.url).deliver(sent, patient))
      expect(err.delivery).toMatchObject({ errorCode: 'ECONNREFUSED', retryable: true, uncertain: false })
    })

    it('obeys a caller who has given up', async () => {
      const stub = await stubbed((res) => res.end())
      const err = await failureOf(make(stub.url).deliver(sent, { signal: AbortSignal.abort() }))
      expect(err.delivery).toMatchObject({ errorCode: 'ABORTED', retryable: true, uncertain: false })
      expect(stub.received).toEqual([])
    })

    it.each<readonly [string, (res: ServerResponse) => unknown]>([
      ['is no JSON', (res) => res.end('<html>taken</html>')],
      ['is empty', (res) => res.end()],
      ['is null', (res) => res.end('null')],
      ['never ends', (res) => flood(res)],
      ['breaks off', (res) => res.writeHead(vendor.taken.status, { 'content-length': '999' }).write('{"id":', () => res.destroy())],
    ])('T35 T42 survives a success whose body %s', async (_title, answer) => {
      const stub = await stubbed((res) => {
        res.statusCode = vendor.taken.status
        answer(res)
      })
      const delivery = make(stub.url).deliver(sent, patient)
      if (vendor.bodyDecides === true) expect((await failureOf(delivery)).delivery).toMatchObject({ retryable: false, uncertain: true })
      else expect(await delivery).toEqual({ id: undefined })
    })

    it('drops an id that is not one', async () => {
      const answer = JSON.stringify(vendor.taken.json)
      const { id } = await make((await answering(vendor.taken.status, vendor.taken.json)).url).deliver(sent, patient)
      expect(id).toMatch(/^[!-~]{1,200}$/)
      const forged = JSON.parse(answer.replaceAll(JSON.stringify(id), JSON.stringify('two\nlines')))
      expect(await make((await answering(vendor.taken.status, forged)).url).deliver(sent, patient)).toEqual({ id: undefined })
    })

    it('waits 10 seconds unless told otherwise, and refuses what it does not know, without showing secrets', () => {
      expect(vendor.make(vendor.options)).toMatchObject({ name: vendor.name, timeoutSeconds: 10 })
      const wrong = [
        { timeoutSeconds: 0 },
        { timeOutSeconds: 5 },
        { baseUrl: 'http://api.example.com' },
        { baseUrl: 'https://a.example/?q' },
      ]
      for (const options of wrong) {
        const make = (): unknown => vendor.make({ ...vendor.options, ...options })
        expect(make).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
      }
      for (const [option, value] of Object.entries(vendor.options)) {
        if (typeof value !== 'string' || !vendor.secrets.includes(value)) continue
        const make = (): unknown => vendor.make({ ...vendor.options, [option]: `${value.slice(0, 40)}\n` })
        expect(make).toThrowError(new RegExp(`option "${option}" is not acceptable`))
        expect(make).not.toThrowError(new RegExp(value.slice(0, 12)))
      }
    })
  })
}

function flood(res: ServerResponse): void {
  while (!res.destroyed && res.write('x'.repeat(4096)));
  if (!res.destroyed) res.once('drain', () => flood(res))
}

/** Values that try to leave the field they stand in. */
export const HOSTILE: readonly string[] = [
  `"quotes" 'and' \\back\\ {"json":1}`,
  'a&To=%2B12065550199&Body=x#frag?q=1',
  '<Say>x</Say></Response><!-- ]]> &amp; <![CDATA[',
  'line one\nline two\r\nX-Header: 1',
  '\u20ac \u00e9 \u0416 \u{1f511} %{code} {{1}} %s',
]
