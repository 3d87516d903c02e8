import { type OneTimeCode, type OneTimeCodeOptions, oneTimeCode } from 'express-otp/client'
import type { TestClock } from 'express-otp/testing'
import { vi } from 'vitest'
import { type Browser, type DoorApp, openDoor } from '../helpers/door-app.js'

/** What a page's script has: the kit, over a browser that keeps cookies, with time in the hands of the test. */
export interface Page {
  readonly app: DoorApp
  readonly browser: Browser
  readonly code: OneTimeCode
  /** Requests so far, such as `POST /otp/send`. */
  readonly requests: string[]
  /** Moves the page's time and the server's. */
  advance(seconds: number): Promise<void>
}

/** Opens a page of an app; timers stand still. */
export async function openPage(
  options: OneTimeCodeOptions = {},
  app: DoorApp | undefined = undefined,
  browser: Browser | undefined = undefined,
): Promise<Page> {
  const served = app ?? (await openDoor())
  const used = browser ?? served.browser()
  const requests: string[] = []
  const fetcher: typeof fetch = async (input, init) => {
    requests.push(`${init?.method} ${input}`)
    // The kit gives them as a plain object.
    const headers = init?.headers as Record<string, string>
    const answer = await (init?.body ? used.post(String(input), String(init.body), headers) : used.get(String(input), headers))
    return new Response(answer.text, { status: answer.status, headers: { 'Content-Type': answer.headers.get('content-type') ?? '' } })
  }
  return {
    app: served,
    browser: used,
    code: oneTimeCode({ fetch: fetcher, ...options }),
    requests,
    advance: (seconds) => pass(served.clock, seconds),
  }
}

/** A page's timers, its clock and the time of day, in the hands of the test. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
}

async function pass(clock: TestClock, seconds: number): Promise<void> {
  clock.advance(seconds)
  await vi.advanceTimersByTimeAsync(seconds * 1000)
}
