import { createOtp } from 'express-otp'
import { emailChannel } from 'express-otp/channels/email'
import { smsChannel } from 'express-otp/channels/sms'
import type { testClock } from 'express-otp/testing'
import { wrongCode } from '../speed/people.js'

/** Where the crowd's codes are pending. */
export interface CrowdOptions {
  readonly store: Parameters<typeof createOtp>[0]['store']
  readonly clock: ReturnType<typeof testClock>
  readonly channel: 'email' | 'sms'
  /** Most that are pending at once. */
  readonly most: number
}

/** What a crowd does. */
export type Verb = 'issue' | 'wrong' | 'resend' | 'right'

/** People in numbered places, each with a code pending; it is kept outside the heap who they are. */
export interface Crowd {
  /** Lets each of these places do the same, at once. `issue` puts somebody new there. */
  all(verb: Verb, places: readonly number[]): Promise<void>
}

/** A recipient's key and a random end. */
const ID_LENGTH = 38
const CODE_LENGTH = 6
/** Requests that one address sends for: fewer than any limit. */
const PEOPLE_AT_ONE_ADDRESS = 4

/** Calls the use cases themselves, as every door does. Throws at any outcome that is not expected. */
export function gather({ channel, clock, most, store }: CrowdOptions): Crowd {
  const ids = Buffer.alloc(most * ID_LENGTH)
  const codes = Buffer.alloc(most * CODE_LENGTH)
  const people = new Uint32Array(most)
  const waiting = new Map<string, number>()
  let count = 0
  const transport = {
    name: 'bench',
    async deliver({ code, to }: { readonly code: string; readonly to: string }) {
      codes.write(code, (waiting.get(to) ?? 0) * CODE_LENGTH, 'latin1')
      return {}
    },
  }
  const channels = [channel === 'email' ? emailChannel({ transport }) : smsChannel({ transport, countries: ['US'] })]
  // As many as there are numbers: the budgets shall be counted, not refuse.
  const guard = { floorPerHour: 1_000_000, blockFloorPerHour: 1_000_000, paidPerHour: 1_000_000 }
  const otp = createOtp({ secret: 'a secret for a bench and nothing else', channels, store, clock, guard })

  const addressOf = (person: number): string =>
    channel === 'email' ? `person-${String(person).padStart(7, '0')}@example.org` : `+1206${2_000_000 + (person % 7_900_000)}`
  const callerOf = (person: number): { readonly tenant: string; readonly userId: string; readonly ip: string } => {
    const place = Math.floor(person / PEOPLE_AT_ONE_ADDRESS)
    return { tenant: '', userId: '', ip: `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}` }
  }
  const text = (from: Buffer, length: number, place: number): string => from.toString('latin1', place * length, (place + 1) * length)
  const expect = ({ ok, reason }: { readonly ok: boolean; readonly reason?: string }, verb: Verb, wanted?: string): void => {
    if (reason !== wanted || ok !== (wanted === undefined)) throw new Error(`${verb} ended with ${reason ?? 'ok'}`)
  }

  async function issue(place: number): Promise<void> {
    const person = count++
    people[place] = person
    const to = addressOf(person)
    waiting.set(to, place)
    expect(await otp.send({ ...callerOf(person), to, hold: async ({ id }) => void ids.write(id, place * ID_LENGTH, 'latin1') }), 'issue')
    waiting.delete(to)
  }

  async function resend(place: number): Promise<void> {
    const person = people[place] ?? 0
    const to = addressOf(person)
    waiting.set(to, place)
    expect(await otp.resend({ ...callerOf(person), current: text(ids, ID_LENGTH, place), hold: async () => undefined }), 'resend')
    waiting.delete(to)
  }

  async function verify(place: number, verb: 'wrong' | 'right'): Promise<void> {
    const right = text(codes, CODE_LENGTH, place)
    const code = verb === 'right' ? right : wrongCode(right)
    const id = text(ids, ID_LENGTH, place)
    const outcome = await otp.verify({ ...callerOf(people[place] ?? 0), id, code, leaveGrant: false })
    expect(outcome, verb, verb === 'right' ? undefined : 'invalid_code')
  }

  const one: Readonly<Record<Verb, (place: number) => Promise<void>>> = {
    issue,
    resend,
    wrong: (place) => verify(place, 'wrong'),
    right: (place) => verify(place, 'right'),
  }
  return {
    async all(verb, places) {
      await Promise.all(places.map(one[verb]))
    },
  }
}
