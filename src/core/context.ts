import { type FieldError, invalid, type Refused } from './results.js'

/** What is being approved, e.g. `{ amount: '12.50', payee: 'Ann' }`. */
export type Context = Readonly<Record<string, string>>

/**
 * Letters of any script, digits, blanks and simple punctuation, one line, at most 40 characters: nothing that could pass for an address, a link or a
 * code line in the message (T34).
 */
const VALUE = /^[\p{L}\p{M}\p{N} .,:'()+\-\u20ac$\u00a3%]{1,40}$/u
/** What a phone turns into a link: a dot between a host's last sign and a top level. */
const LINK = /[\p{L}\p{M}\p{N}]\.\p{L}{2}|www\.|:\/\//u
/** Letters and marks that show nothing, by which two values would look the same. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/** Reads the context that an intent asks for: exactly its fields, each a safe text in Unicode's form NFC. A number is its shortest decimal text. */
export function readContext(stated: unknown, names: readonly string[]): { readonly ok: true; readonly context: Context } | Refused {
  if (names.length === 0) return stated === undefined ? { ok: true, context: {} } : invalid('context', 'not_allowed')
  if (typeof stated !== 'object' || stated === null || Array.isArray(stated)) return invalid('context', 'required')
  const fields = new Map<string, unknown>(Object.entries(stated))
  const errors: FieldError[] = []
  if ([...fields.keys()].some((name) => !names.includes(name))) errors.push({ field: 'context', reason: 'unknown_field' })
  const context: Record<string, string> = Object.create(null)
  for (const name of names) {
    const given = fields.get(name)
    // An amount is a number in many programs; 100 and "100" are the same approval, 100 and "100.00" are not.
    const stated = typeof given === 'number' && Number.isFinite(given) ? String(given) : given
    // Letters that Unicode spells in two ways look the same to whoever approves them.
    const value = typeof stated === 'string' ? stated.normalize('NFC') : stated
    if (typeof value !== 'string') errors.push({ field: `context.${name}`, reason: 'required' })
    else if (!isSafe(value)) errors.push({ field: `context.${name}`, reason: 'invalid_text' })
    else context[name] = value
  }
  return errors.length > 0 ? { ok: false, reason: 'invalid_request', errors } : { ok: true, context }
}

function isSafe(value: string): boolean {
  return VALUE.test(value) && !LINK.test(value) && !INVISIBLE.test(value) && value.trim() === value
}

/** One text for one context, whatever the order of its fields (T15). `''` for none. */
export function canonicalContext(context: Context): string {
  const names = Object.keys(context).sort()
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => [name, context[name]]))
}
