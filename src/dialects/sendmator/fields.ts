import { isPrintable } from '../../core/service/rights.js'
import { readJsonObject } from '../../util/json-object.js'

/** The fields of a body; `undefined` where it is no JSON object, or where any text or name in it, at any depth, holds what nobody types (T41). */
export function readFields(body: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  const fields = readJsonObject(body)
  return fields !== undefined && [...fields].every((entry) => isClean(entry)) ? fields : undefined
}

/** The fields of an object within; `undefined` for anything else. A map, so that no name means more than itself (T43). */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined
}

/** True for a field that is there: many clients write `null` for what they leave out. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isClean(value: unknown): boolean {
  if (typeof value === 'string') return isPrintable(value) && !value.includes('\n')
  if (Array.isArray(value)) return value.every((one) => isClean(one))
  return typeof value !== 'object' || value === null || Object.entries(value).every((entry) => isClean(entry))
}
