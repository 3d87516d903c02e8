import { optionError } from '../../options.js'

/** A text read once: what is written as it stands, and the names of what is filled in. */
export type Template = readonly (string | { readonly name: string })[]

/** What may stand in the templates of one place. */
export interface TemplateRules {
  /** Who speaks in an error: `smsChannel`. */
  readonly owner: string
  /** The option, as an error names it: `templates.login.sms`. */
  readonly option: string
  /** Names that may be filled in. */
  readonly known: readonly string[]
  /** Names that must be there. */
  readonly needed?: readonly string[] | undefined
  /** True for HTML, whose style sheets have braces of their own: those that hold no name are left as they are. */
  readonly bracesAllowed?: boolean | undefined
}

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/

/** Reads a text with placeholders such as `{code}`. */
export function readTemplate(source: string): Template {
  // Split by a pattern with one group: what was matched stands at the odd places.
  return source
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 1 ? { name: part } : part))
    .filter((part) => part !== '')
}

/**
 * Reads a text of the application's own. An unknown placeholder, a brace that belongs to none, or a missing `{code}` is `ERR_OTP_OPTION`,
 * at construction: no message goes out with a hole in it (T34).
 */
export function readOwnTemplate(source: string, rules: TemplateRules): Template {
  const { bracesAllowed, known, needed = [], option, owner } = rules
  const template = readTemplate(source)
  const names = template.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const allowed = known.map((name) => `{${name}}`).join(' ')
    throw optionError(owner, `option "${option}" has the unknown placeholder {${unknown}}. Known: ${allowed}`)
  }
  if (bracesAllowed !== true && template.some((part) => typeof part === 'string' && /[{}]/.test(part))) {
    throw optionError(owner, `option "${option}" has a brace that belongs to no placeholder`)
  }
  const missing = needed.find((name) => !names.includes(name))
  if (missing !== undefined) throw optionError(owner, `option "${option}" must contain {${missing}}`)
  return template
}

/** Fills a template in. `literal` and `value` escape for the medium. */
export function fill(template: Template, value: (name: string) => string, literal: (text: string) => string): string {
  return template.map((part) => (typeof part === 'string' ? literal(part) : value(part.name))).join('')
}
