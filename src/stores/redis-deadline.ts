import { OtpError } from '../errors.js'

/** One piece of work under a {@link Deadline}. */
export interface Turn {
  /** True once nobody waits for it any more: it must send nothing further (T59). */
  readonly over: boolean
  /** Aborted at the same moment; made only when asked for, because a signal costs more than a command. */
  signal(): AbortSignal
}

/** A bound on how long callers wait, with one timer for all of them. */
export interface Deadline {
  /** Settles as `work` does, but rejects with `ERR_OTP_STORE` when the time is up. */
  within<T>(work: (turn: Turn) => Promise<T>): Promise<T>
  /** Rejects whoever still waits, and frees the timer. */
  close(): void
}

interface Waiting {
  readonly endsAt: number
  end(err: OtpError): void
}

/** A timer that is later than this waited for its process, not for Redis. */
const STOOD_STILL_MS = 100

/** Bounds each piece of work to `seconds`. */
export function deadline(seconds: number): Deadline {
  // All wait equally long, so the first one to have come is the first one whose time is up; a Set keeps that order.
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined
  let dueAt = 0
  let isGrace = false

  function arm(milliseconds: number): void {
    dueAt = performance.now() + milliseconds
    timer = setTimeout(ring, milliseconds)
    // Whoever waits has a socket open that keeps the process alive; the timer need not (T57).
    timer.unref()
  }

  function ring(): void {
    timer = undefined
    const now = performance.now()
    // A process that stood still finds its timers first, and answers that came meanwhile after them.
    if (!isGrace && now - dueAt > STOOD_STILL_MS) {
      isGrace = true
      arm(STOOD_STILL_MS)
      return
    }
    isGrace = false
    for (const one of waiting) {
      if (one.endsAt > now) {
        arm(one.endsAt - now)
        return
      }
      one.end(unavailable(`redisStore: no answer from Redis within ${seconds} s`))
    }
  }

  return {
    within: (work) =>
      new Promise((resolve, reject) => {
        let controller: AbortController | undefined
        const turn = {
          endsAt: performance.now() + seconds * 1000,
          over: false,
          signal() {
            controller ??= new AbortController()
            return controller.signal
          },
          end(err: OtpError) {
            waiting.delete(turn)
            turn.over = true
            reject(err)
            controller?.abort()
          },
        }
        waiting.add(turn)
        if (timer === undefined) arm(seconds * 1000)
        work(turn).then(
          (value) => {
            waiting.delete(turn)
            resolve(value)
          },
          (err: unknown) => {
            waiting.delete(turn)
            reject(err)
          },
        )
      }),
    close() {
      clearTimeout(timer)
      timer = undefined
      for (const one of waiting) one.end(unavailable('redisStore: closed while waiting for Redis'))
    },
  }
}

/** The error of a store that cannot be used now. */
export function unavailable(message: string, cause?: unknown): OtpError {
  return new OtpError('ERR_OTP_STORE', message, { status: 503, cause })
}
