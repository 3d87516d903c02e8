import { hash } from 'node:crypto'
import { LIMIT_ORDER } from './redis-lua-limits.js'
import { CONSTANTS, TIME } from './redis-lua-records.js'

/**
 * One script: one decision, or one record's part of it. KEYS are records of one server; ARGV[1] is the request, a JSON array; ARGV[2]
 * the instant, `''` for the server's own; ARGV[3] the limits, where it needs them; the reply is a JSON array.
 */
export interface Script {
  readonly text: string
  /** By which the server knows it. */
  sha(): string
}

/**
 * Joins pieces of Lua to one script. In them `$name` stands for that field of the request, or else for that limit; words in capitals
 * are {@link CONSTANTS}.
 */
export function script(fields: readonly string[], ...pieces: readonly string[]): Script {
  // Put together when it is first run: who keeps challenges elsewhere loads this file too.
  let joined: string | undefined
  let sha: string | undefined
  const text = (): string => {
    joined ??= [TIME, ...pieces]
      .join('')
      .replace(/\b[A-Z][A-Z_]*\b/g, (word) => String(CONSTANTS[word] ?? word))
      .replace(/\$(\w+)/g, (_, name: string) => expressionOf(name, fields))
    return joined
  }
  return {
    get text() {
      return text()
    },
    sha() {
      sha ??= hash('sha1', text())
      return sha
    },
  }
}

function expressionOf(name: string, fields: readonly string[]): string {
  const field = fields.indexOf(name)
  if (field >= 0) return `request[${field + 1}]`
  const limits: readonly string[] = LIMIT_ORDER
  return `limit(${limits.indexOf(name) + 1})`
}
