import type { Caller, OtpEventName, OtpEvents, OtpOptions, Store } from 'express-otp'
import { createOtp, type Otp } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { memoryStore } from 'express-otp/stores/memory'
import { type Outbox, outbox, type TestClock, testClock } from 'express-otp/testing'
import { onTestFinished, vi } from 'vitest'
import { SECRET } from '../../helpers/door-app.js'

/** Nothing stands in the way but the budgets. */
const OPEN = {
  cooldownSeconds: [1],
  recipientSendsPerHour: 60,
  recipientSendsPerDay: 200,
  recipientSendsPerDayInAll: 1000,
  recipientSendsPerHourFromOneBlock: 60,
  pendingPerRecipient: 10,
  blockSendsPerHour: 100_000,
  blockRecipientsPerHour: 100_000,
  blockCallingCodesPerHour: 300,
} as const

export const ANN = '+12068800123'

/** So many numbers of one country. */
export function numbers(count: number, begin = '+1206880'): string[] {
  return Array.from({ length: count }, (_, index) => `${begin}${String(index).padStart(4, '0')}`)
}

/** An address block of its own for each. */
export function addressOf(index: number): string {
  return `192.0.${Math.floor(index / 250)}.${index % 250}`
}

export interface Scene {
  readonly otp: Otp
  readonly clock: TestClock
  readonly sms: Outbox
  /** Sends; the reason of a refusal, or `sent`. */
  send(to: string, caller?: Partial<Caller>): Promise<string>
  resend(): Promise<string>
  /** Types the code that was sent last; the reason, or `verified`. */
  verify(to?: string): Promise<string>
  /** Sends and proves. */
  prove(to: string, caller?: Partial<Caller>): Promise<void>
  heard<Name extends OtpEventName>(name: Name): OtpEvents[Name][]
  /** How long the last refusal said to wait. */
  retryAfter(): number | undefined
}

/** An application without a door: the budgets are the same behind each. */
export function scene(options: Partial<OtpOptions> = {}, shared: { readonly clock?: TestClock; readonly store?: Store } = {}): Scene {
  const clock = shared.clock ?? testClock()
  const sms = outbox()
  const otp = createOtp({
    secret: SECRET,
    channels: [smsChannel({ transport: sms })],
    store: shared.store ?? memoryStore({ clock }),
    clock,
    ...options,
    limits: { ...OPEN, ...options.limits },
  })
  onTestFinished(() => otp.close())
  const pointers = new Map<string, string>()
  let last = ''
  let retryAfter: number | undefined
  const heard = new Map<OtpEventName, unknown[]>()
  for (const name of ['decided', 'budget', 'pumping', 'send_refused'] as const) {
    heard.set(name, [])
    otp.on(name, (event) => void heard.get(name)?.push(event))
  }
  const caller = { tenant: '', userId: '', ip: '198.51.100.1' }
  const hold =
    (to: string) =>
    async ({ id }: { readonly id: string }): Promise<void> =>
      void pointers.set(to, id)
  async function verify(to = last): Promise<string> {
    const result = await otp.verify({ ...caller, id: pointers.get(to), code: sms.code(to), leaveGrant: false })
    return result.ok ? 'verified' : result.reason
  }
  const one: Scene = {
    otp,
    clock,
    sms,
    async send(to, given) {
      const result = await otp.send({ ...caller, ...given, to, hold: hold(to) })
      last = to
      retryAfter = result.ok ? undefined : result.retryAfter
      return result.ok ? 'sent' : result.reason
    },
    async resend() {
      const result = await otp.resend({ ...caller, current: pointers.get(last), hold: hold(last) })
      return result.ok ? 'sent' : result.reason
    },
    verify,
    async prove(to, given) {
      const sent = await one.send(to, given)
      if (sent !== 'sent') throw new Error(sent)
      const result = await otp.verify({ ...caller, ...given, id: pointers.get(to), code: sms.code(to), leaveGrant: false })
      if (!result.ok) throw new Error(result.reason)
      await quiet()
    },
    // The names of `heard` are those of the events.
    heard: (name) => heard.get(name) as never,
    retryAfter: () => retryAfter,
  }
  return one
}

/** What nobody waits for is done: each piece of such work begins after an answer, and a store in memory needs no more. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits until something holds, for stores that are further away. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(holds, { timeout: 5000, interval: 5 })
}
