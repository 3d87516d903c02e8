import { type TestClock, testClock } from 'express-otp/testing'

/** What an actor does, one step after another; it yields how many seconds it waits before the next. */
export type Process = AsyncGenerator<number, void>

/** Steps of all actors in the order of their time, and a clock that jumps from one to the next. */
export interface Schedule {
  readonly clock: TestClock
  /** Seconds since the beginning. */
  now(): number
  /** Begins a process so many seconds from now. */
  start(process: Process, delaySeconds?: number): void
  /** Runs every step before this second. */
  run(untilSeconds: number): Promise<void>
}

interface Step {
  readonly at: number
  readonly order: number
  readonly process: Process
}

/** A schedule that begins at midnight of the first of January 2026, UTC. */
export function schedule(): Schedule {
  const clock = testClock()
  const beginning = clock.now()
  const steps: Step[] = []
  let order = 0
  const now = (): number => (clock.now() - beginning) / 1000

  function plan(process: Process, delaySeconds: number): void {
    push(steps, { at: now() + Math.max(0, delaySeconds), order: order++, process })
  }

  return {
    clock,
    now,
    start: (process, delaySeconds = 0) => plan(process, delaySeconds),
    async run(untilSeconds) {
      for (let first = steps[0]; first !== undefined && first.at < untilSeconds; first = steps[0]) {
        pop(steps)
        clock.advance(Math.max(0, first.at - now()))
        const { done, value } = await first.process.next()
        if (done !== true) plan(first.process, value)
      }
      clock.advance(Math.max(0, untilSeconds - now()))
    },
  }
}

function isBefore(one: Step | undefined, other: Step | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

/** A binary heap: the earliest step stands first. */
function push(steps: Step[], step: Step): void {
  let index = steps.push(step) - 1
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!isBefore(steps[index], steps[parent])) return
    swap(steps, index, parent)
    index = parent
  }
}

function pop(steps: Step[]): void {
  const last = steps.pop()
  if (last === undefined || steps.length === 0) return
  steps[0] = last
  for (let index = 0; ; ) {
    let least = index
    for (const child of [2 * index + 1, 2 * index + 2]) if (isBefore(steps[child], steps[least])) least = child
    if (least === index) return
    swap(steps, index, least)
    index = least
  }
}

function swap(steps: Step[], one: number, other: number): void {
  const [first, second] = [steps[one], steps[other]]
  if (first === undefined || second === undefined) return
  steps[one] = second
  steps[other] = first
}
