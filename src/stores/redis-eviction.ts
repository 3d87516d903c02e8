import type { CommandRunner } from './redis-client.js'

/**
 * Warns the process once where the server may throw live counters away to make room (T56). A server that does not tell, or may not, is
 * taken at its word: this never fails and nothing waits for it.
 */
export async function warnOfEviction(commands: CommandRunner): Promise<void> {
  const reply = await commands.send(undefined, ['config', 'get', 'maxmemory-policy'], undefined).catch(() => undefined)
  const policy = settingIn(reply)
  if (policy === undefined || policy === 'noeviction') return
  process.emitWarning(
    `redisStore: the server's maxmemory-policy is "${policy}". Under memory pressure it may drop counters together with the codes that ` +
      'they protect; set it to "noeviction".',
    { code: 'OTP_REDIS_EVICTION' },
  )
}

/**
 * The value in a reply to `CONFIG GET` of one setting. RESP 2 answers with a flat array, RESP 3 with a map, which clients turn into an object, a Map or
 * again an array.
 */
export function settingIn(reply: unknown): string | undefined {
  if (typeof reply !== 'object' || reply === null) return undefined
  const values = Array.isArray(reply) ? reply.flat() : reply instanceof Map ? [...reply.values()] : Object.values(reply)
  const setting = values.at(-1)
  return setting === undefined ? undefined : String(setting)
}
