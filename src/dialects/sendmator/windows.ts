import type { Refused, Sent } from '../../core/results.js'
import type { Notebook } from '../../core/service/service.js'
import { addressBlock } from '../../util/address-block.js'

/** How many sends fit into which window. */
export interface SendLimits {
  readonly sendsPer5Minutes: number
  /** 0 for as many as there are. */
  readonly sendsPerHourPerAddress: number
}

/** Where a caller stands in one window. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  /** Epoch milliseconds. */
  readonly resetAt: number
}

/** The vendor's own limits: sends for one recipient, and sends of one calling host. */
export interface Windows {
  /**
   * Sends to these recipients, with a place in every window that this falls into: `rate_limited` where one is full. Only what may have gone out keeps its places, so
   * that nobody uses up the windows of others with sends that are refused.
   */
  around(recipients: readonly string[], send: () => Promise<Sent | Refused>): Promise<Sent | Refused>
  /** Where the caller stands: in the fullest window of the recipients of this request, where it named any, else in that of its address. */
  standing(): Promise<Standing>
  /** Names the recipients of a request that is no send. */
  about(recipients: readonly string[]): void
}

const RECIPIENT_SECONDS = 300
const ADDRESS_SECONDS = 3600

interface Window {
  readonly name: readonly string[]
  readonly limit: number
  readonly seconds: number
}

/** A place that was asked for. */
interface Counted {
  readonly window: Window
  readonly standing: Standing
  /** Seconds to wait, where there was none. */
  readonly retryAfter?: number
}

/** The windows of one request. */
export function windowsOf(notebook: Notebook, now: () => number, limits: SendLimits, ip: string | undefined): Windows {
  const block = addressBlock(ip)
  const ofAddress: Window = { name: ['address', block], limit: limits.sendsPerHourPerAddress, seconds: ADDRESS_SECONDS }
  const isAddressCounted = ofAddress.limit > 0 && block !== ''
  let known: readonly string[] = []
  let counted: Standing | undefined

  const ofRecipient = (address: string): Window => ({
    // Capitals do not make another mailbox of it.
    name: ['recipient', address.toLowerCase()],
    limit: limits.sendsPer5Minutes,
    seconds: RECIPIENT_SECONDS,
  })
  const stand = ({ limit, seconds }: Window, used: number, endsAt: number): Standing => ({
    limit,
    remaining: Math.max(0, limit - used),
    resetAt: endsAt > now() ? endsAt : now() + seconds * 1000,
  })
  async function count(window: Window): Promise<Counted> {
    const { endsAt, ok, retryAfter, used } = await notebook.count(window.name, window.limit, window.seconds)
    const standing = stand(window, ok ? used : window.limit, endsAt)
    return ok ? { window, standing } : { window, standing: { ...standing, resetAt: now() + retryAfter * 1000 }, retryAfter }
  }
  /** Those of the recipients before that of the host: a person who asks again and again takes nothing from the others behind it. */
  async function takeAll(recipients: readonly string[]): Promise<readonly Counted[]> {
    const taken = await Promise.all([...new Set(recipients)].map((address) => count(ofRecipient(address))))
    return isAddressCounted && taken.every(isTaken) ? [...taken, await count(ofAddress)] : taken
  }
  async function giveBack(places: readonly Counted[]): Promise<void> {
    await Promise.all(places.filter(isTaken).map(({ window }) => notebook.giveBack(window.name, window.seconds)))
  }
  async function look(window: Window): Promise<Standing> {
    const { endsAt, used } = await notebook.counted(window.name)
    return stand(window, used, endsAt)
  }

  return {
    about(recipients) {
      known = recipients
    },
    async around(recipients, send) {
      known = recipients
      const places = await takeAll(recipients)
      const waits = places.flatMap(({ retryAfter }) => retryAfter ?? [])
      const telling = places.filter((place) => (waits.length > 0 ? !isTaken(place) : place.window !== ofAddress))
      counted = fullest(telling.map(({ standing }) => standing))
      if (waits.length > 0) {
        await giveBack(places)
        return { ok: false, reason: 'rate_limited', retryAfter: Math.max(...waits) }
      }
      const outcome = await send()
      if (!outcome.ok && outcome.reason !== 'delivery_failed') {
        await giveBack(places)
        counted &&= { ...counted, remaining: counted.remaining + 1 }
      }
      return outcome
    },
    async standing() {
      if (counted !== undefined) return counted
      const looked = await Promise.all([...new Set(known)].map((address) => look(ofRecipient(address))))
      return fullest(looked) ?? (isAddressCounted ? await look(ofAddress) : untouched(limits, now()))
    },
  }
}

/** Where whoever has not sent anything stands. */
export function untouched({ sendsPer5Minutes, sendsPerHourPerAddress }: SendLimits, now: number): Standing {
  const isAddressCounted = sendsPerHourPerAddress > 0
  const limit = isAddressCounted ? sendsPerHourPerAddress : sendsPer5Minutes
  return { limit, remaining: limit, resetAt: now + (isAddressCounted ? ADDRESS_SECONDS : RECIPIENT_SECONDS) * 1000 }
}

/** The headers that every answer of the vendor has; `X-RateLimit-Reset` in Unix seconds. */
export function rateHeaders({ limit, remaining, resetAt }: Standing): Readonly<Record<string, string>> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(resetAt / 1000)),
  }
}

function isTaken({ retryAfter }: Counted): boolean {
  return retryAfter === undefined
}

function fullest(standings: readonly Standing[]): Standing | undefined {
  return standings.reduce<Standing | undefined>(
    (least, standing) => (least === undefined || standing.remaining < least.remaining ? standing : least),
    undefined,
  )
}
