import type { Engine } from './engine.js'
import { completeIntent, type Intent } from './intents.js'
import type { Terms } from './terms.js'

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
