import type { FindRecipient, OtpOptions, Store, Transport } from 'express-otp'
import { smsChannel } from 'express-otp/channels/sms'
import { outbox, type TestClock } from 'express-otp/testing'
import type { Answer, DoorApp } from '../helpers/door-app.js'
import { looks } from './scenes.js'

/** Who lives a life, and what becomes of the messages. The first one is what all others must look like. */
export interface Somebody {
  readonly who: string
  readonly findRecipient: FindRecipient
  readonly transport?: Transport
}

const failing: Transport = { name: 'sms-outbox', deliver: () => Promise.reject(new Error('the vendor is away')) }

/** Everybody who must not be told from a stranger. */
export const PEOPLE: readonly Somebody[] = [
  { who: 'a stranger', findRecipient: () => undefined },
  { who: 'a stranger, as databases say it', findRecipient: async () => null },
  { who: 'somebody known', findRecipient: () => true },
  { who: 'somebody known to the records', findRecipient: async ({ to }) => ({ address: to, channels: ['sms'] }) },
  { who: 'somebody known whose SMS is not enabled', findRecipient: () => ({ channels: ['email'] }) },
  { who: 'somebody known whose vendor refuses', findRecipient: () => true, transport: refusing() },
  { who: 'somebody known whose vendor fails', findRecipient: () => true, transport: failing },
  { who: 'somebody whose lookup throws', findRecipient: () => raise() },
  { who: 'somebody whose lookup rejects', findRecipient: () => Promise.reject(new Error('the records are away')) },
]

/** Options with which nobody can be told from anybody. */
export function hiding(
  { findRecipient, transport = outbox('sms-outbox') }: Somebody,
  clock: TestClock,
  store?: (clock: TestClock) => Store,
): Partial<OtpOptions> {
  return {
    recipients: 'known-only',
    delivery: 'background',
    findRecipient,
    channels: [smsChannel({ transport })],
    // Used up by the second message that really goes out.
    guard: { paidPerHour: 1 },
    limits: { recipientSendsPerHourFromOneBlock: 4 },
    clock,
    ...(store === undefined ? {} : { store: store(clock) }),
  }
}

/** All that a browser sees of a whole life: sends, guesses, the end of a challenge, cooldowns, limits, the end of a code. `verify` is the path that takes codes. */
export async function live(door: DoorApp, clock: TestClock, to: string, verify: string): Promise<unknown[]> {
  const seen: unknown[] = []
  const browser = door.browser()
  const note = (answer: Answer): void => void seen.push(alike(answer))
  const guess = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done++) note(await browser.post(verify, { code: '314159' }))
  }
  note(await browser.post('/otp/send', { to }))
  note(await browser.get('/otp/status'))
  await guess(4)
  note(await browser.get('/otp/status'))
  await guess(2)
  note(await browser.post('/otp/resend', {}))
  clock.advance(30)
  note(await browser.post('/otp/resend', {}))
  await guess(1)
  note(await browser.post('/otp/send', { to }))
  clock.advance(60)
  note(await browser.post('/otp/resend', {}))
  await guess(1)
  clock.advance(301)
  await guess(1)
  note(await browser.get('/otp/status'))
  for (let done = 0; done < 4; done++) {
    note(await browser.post('/otp/send', { to }))
    clock.advance(120)
  }
  note(await browser.post('/otp/cancel', {}))
  await guess(1)
  // A browser of its own has the same limits.
  note(await door.browser().post('/otp/send', { to }))
  clock.advance(3600)
  note(await door.browser().post('/otp/send', { to, locale: 'fr' }))
  return seen
}

/** What is left when names that are drawn anew each time are not looked at: bytes of the body, headers, names and attributes of cookies. */
function alike(answer: Answer): unknown {
  const { status, text, headers } = looks(answer) as { status: number; text: string; headers: [string, string][] }
  const body = text.replace(/"(id|reference)":"[^"]+"/g, '"$1":"drawn"')
  return {
    status,
    body,
    headers: headers.map(([name, value]) => [name, name === 'set-cookie' ? value.replace(/=[^;]+/, '=drawn') : value]),
  }
}

function refusing(): Transport {
  const transport = outbox()
  return {
    name: 'sms-outbox',
    deliver(message, options) {
      transport.refuseNext()
      return transport.deliver(message, options)
    },
  }
}

function raise(): never {
  throw new Error('the records are away')
}
