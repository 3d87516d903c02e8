import type { ChargeDecision, ChargeRequest, ClaimDecision, KeepRequest, Register } from '../ports/register.js'
import { checkedRegister } from './checked-register.js'
import type { Entry, RecordKeeper } from './record-keeper.js'

/** Later than anything else ends, and still an instant that every session store can write down: some hold 32 bits of seconds. */
const NEVER = Date.UTC(2100, 0, 1)

const NOTHING: Entry = { packed: '', expiresAt: 0 }

/** A total, and when it begins anew: 0 for never. */
interface Total {
  readonly total: number
  readonly endsAt: number
}

/** What a charge comes to. The script `CHARGE` is its translation. */
function charge(known: Total | undefined, request: ChargeRequest, now: number): { decision: ChargeDecision; left: Total | undefined } {
  const { amount, limit, windowSeconds } = request
  const { total, endsAt } = known ?? { total: 0, endsAt: windowSeconds === undefined ? 0 : now + windowSeconds * 1000 }
  // Two safe integers: where their sum is not exact any more, it is still on the right side of the limit.
  if (amount >= 0 && total + amount > limit) {
    const retryAfterMs = endsAt === 0 || amount > limit ? 0 : endsAt - now
    return { decision: { outcome: 'refused', total, retryAfterMs }, left: known }
  }
  const after = Math.max(total + amount, endsAt === 0 ? -Number.MAX_SAFE_INTEGER : 0)
  const isNothing = after === 0 && (known === undefined || endsAt === 0)
  const left = isNothing ? undefined : { total: after, endsAt }
  return { decision: { outcome: 'charged', total: after, now, endsAt: left?.endsAt ?? 0 }, left }
}

/** The verbs of a register over a keeper of records. Values are kept under `k`, totals under `t`, apart from all other records. */
export function lawfulRegister(keeper: RecordKeeper): Register {
  /** Reads a value; what the law returns with its decision takes its place. */
  function value<T>(
    key: string,
    grows: boolean,
    law: (known: string | undefined, now: number) => readonly [T, Entry | undefined],
  ): Promise<T> {
    return keeper.transact([`k${key}`], grows, ([packed = ''], now) => {
      const known = readValue(packed, now)
      const [decision, entry] = law(known?.value, now)
      return { decision, entries: [entry ?? (known === undefined ? NOTHING : { packed, expiresAt: known.expiresAt })] }
    })
  }

  return checkedRegister({
    claim: (request) =>
      value<ClaimDecision>(request.key, true, (held, now) =>
        held === undefined ? [{ outcome: 'claimed' }, valueEntry(request, now)] : [{ outcome: 'held', value: held }, undefined],
      ),
    keep: (request) => value(request.key, true, (_, now) => [undefined, valueEntry(request, now)]),
    look: ({ key }) => value(key, false, (known) => [known, undefined]),
    drop: ({ key }) => keeper.transact([`k${key}`, `t${key}`], false, () => ({ decision: undefined, entries: [NOTHING, NOTHING] })),
    charge(request) {
      const { key, amount, windowSeconds } = request
      // What cannot leave a new record needs no room: whoever gives back or asks is not refused for want of it.
      const grows = amount > 0 || (amount < 0 && windowSeconds === undefined)
      return keeper.transact([`t${key}`], grows, ([packed = ''], now) => {
        const { decision, left } = charge(readTotal(packed, now), request, now)
        return { decision, entries: [left === undefined ? NOTHING : totalEntry(left)] }
      })
    },
  })
}

function valueEntry({ value, ttlSeconds }: KeepRequest, now: number): Entry {
  const expiresAt = now + ttlSeconds * 1000
  return { packed: JSON.stringify([value, expiresAt]), expiresAt }
}

function readValue(packed: string, now: number): { readonly value: string; readonly expiresAt: number } | undefined {
  if (packed === '') return undefined
  // Nothing but `valueEntry` writes here; keepers that share their place with others ask `isPackedValue` first.
  const [value, expiresAt] = JSON.parse(packed) as [string, number]
  return now < expiresAt ? { value, expiresAt } : undefined
}

function totalEntry({ total, endsAt }: Total): Entry {
  return { packed: JSON.stringify([total, endsAt]), expiresAt: endsAt === 0 ? NEVER : endsAt }
}

function readTotal(packed: string, now: number): Total | undefined {
  if (packed === '') return undefined
  // As above: `totalEntry` and `isPackedTotal`.
  const [total, endsAt] = JSON.parse(packed) as [number, number]
  return endsAt === 0 || now < endsAt ? { total, endsAt } : undefined
}
