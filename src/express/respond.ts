import type { ServerResponse } from 'node:http'
import type { LocaleName } from '../channels/messages/locales.js'
import { problemWords } from '../channels/messages/problem-words.js'
import { problemBody, type Problem as Refusal } from '../core/problem.js'
import type { SendQuota } from '../core/results.js'
import type { ApiAnswer } from '../core/service/dialect.js'

/** A refusal on its way out. */
export interface Problem extends Refusal {
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Answers with a problem (RFC 9457); to a request that asks for a `language`, with a sentence for people in it. */
export function sendProblem(res: ServerResponse, { headers, ...rest }: Problem, language?: LocaleName): void {
  const body = problemBody(language === undefined ? rest : { ...rest, detail: problemWords(rest, language) })
  const { retryAfter, status } = body
  write(res, status, 'application/problem+json', body, {
    Vary: `${SHARED_HEADERS.Vary}, Accept-Language`,
    ...headers,
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  })
}

/** Answers 200. */
export function sendJson(res: ServerResponse, body: object, headers: Readonly<Record<string, string>> = {}): void {
  write(res, 200, 'application/json', body, headers)
}

/**
 * Tells a caller of its own quota of sends, and of nobody else's (T52): the fields of draft-ietf-httpapi-ratelimit-headers-10. A refusal carries none of them, or their absence
 * would tell which limit refused.
 */
export function limitHeaders({ left, limit, resetIn }: SendQuota): Readonly<Record<string, string>> {
  return { 'RateLimit-Policy': `"sends";q=${limit};w=3600`, RateLimit: `"sends";r=${left};t=${resetIn}` }
}

/** Answers another backend, in the words of its dialect. */
export function sendApiAnswer(res: ServerResponse, { body, contentType = 'application/json', headers = {}, status }: ApiAnswer): void {
  write(res, status, contentType, body, headers)
}

/** Sends a browser on, so that a reload does not post again. */
export function sendSeeOther(res: ServerResponse, location: string): void {
  res.writeHead(303, { ...SHARED_HEADERS, Location: location, 'Content-Length': '0' })
  res.end()
}

/** No cache keeps an answer, no other origin reads one (T51). */
const SHARED_HEADERS = {
  'Cache-Control': 'no-store',
  Vary: 'Origin, Sec-Fetch-Site',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Written whole: no ETag, nothing that Express adds. */
function write(res: ServerResponse, status: number, type: string, body: object, headers: Readonly<Record<string, string>>): void {
  const text = JSON.stringify(body)
  setAll(res, SHARED_HEADERS)
  setAll(res, headers)
  res.setHeader('Content-Type', `${type}; charset=utf-8`)
  res.setHeader('Content-Length', Buffer.byteLength(text))
  // Before the end, so that what is done when headers are written, such as to a session, comes before what is done at the end.
  res.writeHead(status)
  res.end(text)
}

function setAll(res: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
}
