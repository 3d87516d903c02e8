import { PROBLEMS } from 'express-otp/express'
import { describe, expect, it } from 'vitest'
import { nativeDialect } from '../../src/dialects/native.js'
import { fakeService } from './fake-service.js'
import { DOCUMENT, judge, KEYS, openNative } from './native-door.js'

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into freely
type Part = any

const operations: readonly Part[] = Object.values<Part>(DOCUMENT.paths).flatMap((path) => Object.values<Part>(path))

describe('the OpenAPI document', () => {
  it('is served without a key, for GET and HEAD alone', async () => {
    const { request } = await openNative()
    const got = await request('/v1/openapi.json', { method: 'GET' })
    expect([got.status, got.headers.get('content-type'), got.body]).toEqual([200, 'application/json; charset=utf-8', DOCUMENT])
    expect((await request('/v1/openapi.json', { method: 'HEAD' })).status).toBe(200)
    const refused = await request('/v1/openapi.json', { method: 'POST' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('says where the door is: relative to itself, or as the application says', async () => {
    expect(DOCUMENT.servers).toEqual([{ url: '..' }])
    const dialect = nativeDialect({ baseUrl: 'https://codes.example/api' })
    const asked = { method: 'GET', path: '/v1/openapi.json', query: '', headers: {}, body: new Uint8Array(), ip: undefined }
    expect((await dialect.handle(asked, fakeService(KEYS))).body).toMatchObject({ servers: [{ url: 'https://codes.example/api' }] })
  })

  it('has the structure of OpenAPI 3.1', () => {
    expect(DOCUMENT.openapi).toMatch(/^3\.1\.\d+$/)
    const known = ['openapi', 'info', 'servers', 'security', 'paths', 'components']
    expect(Object.keys(DOCUMENT).filter((name) => !known.includes(name))).toEqual([])
    expect([DOCUMENT.info.title, DOCUMENT.info.version].every((one) => typeof one === 'string' && one !== '')).toBe(true)
    expect(Object.keys(DOCUMENT.paths).every((path) => path.startsWith('/'))).toBe(true)
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(6)
    for (const { parameters = [], requestBody, responses, security } of operations) {
      expect(Object.keys(responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true)
      for (const response of Object.values<Part>(responses)) expect(response.description).toMatch(/\S/)
      for (const parameter of parameters)
        expect(parameter).toMatchObject({ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } })
      if (requestBody !== undefined) expect(Object.keys(requestBody.content)).toEqual(['application/json'])
      for (const one of security ?? DOCUMENT.security) {
        expect(Object.keys(one).every((name) => name in DOCUMENT.components.securitySchemes)).toBe(true)
      }
    }
    expect(DOCUMENT.components.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer' },
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    })
  })

  it('has schemas that compile, references that lead somewhere, and examples that fit', () => {
    const schemas: Record<string, Part> = DOCUMENT.components.schemas
    for (const schema of Object.values(schemas)) {
      expect(() => judge(schema)).not.toThrow()
      for (const { examples = [], ...property } of Object.values<Part>(schema.properties)) {
        for (const example of examples) expect(judge(property)(example), JSON.stringify(example)).toBe(true)
      }
    }
    const references = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference)
    expect(references.length).toBeGreaterThan(10)
    expect(references.filter((reference) => schemas[reference.replace('#/components/schemas/', '')] === undefined)).toEqual([])
  })

  it('names every reason with its status, but those of pages and of what is no operation', () => {
    const named = new Map<string, Set<number>>()
    for (const { responses } of operations) {
      for (const [status, response] of Object.entries<Part>(responses)) {
        const reasons: readonly string[] = response.content['application/problem+json']?.schema.allOf[1].properties.reason.enum ?? []
        for (const reason of reasons) named.set(reason, (named.get(reason) ?? new Set()).add(Number(status)))
      }
    }
    const expected = Object.entries(PROBLEMS)
      .filter(([reason]) => !['otp_required', 'human_check_required', 'not_found', 'method_not_allowed'].includes(reason))
      .map(([reason, { status }]) => [reason, reason === 'no_pending_challenge' ? [status, 404] : [status]])
    expect(Object.fromEntries([...named].map(([reason, statuses]) => [reason, [...statuses].sort((a, b) => a - b)]))).toEqual(
      Object.fromEntries(expected),
    )
  })

  it('describes every field', () => {
    for (const [name, schema] of Object.entries<Part>(DOCUMENT.components.schemas)) {
      expect(schema.additionalProperties, name).toBe(false)
      if (!name.endsWith('Request')) continue
      for (const property of Object.values<Part>(schema.properties)) expect(property.description).toMatch(/\.$/)
    }
  })
})

describe('the options of our own JSON', () => {
  it('are checked', () => {
    expect(nativeDialect().name).toBe('native')
    expect(() => nativeDialect({ baseUrl: undefined })).not.toThrow()
    expect(() => nativeDialect({ baseUrl: 'codes.example' })).toThrow(/nativeDialect: option "baseUrl" is "codes\.example"/)
    expect(() => nativeDialect({ baseURL: '/' } as object)).toThrow(/Did you mean "baseUrl"/)
  })
})
