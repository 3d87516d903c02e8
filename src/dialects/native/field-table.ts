import type { FieldError } from '../../core/results.js'
import type { Checked, Kind, Schema } from './kinds.js'

/** One field of a request: the one definition from which it is checked and documented. */
export interface Field<T> {
  readonly kind: Kind<T>
  /** For those who read the document. */
  readonly description: string
  readonly example?: T
  /** @default false */
  readonly required?: boolean
}

/** A field for each member of a request, none more and none less. */
export type FieldTable<T> = { readonly [Name in keyof T]-?: Field<Exclude<T[Name], undefined>> }

/** Unknown fields that an answer names at most: it is not to be longer than the question. */
const MAX_TOLD = 10

/** Names that an answer may repeat. */
const HARMLESS_NAME = /^[\w.-]{1,40}$/

/** Reads exactly the fields of a table. Every other one is refused by name (T43), and whatever is wrong is told at once. */
export function readFields<T extends object>(table: FieldTable<T>, given: ReadonlyMap<string, unknown>): Checked<T> {
  const known = new Map(Object.entries<Field<unknown>>(table))
  const unknown = [...given.keys()].filter((name) => !known.has(name)).slice(0, MAX_TOLD)
  const errors: FieldError[] = unknown.map((name) => ({ field: HARMLESS_NAME.test(name) ? name : 'body', reason: 'unknown_field' }))
  const read: [string, unknown][] = []
  for (const [name, field] of known) {
    const value = given.get(name)
    if (value === undefined) {
      if (field.required === true) errors.push({ field: name, reason: 'required' })
      continue
    }
    const checked = field.kind.check(value)
    if (checked.ok) read.push([name, checked.value])
    else errors.push(...checked.errors.map((error) => ({ field: name + error.field, reason: error.reason })))
  }
  // Each member was made by the kind that the table's type names for it.
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value: Object.fromEntries(read) as T }
}

/** An object of these fields. */
export function object<T extends object>(table: FieldTable<T>): Kind<T> {
  return {
    schema: schemaOf(table),
    check(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return { ok: false, errors: [{ field: '', reason: 'must_be_an_object' }] }
      }
      const read = readFields(table, new Map<string, unknown>(Object.entries(value)))
      return read.ok ? read : { ok: false, errors: read.errors.map(({ field, reason }) => ({ field: `.${field}`, reason })) }
    },
  }
}

/** The schema of a table, for the document. */
export function schemaOf<T extends object>(table: FieldTable<T>): Schema {
  const fields = Object.entries<Field<unknown>>(table)
  const required = fields.filter(([, field]) => field.required === true).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([name, { description, example, kind }]) => [
        name,
        { ...kind.schema, description, ...(example === undefined ? {} : { examples: [example] }) },
      ]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}
