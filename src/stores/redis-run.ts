import type { Clock } from '../ports/clock.js'
import type { Limits } from '../ports/store.js'
import type { CommandRunner } from './redis-client.js'
import { type Turn, unavailable } from './redis-deadline.js'
import { parseReply, type Reply } from './redis-reply.js'
import { type Arguments, limitsOf } from './redis-request.js'
import type { Script } from './redis-script.js'

/** Runs one script on the server that holds its first key. */
export type Run = (script: Script, keys: readonly string[], request: Arguments, limits?: Limits) => Promise<Reply>

/** What all decisions of one store have in common. */
export interface RunnerOptions {
  readonly clock: Clock | undefined
  /** How many replicas must have what a script wrote. */
  readonly replicas: number
  readonly deadlineSeconds: number
}

/** Makes the `Run` of one decision: everything in it happens at one instant of a test's clock, and nothing after its turn is over. */
export function runner(commands: CommandRunner, options: RunnerOptions): (turn: Turn) => Run {
  const { clock, replicas, deadlineSeconds } = options
  const wait = ['wait', String(replicas), String(Math.ceil(deadlineSeconds * 1000))]

  return (turn) => {
    // Without a clock of a test the server's own decides (T60).
    const instant = clock === undefined ? '' : String(Math.floor(clock.now()))

    async function confirmed(key: string | undefined, command: readonly string[], signal: AbortSignal | undefined): Promise<unknown> {
      // Sent right behind the script, through the same connection: it waits for what that one wrote (T56).
      const [reply, copies] = await Promise.all([commands.send(key, command, signal), commands.send(key, wait, signal)])
      if (Number(copies) < replicas) throw unavailable(`redisStore: fewer than ${replicas} replicas have what was decided`)
      return reply
    }

    function send(key: string | undefined, command: readonly string[]): Promise<unknown> {
      if (turn.over) throw unavailable('redisStore: too late to go on')
      const signal = commands.isReady() ? undefined : turn.signal()
      return replicas === 0 ? commands.send(key, command, signal) : confirmed(key, command, signal)
    }

    return async (script, keys, request, limits) => {
      const rest = [String(keys.length), ...keys, JSON.stringify(request), instant]
      if (limits !== undefined) rest.push(limitsOf(limits))
      try {
        return parseReply(await send(keys[0], ['evalsha', script.sha(), ...rest]))
      } catch (err) {
        // The one failure after which nothing has happened for sure, so that trying again is safe (T55).
        if (!(err instanceof Error) || !err.message.startsWith('NOSCRIPT')) throw err
        return parseReply(await send(keys[0], ['eval', script.text, ...rest]))
      }
    }
  }
}
