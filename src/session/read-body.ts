import type { IncomingMessage } from 'node:http'
import { collectBody } from './collect-body.js'
import type { DoorRequest } from './state.js'

/** A body of a one-time-code request is a few hundred bytes. */
const MAX_BODY_BYTES = 4096

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What was read, or which class of refusal it earned (T38, T42). */
export type Body =
  | { readonly ok: true; readonly fields: ReadonlyMap<string, unknown>; readonly form: boolean }
  | { readonly ok: false; readonly reason: 'body_too_large' | 'unsupported_media_type' | 'malformed' | 'repeated_field' }

/** True for a form's media type. */
export function isForm(req: DoorRequest): boolean {
  return mediaType(req) === 'application/x-www-form-urlencoded'
}

/** Reads a JSON object, or with `forms` a form, of at most 4 KiB; takes `req.body` where the application has parsed it already. */
export async function readBody(req: DoorRequest & IncomingMessage, options: { readonly forms: boolean }): Promise<Body> {
  const form = isForm(req)
  if (!(mediaType(req) === 'application/json' || (form && options.forms))) return { ok: false, reason: 'unsupported_media_type' }
  if (req.headers['content-encoding'] !== undefined) return { ok: false, reason: 'unsupported_media_type' }
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return { ok: false, reason: 'body_too_large' }
  // A parser that did not read this body may still have left an empty object behind, as those of Express 4 do.
  const isParsed = req.readableDidRead && typeof req.body === 'object' && req.body !== null && !Buffer.isBuffer(req.body)
  if (isParsed) return fieldsOf(req.body, form)
  try {
    const bytes = await collectBody(req, MAX_BODY_BYTES)
    if (bytes === undefined) return { ok: false, reason: 'body_too_large' }
    const text = utf8.decode(bytes)
    return form ? formFields(new URLSearchParams(text)) : fieldsOf(JSON.parse(text), false)
  } catch {
    return { ok: false, reason: 'malformed' }
  }
}

function mediaType(req: DoorRequest): string {
  const type = req.headers['content-type']
  // As programs write it, and browsers.
  if (type === 'application/json') return type
  return typeof type === 'string' ? (type.split(';', 1)[0] ?? '').trim().toLowerCase() : ''
}

function fieldsOf(value: unknown, form: boolean): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, reason: 'malformed' }
  const fields = new Map<string, unknown>(Object.entries(value))
  // A parser makes an array of a repeated field.
  if (form && [...fields.values()].some((field) => typeof field !== 'string')) return { ok: false, reason: 'repeated_field' }
  return { ok: true, fields: form ? grouped(fields) : fields, form }
}

function formFields(params: URLSearchParams): Body {
  const fields = new Map<string, unknown>()
  for (const [name, value] of params) {
    if (fields.has(name)) return { ok: false, reason: 'repeated_field' }
    fields.set(name, value)
  }
  return { ok: true, fields: grouped(fields), form: true }
}

/** A form has no objects: its field `context.amount` is the `amount` of `context`. */
function grouped(fields: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  const whole = new Map<string, unknown>()
  const groups = new Map<string, [string, unknown][]>()
  for (const [name, value] of fields) {
    const [, group, part] = /^(context|recipients|codes)\.([\w-]{1,40})$/.exec(name) ?? []
    if (group === undefined || part === undefined) whole.set(name, value)
    else groups.set(group, [...(groups.get(group) ?? []), [part, value]])
  }
  for (const [group, parts] of groups) if (!whole.has(group)) whole.set(group, Object.fromEntries(parts))
  return whole
}
