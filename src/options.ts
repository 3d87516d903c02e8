import { OtpError } from './errors.js'
import { nearest } from './util/nearest.js'

/** What one option accepts. */
export interface Check {
  /** Said in the error: "a whole number from 30 to 600". */
  readonly allowed: string
  readonly accepts: (value: unknown) => boolean
  /** True where the value must not appear in an error. */
  readonly secret?: boolean
  /** True where the value may hold what must not appear, such as the key of a vendor or an address: an error names its kind alone. */
  readonly opaque?: boolean
  readonly required?: boolean
}

/** Every option that begins with `dangerously` and was true, with its factory, since this process began. */
export const dangerous: Set<string> = new Set()

/**
 * Refuses unknown keys, wrong values and missing required ones, with `OtpError` `ERR_OTP_OPTION` that names the option,
 * shows the value and says what is allowed. `undefined` equals "not given".
 */
export function checkOptions(owner: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw optionError(owner, `options must be an object, not ${kindOf(options)}`)
  }
  const given = new Map<string, unknown>(Object.entries(options))
  const known = Object.keys(checks)
  for (const name of given.keys()) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw optionError(
      owner,
      `unknown option "${name}".${meant === undefined ? ` Known: ${known.join(', ')}` : ` Did you mean "${meant}"?`}`,
    )
  }
  for (const [name, check] of Object.entries(checks)) {
    const value = given.get(name)
    if (value === undefined) {
      if (check.required === true) throw optionError(owner, `option "${name}" is missing; it must be ${check.allowed}`)
      continue
    }
    if (!check.accepts(value)) {
      const wrong = check.secret === true ? 'not acceptable' : check.opaque === true ? kindOf(value) : shown(value)
      throw optionError(owner, `option "${name}" is ${wrong}; it must be ${check.allowed}`)
    }
    if (value === true && name.startsWith('dangerously')) dangerous.add(`${owner} ${name}`)
  }
}

/** The error that every wrong option throws. */
export function optionError(owner: string, problem: string): OtpError {
  return new OtpError('ERR_OTP_OPTION', `${owner}: ${problem}`)
}

/** A whole number in `[min, max]`. */
export function integer(min: number, max: number): Check {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  }
}

/** One of these strings. */
export function oneOf(...values: readonly string[]): Check {
  return {
    allowed: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    accepts: (value) => typeof value === 'string' && values.includes(value),
  }
}

/** A string of `min` to `max` characters that matches `pattern`, described by `allowed`. */
export function text(min: number, max: number, pattern?: RegExp, allowed?: string): Check {
  return {
    allowed: allowed ?? `a string of ${min} to ${max} characters`,
    accepts: (value) =>
      typeof value === 'string' && value.length >= min && value.length <= max && (pattern === undefined || pattern.test(value)),
  }
}

/** `true` or `false`. */
export const flag: Check = { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' }

/** A function. */
export const callback: Check = { allowed: 'a function', accepts: (value) => typeof value === 'function' }

/** An array whose every entry passes `entry`; `min` to `max` of them. */
export function list(entry: Check, min = 0, max = 1000): Check {
  return {
    allowed: `an array of ${min} to ${max}, each ${entry.allowed}`,
    accepts: (value) => Array.isArray(value) && value.length >= min && value.length <= max && value.every((one) => entry.accepts(one)),
    ...(entry.secret === true ? { secret: true } : {}),
    ...(entry.opaque === true ? { opaque: true } : {}),
  }
}

/** An object that has these methods. */
export function having(...methods: readonly string[]): Check {
  return {
    allowed: `an object with ${methods.map((name) => `${name}()`).join(', ')}`,
    accepts: (value) =>
      ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    opaque: true,
  }
}

/** A plain object, looked at further by whoever asked for it. */
export const record: Check = {
  allowed: 'an object',
  accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/** The same check for an option that must be given. */
export function required(check: Check): Check {
  return { ...check, required: true }
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  try {
    const json = JSON.stringify(value) ?? String(value)
    return json.length > 100 ? `${json.slice(0, 100)}...` : json
  } catch {
    return typeof value
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a string'
  if (Array.isArray(value) && value.length > 0) return 'an array'
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0 ? 'an object' : shown(value)
}
