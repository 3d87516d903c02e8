import { isPrintable } from '../../core/service/rights.js'
import { readJsonObject } from '../../util/json-object.js'

/**
 * The fields of a body; `undefined` where it is no JSON object, or where any text in it holds what nobody types (T41). The text of a message alone may
 * have several lines.
 */
export function readFields(body: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  const fields = readJsonObject(body)
  if (fields === undefined) return undefined
  for (const [name, value] of fields) {
    if (typeof value !== 'string') continue
    const isOneLine = name === 'text' || !value.includes('\n')
    if (!isOneLine || !isPrintable(name === 'text' ? value.replaceAll('\r\n', '\n') : value)) return undefined
  }
  return fields
}

/** True for a field that is there: Octopush takes `null` and empty texts for nothing. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '')
}

/** A number as it was written; some clients send it without quotes. `undefined` for what cannot be one. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}
