import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { PROBLEMS } from 'express-otp/express'
import { expect } from 'vitest'
import type { ApiKeyOptions } from '../../src/core/service/api-key.js'
import type { Service } from '../../src/core/service/service.js'
import { openApi as describeApi } from '../../src/dialects/native/openapi.js'
import { nativeDialect } from '../../src/dialects/native.js'
import { type ApiApp, type ApiAppOptions, openApi } from '../helpers/api-app.js'

export const SHOP = 'shop-secret-of-128-random-bits-1'
export const BANK = 'bank-secret-of-128-random-bits-2'
export const FREE = 'free-secret-of-128-random-bits-3'
export const PLAY = 'play-secret-of-128-random-bits-4'
export const READ = 'read-secret-of-128-random-bits-5'
export const IDLE = 'idle-secret-of-128-random-bits-6'

/**
 * An ordinary key, one of another tenant, one with every right but the sandbox, one for tests; one that may only verify for the first one's tenant, and one that
 * may do nothing of use for it.
 */
export const KEYS: readonly ApiKeyOptions[] = [
  { id: 'shop', secret: SHOP, tenant: 'shop' },
  { id: 'bank', secret: BANK, tenant: 'bank' },
  { id: 'free', secret: FREE, tenant: 'shop', rights: ['send', 'verify', 'customCode', 'weakCodes'] },
  { id: 'play', secret: PLAY, tenant: 'shop', rights: ['send', 'verify', 'sandbox'] },
  { id: 'read', secret: READ, tenant: 'shop', rights: ['verify'] },
  { id: 'idle', secret: IDLE, tenant: 'shop', rights: ['unsigned'] },
]

export const ANN = '+12068800123'
export const BOB = '+12068800456'

export interface Heard {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely; what they expect is the check.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
  readonly text: string
}

/** One of the answers that the document describes, whichever the route. */
interface Said {
  readonly path: string
  readonly method?: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into freely, too
export const DOCUMENT: any = describeApi('..')

const DIALECT = nativeDialect()

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })

/** A schema of the document, ready to judge. */
export function judge(schema: unknown): ValidateFunction {
  const whole = JSON.stringify({ ...(schema as object), $defs: DOCUMENT.components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  )
  return ajv.compile(JSON.parse(whole))
}

const judges = new Map<string, ValidateFunction>()
const anyProblem = judge({ $ref: '#/components/schemas/Problem' })

/** Holds an answer against the document: its status, its media type, its body, its headers. Every answer of these tests goes through here. */
function expectDocumented({ headers, method = 'POST', path, status, text }: Said): void {
  const type = headers.get('content-type')?.replace('; charset=utf-8', '') ?? 'application/json'
  const body: Heard['body'] = JSON.parse(text)
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
  if (operation === undefined) {
    if (!anyProblem(body) || ![404, 405, 403, 413, 415].includes(status)) expect.fail(`${method} ${path} ${status} ${text}`)
  } else {
    const schema = operation.responses[status]?.content[type]?.schema
    if (schema === undefined) expect.fail(`not in the document: ${method} ${path} ${status} ${type} ${text}`)
    const name = `${path} ${status}`
    const valid = judges.get(name) ?? judge(schema)
    judges.set(name, valid)
    const isValid: boolean = valid(body)
    if (!isValid) expect.fail(`${name} ${text} ${JSON.stringify(valid.errors)}`)
  }
  if (status !== 200) {
    const known = PROBLEMS[body.reason as keyof typeof PROBLEMS]
    expect([type, body.status, body.type, body.title]).toEqual([
      'application/problem+json',
      status,
      `urn:express-otp:${body.reason}`,
      known.title,
    ])
    expect(headers.get('retry-after')).toBe(body.retryAfter === undefined ? null : String(body.retryAfter))
  }
  expect(/\n\s+at |Error:|node_modules|\.ts:/.test(text), text).toBe(false)
}

/** Calls the dialect as the router does, with a key and a body of any bytes; the answer is held against the document. */
export async function ask(
  service: Service,
  path: string,
  body: unknown,
  { headers = {}, method = 'POST' }: { readonly headers?: Readonly<Record<string, string>>; readonly method?: string } = {},
): Promise<Heard> {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const all = { authorization: `Bearer ${SHOP}`, ...headers }
  const answer = await DIALECT.handle({ method, path, query: '', headers: all, body: bytes, ip: '198.51.100.7' }, service)
  const heard = new Headers({ ...answer.headers, 'content-type': answer.contentType ?? 'application/json' })
  const text = JSON.stringify(answer.body)
  expectDocumented({ path, method, status: answer.status, headers: heard, text })
  return { status: answer.status, headers: heard, body: JSON.parse(text), text }
}

export interface NativeDoor extends ApiApp {
  post(route: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Heard>
  request(path: string, init: RequestInit): Promise<Heard>
}

/** The door in a real app, spoken to over HTTP with the key of the shop; every answer is held against the document. */
export async function openNative(options: Partial<ApiAppOptions> = {}): Promise<NativeDoor> {
  const app = await openApi({ dialect: nativeDialect(), keys: KEYS, ...options })
  async function request(path: string, init: RequestInit): Promise<Heard> {
    const answer = await fetch(app.origin + path, init)
    const { headers, status } = answer
    const text = await answer.text()
    if (init.method !== 'HEAD') expectDocumented({ path, method: init.method ?? 'GET', status, headers, text })
    return { status, headers, text, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    ...app,
    request,
    post: (route, body, headers = {}) =>
      request(`/v1/otp/${route}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${SHOP}`, 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}

/** The header of another key. */
export function bearer(secret: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${secret}` }
}

/** A code of the same shape that is wrong. */
export function wrong(code: string): string {
  return `${code.slice(0, -1)}${(Number(code.slice(-1)) + 1) % 10}`
}
