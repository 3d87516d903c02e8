import type { Process } from '../schedule.js'
import type { No } from '../sender.js'
import { count } from '../tally.js'
import type { World } from '../world.js'

/** Who is told to wait longer than this calls the help desk, seconds. */
const PATIENCE = 900

/** Until the help desk knows for certain who calls, seconds. */
const CALL = 1800

/** True for somebody who was refused, and will not wait, where there is a help desk. */
export function calls({ sender }: World, no: No): boolean {
  return sender.isHelped && no.retryAfter > PATIENCE
}

/** A call: at its end the help desk has released the caller's number, by `otp.release`. Who is on the line already is not helped twice. */
export async function* callHelp(world: World, to: string): Process {
  if (world.calling.has(to)) return
  world.calling.add(to)
  yield CALL
  world.calling.delete(to)
  await world.sender.release(to)
  count(world.figures.released, to)
}
