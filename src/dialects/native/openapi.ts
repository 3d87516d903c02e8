import { type DoorReason, PROBLEMS } from '../../core/problem.js'
import { ANSWERS } from './answer-schemas.js'
import { schemaOf } from './field-table.js'
import { BY_ID, RESEND, SEND, VERIFY } from './fields.js'
import type { Schema } from './kinds.js'

/** What may happen to every request with a key. */
const EVERYWHERE: readonly DoorReason[] = [
  'invalid_request',
  'unauthorized',
  'cross_site',
  'body_too_large',
  'unsupported_media_type',
  'rate_limited',
  'internal',
  'temporarily_unavailable',
]
const REPEATED: readonly DoorReason[] = ['idempotency_conflict', 'idempotency_key_reused']
const SENDING: readonly DoorReason[] = ['forbidden', 'insufficient_balance', 'delivery_failed', ...REPEATED]

interface Operation {
  readonly path: string
  readonly summary: string
  readonly request: Schema
  readonly answer: keyof typeof ANSWERS
  readonly reasons: readonly DoorReason[]
  /** Status of `no_pending_challenge`. */
  readonly missing?: 404
  readonly isRepeatable?: boolean
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  send: {
    path: '/v1/otp/send',
    summary: 'Sends a code to `to`, or one to each of `recipients`.',
    request: schemaOf(SEND),
    answer: 'Sent',
    reasons: SENDING,
    isRepeatable: true,
  },
  resend: {
    path: '/v1/otp/resend',
    summary: 'Sends another code of a pending challenge, on the terms of the first one.',
    request: schemaOf(RESEND),
    answer: 'Sent',
    reasons: ['no_pending_challenge', ...SENDING],
    isRepeatable: true,
  },
  verify: {
    path: '/v1/otp/verify',
    summary: 'Checks a code: the guess is charged before it is compared, and a right one is used up.',
    request: { ...schemaOf(VERIFY), oneOf: [{ required: ['code'] }, { required: ['codes'] }] },
    answer: 'Verified',
    reasons: ['invalid_code', 'no_pending_challenge', 'expired', 'too_many_attempts', 'forbidden'],
  },
  cancel: {
    path: '/v1/otp/cancel',
    summary: 'Forgets a pending challenge. Its counters stay.',
    request: schemaOf(BY_ID),
    answer: 'Cancelled',
    reasons: ['no_pending_challenge', 'forbidden'],
    missing: 404,
  },
  status: {
    path: '/v1/otp/status',
    summary: 'What is pending under an id; changes nothing.',
    request: schemaOf(BY_ID),
    answer: 'Pending',
    reasons: ['no_pending_challenge', 'forbidden'],
    missing: 404,
  },
}

const IDEMPOTENCY_KEY: Schema = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'For 24 hours the same key and body give the first answer again, without codes, and send nothing.',
  schema: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[ -~]+$' },
}

/** The OpenAPI 3.1 document of this door, made from the tables by which requests are checked. */
export function openApi(baseUrl: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'One-time codes',
      version: '1.0.0',
      description:
        'Sends one-time codes and checks them. Refusals are application/problem+json (RFC 9457), those of other paths (404, `not_found`) and methods (405, `method_not_allowed`) too.',
    },
    servers: [{ url: baseUrl }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: {
      ...Object.fromEntries(Object.entries(OPERATIONS).map(([name, operation]) => [operation.path, { post: described(name, operation) }])),
      '/v1/openapi.json': {
        get: {
          operationId: 'describe',
          summary: 'This document.',
          security: [],
          responses: { 200: { description: 'This document.', content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(Object.entries(OPERATIONS).map(([name, { request }]) => [requestName(name), request])),
        ...ANSWERS,
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  }
}

function requestName(operation: string): string {
  return `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Request`
}

function described(name: string, { answer, isRepeatable, missing, reasons, request: _request, summary }: Operation): Schema {
  const byStatus = new Map<number, DoorReason[]>()
  for (const reason of [...EVERYWHERE, ...reasons]) {
    const status = reason === 'no_pending_challenge' && missing !== undefined ? missing : PROBLEMS[reason].status
    byStatus.set(status, [...(byStatus.get(status) ?? []), reason])
  }
  const problems = [...byStatus].sort(([a], [b]) => a - b).map(([status, several]) => [status, problem(status, several)])
  return {
    operationId: name,
    summary,
    ...(isRepeatable === true ? { parameters: [IDEMPOTENCY_KEY] } : {}),
    requestBody: { required: true, content: { 'application/json': { schema: ref(requestName(name)) } } },
    responses: {
      200: {
        description: 'Done.',
        ...(isRepeatable === true
          ? { headers: { 'Idempotent-Replayed': header('`true` where this is the first answer again.', 'string') } }
          : {}),
        content: { 'application/json': { schema: ref(answer) } },
      },
      ...Object.fromEntries(problems),
    },
  }
}

/** Statuses after which a caller may come back in `Retry-After` seconds. */
const LATER: readonly number[] = [409, 429, 503]

function problem(status: number, reasons: readonly DoorReason[]): Schema {
  const headers = {
    ...(LATER.includes(status) ? { 'Retry-After': header('Seconds.', 'integer') } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': header('`Bearer`.', 'string') } : {}),
    ...(status === 502 ? { 'Idempotent-Replayed': header('`true` where this is the first answer again.', 'string') } : {}),
  }
  const narrowed = { properties: { status: { const: status }, reason: { enum: reasons } } }
  return {
    description: reasons.map((reason) => `\`${reason}\`: ${PROBLEMS[reason].title}`).join(' '),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { 'application/problem+json': { schema: { allOf: [ref('Problem'), narrowed] } } },
  }
}

function header(description: string, type: string): Schema {
  return { description, schema: { type } }
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
