import { hash } from 'node:crypto'
import type { ApiKey } from '../../core/service/api-key.js'
import type { ApiAnswer } from '../../core/service/dialect.js'
import type { Notebook, Service } from '../../core/service/service.js'
import { invalidFields, refusal } from './answers.js'

/** How long an answer is remembered (T70). */
export const ANSWER_SECONDS = 86_400

/** How long a request counts as running that never ended, because its process died. */
const RUNNING_SECONDS = 60

/** Seconds after which a caller may ask again what became of the first request. */
const CONFLICT_RETRY_SECONDS = 1

/** What is noted under an idempotency key. */
interface Note {
  /** Digest of route and body. */
  readonly print: string
  /** Who runs it, or ran it. */
  readonly owner: string
  /** Missing while it runs. */
  readonly answer?: Pick<ApiAnswer, 'status' | 'body' | 'contentType'>
}

/** One request that may be repeated. */
export interface Repeatable {
  readonly service: Service
  readonly key: ApiKey
  readonly route: string
  /** `Idempotency-Key`, if the request has one: 1 to 64 printable ASCII characters. */
  readonly header: string | readonly string[] | undefined
  readonly fields: ReadonlyMap<string, unknown>
}

/**
 * Runs a request once for its `Idempotency-Key`, per tenant and 24 h (T70): the same body again gets the first answer, without codes, and nothing happens; another body gets 422,
 * and whoever comes while the first is running 409. Remembered are answers after which something had happened; after every other one the key is free again.
 */
export async function once({ fields, header, key, route, service }: Repeatable, run: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  if (header === undefined) return await run()
  if (typeof header !== 'string' || !/^[ -~]{1,64}$/.test(header))
    return invalidFields([{ field: 'Idempotency-Key', reason: 'invalid_text' }])
  const notes = service.notebook(key, 'native')
  const name = ['idempotency', header]
  const mine: Note = { print: printOf(route, fields), owner: service.randomHex() }
  const held = await notes.claim(name, mine, RUNNING_SECONDS)
  // Written by this function and authenticated by the notebook; null is a note that nobody can read any more.
  if (held !== undefined) return replay(held as Note | null, mine)
  try {
    const answer = await run()
    // Of a refusal nothing came: whoever repeats it later may succeed.
    const isDone = answer.status === 200 || answer.status === 502
    await (isDone ? notes.keep(name, { ...mine, answer: withoutCodes(answer) }, ANSWER_SECONDS) : free(notes, name, mine)).catch(ignored)
    return answer
  } catch (err) {
    // Not waited for: a store that hangs was waited for once.
    void free(notes, name, mine).catch(ignored)
    throw err
  }
}

/** What happened has happened and is told; the store reports its outage itself, and the claim ends by itself. */
function ignored(): void {}

function replay(held: Note | null, { print }: Note): ApiAnswer {
  if (held === null) return refusal({ reason: 'idempotency_conflict', retryAfter: CONFLICT_RETRY_SECONDS })
  if (held.print !== print) return refusal({ reason: 'idempotency_key_reused' })
  if (held.answer === undefined) return refusal({ reason: 'idempotency_conflict', retryAfter: CONFLICT_RETRY_SECONDS })
  return { ...held.answer, headers: { 'Idempotent-Replayed': 'true' } }
}

/** A claim that lapsed may be another's by now. */
async function free(notes: Notebook, name: readonly string[], mine: Note): Promise<void> {
  const held = (await notes.look(name)) as Note | undefined
  if (held?.owner === mine.owner) await notes.drop(name)
}

function withoutCodes({ body, contentType, status }: ApiAnswer): Note['answer'] & object {
  const kept = Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'sandboxCodes'))
  return { status, body: kept, ...(contentType === undefined ? {} : { contentType }) }
}

/** The same for one request however its members are ordered. */
function printOf(route: string, fields: ReadonlyMap<string, unknown>): string {
  return hash('sha256', `${route}\n${JSON.stringify(sorted(Object.fromEntries(fields)))}`, 'base64url')
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  // Pairs, so that no name means more than itself.
  return {
    pairs: Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  }
}
