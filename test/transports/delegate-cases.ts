import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { DelegatedCheck, DelegatedStart, DelegatedVerification } from '../../src/ports/delegated-verification.js'
import { failureOf, patient } from './sample-message.js'
import { answering, stubbed } from './vendor-cases.js'
import { onlyRequest } from './vendor-stub.js'

/** One request and answer of a vendor that keeps the code. */
interface DelegateCase {
  readonly title: string
  readonly source: string
  readonly options?: Readonly<Record<string, unknown>>
  /** Exactly one of these: what is asked. */
  readonly start?: DelegatedStart
  readonly check?: DelegatedCheck
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly json: unknown
  }
  readonly answer: { readonly status: number; readonly json: unknown }
  /** Exactly one of these: what is made of the answer. */
  readonly result?: unknown
  readonly failure?: Readonly<Record<string, unknown>>
}

/** What the suites need to know of a delegate. */
export interface DelegateUnderTest {
  readonly name: string
  readonly make: (options: Readonly<Record<string, unknown>>) => DelegatedVerification
  readonly options: Readonly<Record<string, unknown>>
  readonly start: DelegatedStart
  readonly check: DelegatedCheck
  readonly secrets: readonly string[]
}

function asked(delegate: DelegatedVerification, one: Pick<DelegateCase, 'start' | 'check'>): Promise<unknown> {
  if (one.start !== undefined) return delegate.start(one.start, patient)
  if (one.check !== undefined) return delegate.check(one.check, patient)
  throw new Error('a case must ask something')
}

/** Runs the documented pairs of a file in `fixtures`. */
export function delegatePairs(vendor: DelegateUnderTest, file: string): void {
  const cases: readonly DelegateCase[] = JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')).cases
  describe(`${vendor.name} delegate: request and answer as documented`, () => {
    it.each(cases.map((one) => [one.title, one] as const))('%s', async (_title, one) => {
      const stub = await answering(one.answer.status, one.answer.json)
      const answer = asked(vendor.make({ ...vendor.options, ...one.options, baseUrl: stub.url }), one)
      if (one.failure === undefined) expect(await answer).toEqual(one.result)
      else expect((await failureOf(answer)).delivery).toEqual({ transport: vendor.name, errorCode: undefined, ...one.failure })
      const { method, path, headers, body } = onlyRequest(stub)
      expect({ method, path, headers }).toMatchObject({
        method: one.request.method,
        path: one.request.path,
        headers: { 'content-type': 'application/json', ...one.request.headers },
      })
      expect(JSON.parse(body)).toEqual(one.request.json)
    })
  })
}

/** Runs what goes wrong between a delegate and any vendor, for both questions. */
export function delegateTrouble(vendor: DelegateUnderTest): void {
  const make = (url: string, more: object = {}): DelegatedVerification => vendor.make({ ...vendor.options, baseUrl: url, ...more })

  describe.each(['start', 'check'] as const)(`${vendor.name} delegate: trouble of %s`, (question) => {
    const ask = (delegate: DelegatedVerification): Promise<unknown> => asked(delegate, { [question]: vendor[question] })

    it.each([
      [401, true, false],
      [429, true, false],
      [503, true, false],
      [404, false, false],
      [500, false, true],
    ])('T64 reads status %i as retryable %s, uncertain %s, once, and drops what the vendor says', async (status, retryable, uncertain) => {
      const words = [vendor.start.to, vendor.check.code, vendor.check.ticket, ...vendor.secrets]
      const stub = await answering(status, { message: words.join(' '), code: words.join(' ') })
      const err = await failureOf(ask(make(stub.url)))
      expect(err.delivery).toEqual({ transport: vendor.name, status, errorCode: undefined, retryable, uncertain })
      expect(stub.received).toHaveLength(1)
      const shown = inspect(err, { depth: 9, showHidden: true })
      for (const word of [...words, stub.url]) expect(shown).not.toContain(word)
    })

    it('counts silence and a lost connection as uncertain, a closed port as not asked', async () => {
      const silent = await stubbed(() => undefined)
      const late = await failureOf(ask(make(silent.url, { timeoutSeconds: 0.2 })))
      expect(late.delivery).toMatchObject({ errorCode: 'TIMEOUT', retryable: false, uncertain: true })
      const lost = await failureOf(ask(make((await stubbed((res) => res.destroy())).url)))
      expect(lost.delivery).toMatchObject({ errorCode: 'NETWORK', retryable: false, uncertain: true })
      const gone = await stubbed(() => undefined)
      await gone.stop()
      const closed = await failureOf(ask(make(gone.url)))
      expect(closed.delivery).toMatchObject({ errorCode: 'ECONNREFUSED', retryable: true, uncertain: false })
    })

    it.each(['<html>ok</html>', '', 'null', '[]', '{}', '"right"', '{"data":{"valid":"true","verified":"true"},"code":"x"}'])(
      'never takes %j for a success',
      async (body) => {
        const err = await failureOf(ask(make((await stubbed((res) => res.writeHead(200).end(body))).url)))
        expect(err.delivery).toMatchObject({ transport: vendor.name, status: 200 })
      },
    )
  })

  it('waits 10 seconds unless told otherwise, and refuses what it does not know', () => {
    expect(vendor.make(vendor.options)).toMatchObject({ name: vendor.name, timeoutSeconds: 10 })
    for (const options of [{ timeoutSeconds: 0 }, { codelength: 5 }, { codeLength: 33 }, { baseUrl: 'http://api.example.com' }]) {
      const refused = (): unknown => vendor.make({ ...vendor.options, ...options })
      expect(refused).toThrowError(expect.objectContaining({ code: 'ERR_OTP_OPTION' }))
    }
  })
}
