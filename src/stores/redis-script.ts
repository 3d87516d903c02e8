import { hash } from 'node:crypto'
import { TIME } from './redis-lua-records.js'

/**
 * One script: one decision, or one record's part of it. KEYS are records of one server; ARGV[1] is the request, a JSON array; ARGV[2] the instant,
 * `''` for the server's own; the reply is a JSON array.
 */
export interface Script {
  readonly text: string
  /** By which the server knows it. */
  sha(): string
}

/** Joins pieces of Lua to one script that first takes its request apart, into these names. */
export function script(request: string, ...pieces: readonly string[]): Script {
  const text = [TIME, `local ${request} = unpack(cjson.decode(ARGV[1]))\n`, ...pieces].join('')
  let sha: string | undefined
  return {
    text,
    sha() {
      sha ??= hash('sha1', text)
      return sha
    },
  }
}
