import { createOtp, type PresetName } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { HUMAN_CHECK_LIMITS } from 'express-otp/express'
import { memoryStore } from 'express-otp/stores/memory'
import { fixedRandom, type TestClock } from 'express-otp/testing'
import { costOf, SERVED } from './numbers.js'
import type { ActorName, Figures } from './tally.js'

/** Whose request it is. */
export interface Asker {
  readonly by: ActorName
  readonly ip: string
  /** What an earlier login called this device. */
  readonly device?: string | undefined
}

/** Why something was not done; `limit` for the figures, which no client is told. */
export interface No {
  readonly ok: false
  readonly reason: string
  readonly limit: string
  /** Seconds; 0 where waiting does not help. */
  readonly retryAfter: number
}

/** What all actors speak to. */
export interface Sender {
  /** Whether there is a help desk. */
  readonly isHelped: boolean
  readonly codeLength: number
  /** The figures that now count; a month begins with new ones. */
  count(figures: Figures): void
  send(asker: Asker, to: string): Promise<{ readonly ok: true; readonly id: string } | No>
  resend(asker: Asker, id: string): Promise<{ readonly ok: true; readonly id: string } | No>
  verify(asker: Asker, id: string, code: string): Promise<{ readonly ok: true; readonly device: string | undefined } | No>
  /** Lets a number in again. */
  release(to: string): Promise<void>
  /** The code that a number was sent last: for whoever holds the phone. */
  read(to: string): string
  /** Once an hour. */
  tidy(): void
  close(): Promise<void>
}

/** How the library is used: with one of its presets, and nothing else changed. */
export interface Guarding {
  readonly preset: PresetName
  /**
   * True where the application has a human check, which people solve and the attackers do not, and a help desk that releases who calls it: what the documentation
   * advises.
   */
  readonly isHelped: boolean
}

/** The library in front of everybody. */
export function guardedSender({ preset, isHelped }: Guarding, clock: TestClock, seed: number, figures: Figures): Sender {
  let counted = figures
  let by: ActorName = 'people'
  let limit = ''
  const phones = new Map<string, string>()
  const store = memoryStore({ clock, maxEntries: 10_000_000 })
  const transport = {
    name: 'phones',
    async deliver({ code, to }: { readonly code: string; readonly to: string }): Promise<object> {
      phones.set(to, code)
      counted.actors[by].delivered += 1
      counted.actors[by].cost += costOf(to)
      return {}
    },
  }
  const otp = createOtp({
    secret: 'the secret of a simulation, known to everybody',
    channels: [smsChannel({ transport, countries: SERVED })],
    // In production one ceiling has to be named: this one is three times what the busiest hour needs.
    guard: { paidPerHour: 1500 },
    preset,
    store,
    clock,
    random: fixedRandom(seed),
  })
  otp.on('send_refused', (event) => {
    limit = event.limit
  })
  otp.on('rejected', (event) => {
    limit = event.limit ?? event.outcome
  })
  const intent = otp.intents.get('login')
  if (intent === undefined) throw new Error('no intent')

  const callerOf = ({ device, ip }: Asker) => ({ tenant: '', userId: '', ip, device })
  const hold = (): Promise<void> => Promise.resolve()
  const solves = HUMAN_CHECK_LIMITS.map(String)
  const appeal = async (asked: { readonly limit: string }): Promise<boolean> => isHelped && by === 'people' && solves.includes(asked.limit)
  function no({ errors, reason, retryAfter = 0 }: { reason: string; retryAfter?: number | undefined; errors?: unknown }): No {
    return { ok: false, reason, limit: errors === undefined ? limit || reason : reason, retryAfter }
  }

  return {
    isHelped,
    codeLength: intent.codeLength,
    count(next) {
      counted = next
    },
    async send(asker, to) {
      by = asker.by
      limit = ''
      counted.actors[by].asked += 1
      const sent = await otp.send({ ...callerOf(asker), to, hold, appeal })
      return sent.ok ? { ok: true, id: sent.id } : no(sent)
    },
    async resend(asker, id) {
      by = asker.by
      limit = ''
      counted.actors[by].asked += 1
      const sent = await otp.resend({ ...callerOf(asker), current: id, hold, appeal })
      return sent.ok ? { ok: true, id: sent.id } : no(sent)
    },
    async verify(asker, id, code) {
      limit = ''
      const verified = await otp.verify({ ...callerOf(asker), id, code, leaveGrant: false })
      const isCompared = verified.ok || verified.reason === 'invalid_code' || verified.isCharged === true
      if (isCompared) counted.actors[asker.by].compared += 1
      if (!verified.ok) return no(verified)
      // What goes on after the answer is done before time goes on.
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      return { ok: true, device: verified.deviceToken }
    },
    async release(to) {
      await otp.release(to)
    },
    read: (to) => phones.get(to) ?? '',
    tidy: () => store.sweep(),
    close: () => otp.close(),
  }
}
