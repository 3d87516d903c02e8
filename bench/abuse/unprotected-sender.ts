import type { TestClock } from 'express-otp/testing'
import { chance } from './chance.js'
import { costOf } from './numbers.js'
import type { Asker, Sender } from './sender.js'
import type { Figures } from './tally.js'

const CODE_LENGTH = 6
const TTL_MS = 300_000

/** What is written by hand in an hour: six digits, good for five minutes and for one login, and no limit of anything. */
export function unprotectedSender(clock: TestClock, seed: number, figures: Figures): Sender {
  const random = chance(seed)
  const pending = new Map<string, { readonly to: string; readonly code: string; readonly expiresAt: number }>()
  const phones = new Map<string, string>()
  let counted = figures
  let issued = 0

  function tidy(): void {
    for (const [id, { expiresAt }] of pending) {
      if (clock.now() < expiresAt) return
      pending.delete(id)
    }
  }

  async function send({ by }: Asker, to: string): Promise<{ readonly ok: true; readonly id: string }> {
    tidy()
    const code = random.digits(CODE_LENGTH)
    const id = String(issued++)
    pending.set(id, { to, code, expiresAt: clock.now() + TTL_MS })
    phones.set(to, code)
    counted.actors[by].asked += 1
    counted.actors[by].delivered += 1
    counted.actors[by].cost += costOf(to)
    return { ok: true, id }
  }

  return {
    isHelped: false,
    codeLength: CODE_LENGTH,
    count(next) {
      counted = next
    },
    send,
    resend: (asker, id) => send(asker, pending.get(id)?.to ?? ''),
    async verify({ by }, id, code) {
      const challenge = pending.get(id)
      if (challenge === undefined || clock.now() >= challenge.expiresAt)
        return { ok: false, reason: 'expired', limit: 'expired', retryAfter: 0 }
      counted.actors[by].compared += 1
      if (challenge.code !== code) return { ok: false, reason: 'invalid_code', limit: 'wrong', retryAfter: 0 }
      pending.delete(id)
      return { ok: true, device: undefined }
    },
    release: () => Promise.resolve(),
    read: (to) => phones.get(to) ?? '',
    tidy,
    close: () => Promise.resolve(),
  }
}
