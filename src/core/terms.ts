import type { ChannelName } from '../ports/message.js'
import type { Alphabet } from './code.js'
import type { Engine } from './engine.js'
import { completeIntent, type Intent } from './intents.js'

/**
 * What a caller with a key decides about one challenge, within its rights; no other door has any (D6). What is not given is as the intent has it.
 */
export interface Terms {
  /** 4 to 32. */
  readonly codeLength?: number | undefined
  readonly alphabet?: Alphabet | undefined
  /** The caller's own code. */
  readonly code?: string | undefined
  readonly ttlSeconds?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly mode?: 'any' | 'all' | undefined
  /** Failures of the recipient in 24 h that this challenge bears. */
  readonly failuresPerDay?: number | undefined
  /** Whether the age of the code is judged when it is verified. */
  readonly isAging?: boolean | undefined
  /** The caller's own text; `{code}` stands for the code, `{hh:mm:ss}` for the time at which it expires. A text without `{code}` gets the code at its end. */
  readonly text?: string | undefined
  /** IANA zone of that time. @default 'UTC' */
  readonly timeZone?: string | undefined
  /** Sender of an SMS, 3 to 11 letters or digits. */
  readonly sender?: string | undefined
  readonly voice?: { readonly language?: string | undefined; readonly gender?: 'female' | 'male' | undefined } | undefined
  /** The caller's own notes; come back with the success. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Delivers nothing and answers with the codes. */
  readonly sandbox?: boolean | undefined
  /** Channels that the key may use. */
  readonly channels?: readonly ChannelName[] | undefined
}

/** Any name that a caller with a key gives its purposes; messages may say it, so that it holds nothing that bends their text (T41). */
const ANY_NAME = /^[^\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]{0,36}$/u

/** The intent as it is configured; for a caller with a key any name, on its terms. */
export function intentFor(engine: Engine, name: string | undefined, terms: Terms | undefined): Intent | undefined {
  const configured = engine.intents.get(name ?? 'login')
  if (terms === undefined) return configured
  const asked = name ?? 'login'
  if (!ANY_NAME.test(asked)) return undefined
  const base = configured ?? completeIntent(asked, {}, [...engine.channels.keys()], engine.preset)
  return {
    ...base,
    channels: terms.channels === undefined ? base.channels : base.channels.filter((channel) => terms.channels?.includes(channel)),
    codeLength: terms.code?.length ?? terms.codeLength ?? base.codeLength,
    alphabet: terms.alphabet ?? base.alphabet,
    ttlSeconds: terms.ttlSeconds ?? base.ttlSeconds,
    maxAttempts: terms.maxAttempts ?? base.maxAttempts,
    mode: terms.mode ?? base.mode,
  }
}
