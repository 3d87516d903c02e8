import type { KeepRequest, Register } from '../ports/register.js'
import { checkedRegister } from './checked-register.js'
import type { RegisterKey } from './redis-keys.js'
import { numberAt, type Reply, textAt } from './redis-reply.js'
import { CHARGE, CLAIM, DROP, KEEP, LOOK } from './redis-scripts-register.js'
import type { Decide } from './redis-verbs.js'

/** The verbs of a register, each one script call. */
export function redisRegister(keyOf: RegisterKey, decide: Decide): Register {
  return checkedRegister({
    claim: (request) =>
      decide(async (run) => {
        const reply = await run(CLAIM, [keyOf('k', request.key)], kept(request))
        return textAt(reply, 0) === 'claimed' ? { outcome: 'claimed' } : { outcome: 'held', value: textAt(reply, 1) }
      }),
    async keep(request) {
      await decide((run) => run(KEEP, [keyOf('k', request.key)], kept(request)))
    },
    look: ({ key }) =>
      decide(async (run) => {
        const reply = await run(LOOK, [keyOf('k', key)], [])
        return reply.length === 0 ? undefined : textAt(reply, 0)
      }),
    async drop({ key }) {
      await decide((run) => run(DROP, [keyOf('k', key), keyOf('t', key)], []))
    },
    charge: ({ key, amount, limit, windowSeconds }) =>
      decide(async (run) => {
        const window = windowSeconds === undefined ? false : windowSeconds * 1000
        const reply = await run(CHARGE, [keyOf('t', key)], [amount, limit, window])
        const total = totalAt(reply, 1)
        return textAt(reply, 0) === 'charged'
          ? { outcome: 'charged', total, now: numberAt(reply, 2), endsAt: numberAt(reply, 3) }
          : { outcome: 'refused', total, retryAfterMs: numberAt(reply, 2) }
      }),
  })
}

function kept({ value, ttlSeconds }: KeepRequest): readonly unknown[] {
  return [value, ttlSeconds * 1000]
}

function totalAt(reply: Reply, index: number): number {
  const total = Number(textAt(reply, index))
  if (!Number.isSafeInteger(total)) throw new TypeError('unexpected reply')
  return total
}
