import type { Clock } from '../ports/clock.js'
import type { Limits } from '../ports/store.js'
import type { CommandRunner } from './redis-client.js'
import { type Turn, unavailable } from './redis-deadline.js'
import { parseReply, type Reply } from './redis-reply.js'
import { type Arguments, limitsOf } from './redis-request.js'
import type { Script } from './redis-script.js'

/** Runs one script on the server that holds its first key. */
export type Run = (script: Script, keys: readonly string[], request: Arguments, limits?: Limits) => Promise<Reply>

/** Makes the `Run` of one decision: everything in it happens at one instant of a test's clock, and nothing after its turn is over. */
export function runner(commands: CommandRunner, clock: Clock | undefined): (turn: Turn) => Run {
  return (turn) => {
    // Without a clock of a test the server's own decides (T60).
    const instant = clock === undefined ? '' : String(Math.floor(clock.now()))
    return async (script, keys, request, limits) => {
      const rest = [String(keys.length), ...keys, JSON.stringify(request), instant]
      if (limits !== undefined) rest.push(limitsOf(limits))
      try {
        return parseReply(await send(commands, turn, keys[0], ['evalsha', script.sha(), ...rest]))
      } catch (err) {
        // The one failure after which nothing has happened for sure, so that trying again is safe (T55).
        if (!(err instanceof Error) || !err.message.startsWith('NOSCRIPT')) throw err
        return parseReply(await send(commands, turn, keys[0], ['eval', script.text, ...rest]))
      }
    }
  }
}

function send(commands: CommandRunner, turn: Turn, key: string | undefined, command: readonly string[]): Promise<unknown> {
  if (turn.over) throw unavailable('redisStore: too late to go on')
  return commands.send(key, command, commands.isReady() ? undefined : turn.signal())
}
