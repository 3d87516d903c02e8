import { expect } from 'vitest'
import type { ApiAnswer, Dialect } from '../../src/core/service/dialect.js'
import type { Service } from '../../src/core/service/service.js'
import { KEY_ID } from './fixtures/unimatrix.js'

export interface Asked {
  readonly action?: string
  readonly query?: string | Readonly<Record<string, string>>
  readonly body?: unknown
  /** Bytes instead of `body`. */
  readonly raw?: string | Uint8Array
  readonly method?: string
  readonly path?: string
}

export interface Heard {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>> | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** Calls the dialect as the router does, unsigned unless `query` says more, and reads the answer as the vendor's clients do. */
export async function ask(
  dialect: Dialect,
  service: Service,
  { action = 'otp.send', query, body, raw, method, path }: Asked = {},
): Promise<Heard> {
  const parameters = query ?? { action, accessKeyId: KEY_ID }
  const answer = await dialect.handle(
    {
      method: method ?? 'POST',
      path: path ?? '/',
      query: typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString(),
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: typeof raw === 'string' ? Buffer.from(raw) : (raw ?? Buffer.from(JSON.stringify(body ?? { to: '+12068800123' }))),
      ip: '198.51.100.7',
    },
    service,
  )
  return read(answer, action)
}

/**
 * What the parsers of the seven clients ask of every answer: Go panics where `code` is a number; Python, Ruby, .NET and Java compare it
 * with the string `"0"`; Go, Java and Python need `message`; Go, Python and PHP a `data` object on success, with a boolean `valid` after
 * a check; .NET knows its header by its exact name.
 */
export function read({ body, contentType, headers = {}, status }: ApiAnswer, action?: string): Heard {
  const parsed: unknown = JSON.parse(JSON.stringify(body))
  expect(contentType ?? 'application/json').toBe('application/json')
  expect(parsed).toBeTypeOf('object')
  expect(parsed).not.toBeNull()
  expect(headers['X-Uni-Request-Id']).toMatch(/^[0-9a-f]{32}$/)
  const { code, data, message, ...rest } = parsed as { code: string; message: string; data: Record<string, unknown> | undefined }
  expect(rest).toEqual({})
  expect(code).toMatch(/^(?:0|10[1457][0-9]{3})$/)
  expect(message).toMatch(/^[A-Z][A-Za-z]+$/)
  expect(status === 200).toBe(code === '0')
  if (code === '0') {
    expect(data).toBeTypeOf('object')
    expect(data).not.toBeNull()
    if (action === 'otp.verify') expect(data?.valid).toBeTypeOf('boolean')
  } else {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(parsed).not.toHaveProperty('data')
  }
  expect(status === 429).toBe(code === '105300')
  if (status === 429) expect(Number(headers['Retry-After'])).toBeGreaterThanOrEqual(1)
  return { status, code, message, data, headers }
}
