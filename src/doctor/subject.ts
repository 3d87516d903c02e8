import type { Intent } from '../core/intents.js'
import type { Channel } from '../ports/channel.js'
import type { StoreKind } from '../stores/store-facts.js'
import type { RuleName } from './rules.js'

/** An object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>

/** Flags of the session cookie; `auto` follows the connection. */
export interface CookieFacts {
  readonly secure: unknown
  readonly httpOnly: unknown
  readonly sameSite: unknown
}

/** What was found out about a Redis server. */
export interface RedisFacts {
  readonly reachable: boolean
  /** Lines of `INFO`. */
  readonly info: ReadonlyMap<string, string>
  /** The setting `save`; `undefined` where the server does not tell. */
  readonly save: string | undefined
  /** How it is reached; `undefined` where the client does not tell. */
  readonly link: { readonly loopback: boolean; readonly tls: boolean } | undefined
}

/** All that the checks look at: gathered once, and never printed as it is. */
export interface Subject {
  readonly production: boolean
  /** A variable of the environment by which a platform with a proxy in front is known. */
  readonly platform: string | undefined
  /** Text of the file with the options. */
  readonly source: string
  readonly options: Fields
  readonly router: Fields
  /** Options of express-session, `undefined` where they were not exported. */
  readonly session: Fields | undefined
  readonly keys: readonly Fields[]
  /** What was refused at start, in the words of the error. */
  readonly refusals: readonly string[]
  /** Options that were accepted, complete; empty where `createOtp` refused them. */
  readonly intents: readonly Intent[]
  readonly channels: readonly Channel[]
  /** Options beginning with `dangerously` that are true, with their factory. */
  readonly dangerous: readonly string[]
  readonly store: StoreKind | 'own' | 'none'
  /** Name of the class of the session store. */
  readonly sessionStore: string | undefined
  readonly cookie: CookieFacts | undefined
  /** The Express app, where one was given. */
  readonly app: { readonly trustProxy: unknown; readonly hasSession: boolean } | undefined
  readonly redis: RedisFacts | undefined
  readonly node: string
  readonly today: Date
  readonly packages: readonly Package[]
}

/** A package that this one works with. */
export interface Package {
  readonly name: string
  readonly range: string
  readonly required: boolean
  /** `undefined` where it is not installed. */
  readonly version: string | undefined
}

/** What one rule came to. */
export interface Finding {
  readonly rule: RuleName
  /** What is wrong: no secret, no address. `undefined` where all is well. */
  readonly found: string | undefined
}

/** Says what a rule came to: `found` where it is a text, all well otherwise. */
export function finding(rule: RuleName, found: string | false | undefined): Finding {
  return { rule, found: found === false ? undefined : found }
}

/** The value as an object whose fields may be asked for; an empty one for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** One text or a list of them, as a list. */
export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')
}

/** The names as a list to read, `undefined` for none. */
export function named(text: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `${text}: ${names.join(', ')}`
}
