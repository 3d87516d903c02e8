/** The six ways in. */
export const DOOR_NAMES = ['session', 'passport', 'native', 'unimatrix', 'octopush', 'sendmator'] as const
export type DoorName = (typeof DOOR_NAMES)[number]

/** Those that want a key. */
export const SERVICE_DOORS = ['native', 'unimatrix', 'octopush', 'sendmator'] as const

/**
 * What an answer means, whichever envelope it came in; a wrong code with what is left. A wrong code that leaves nothing is the end of its
 * challenge. `NO` where a vendor has one word for a wrong code, one that never was, and one that is used up.
 */
export type Outcome = 'SENT' | 'VERIFIED' | 'SHAPE' | `WRONG ${number}` | 'GONE' | 'EXHAUSTED' | 'LIMITED' | 'NO'

export type TenantName = 'shop' | 'bank'

/** Somebody at a door: a browser, or a backend that keeps what an answer named. */
export interface Client {
  send(to: string): Promise<Outcome>
  /** Another code: by the door's own resend, or by a further send where it has none. */
  resend(): Promise<Outcome>
  verify(code: unknown): Promise<Outcome>
  /** With the same cookies, or the same id, as they are now; at a service door under the key of another tenant where one is named. */
  copy(tenant?: TenantName): Client
}

export interface Door {
  readonly name: DoorName
  /** A fresh client; with `knows`, one that knows a recipient and has asked for nothing. */
  client(about?: { readonly tenant?: TenantName; readonly knows?: string }): Client
}

/** An account of the service doors. That of the shop shares its counters with the browser's doors. */
export interface Account {
  readonly id: string
  readonly secret: string
  readonly login: string
}

export const ACCOUNTS: Readonly<Record<TenantName, Account>> = {
  shop: { id: 'shop', secret: 'sk_live_shop-0123456789abcdef', login: 'shop@example.org' },
  bank: { id: 'bank', secret: 'sk_live_bank-0123456789abcdef', login: 'bank@example.org' },
}

export interface Asked {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

export interface Heard {
  readonly status: number
  readonly headers: Headers
  // Adapters look into answers freely, and take nothing that they do not know.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

/** Asks one of the copies of the app. */
export type Ask = (asked: Asked) => Promise<Heard>

/** A wrong code with what is left, or the end of the challenge. */
export function wrongWith(left: unknown): Outcome {
  if (typeof left !== 'number' || !Number.isInteger(left) || left < 0) throw new Error(`a wrong code leaves ${String(left)}`)
  return left === 0 ? 'EXHAUSTED' : `WRONG ${left}`
}

/** Says when to come back, as all doors must. */
export function limited(heard: Heard): Outcome {
  const wait = heard.headers.get('retry-after') ?? ''
  if (heard.status !== 429 || !/^[1-9][0-9]*$/.test(wait)) throw unheard(heard)
  return 'LIMITED'
}

export function unheard({ body, status }: Heard): Error {
  return new Error(`an answer of no class: ${status} ${JSON.stringify(body)}`)
}
