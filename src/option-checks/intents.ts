import { ALPHABET_NAMES } from '../core/alphabet.js'
import type { IntentOptions } from '../core/intents.js'
import { type Check, callback, checkOptions, flag, integer, list, oneOf, optionError, text } from '../options.js'
import { CHANNEL_NAMES } from '../ports/message.js'

const INTENT_NAME = /^[a-z0-9_-]{1,36}$/
const FIELD_NAME = /^[a-z][a-zA-Z0-9_]{0,31}$/

const INTENT: Readonly<Record<keyof IntentOptions, Check>> = {
  channels: list(oneOf(...CHANNEL_NAMES), 1, CHANNEL_NAMES.length),
  codeLength: integer(6, 10),
  alphabet: oneOf(...ALPHABET_NAMES),
  ttlSeconds: integer(30, 600),
  maxAttempts: integer(1, 10),
  mode: oneOf('any', 'all'),
  fallback: flag,
  resend: oneOf('replace', 'keep'),
  allowOtherBrowser: flag,
  grantSeconds: integer(10, 600),
  stepUp: flag,
  secondFactor: flag,
  rememberDeviceSeconds: integer(3600, 2_592_000),
  recipient: callback,
  recipients: oneOf('anyone', 'known-only'),
  context: list(text(1, 32, FIELD_NAME, 'a field name'), 0, 8),
  userBound: flag,
}

/** What the options of intents are judged by, beside themselves. */
interface Surroundings {
  readonly intents?: Readonly<Record<string, IntentOptions>> | undefined
  readonly delivery?: 'await' | 'background' | undefined
}

/** Refuses intents that are unknown, wrong, or at odds with the channels or the delivery. `names` are the channels configured. */
export function checkIntents(options: Surroundings, names: readonly string[]): void {
  const intents = Object.entries(options.intents ?? {})
  if (options.intents !== undefined && intents.length === 0)
    throw optionError('createOtp', 'option "intents" is empty; it must name at least one')
  for (const [name, intent] of intents) {
    if (!INTENT_NAME.test(name)) throw optionError('createOtp', `intent ${JSON.stringify(name)} must be 1 to 36 characters of a-z 0-9 _ -`)
    checkOptions(`createOtp intent "${name}"`, intent, INTENT)
    if (new Set(intent.channels).size !== (intent.channels?.length ?? 0))
      throw optionError(`createOtp intent "${name}"`, 'option "channels" has one channel twice')
    const missing = intent.channels?.find((channel) => !names.includes(channel))
    if (missing !== undefined)
      throw optionError(`createOtp intent "${name}"`, `option "channels" names "${missing}", which is not configured`)
    if (intent.fallback === true && options.delivery === 'background') {
      throw optionError(
        `createOtp intent "${name}"`,
        'option "fallback" needs `delivery: "await"`: in the background nobody learns which channel to use next',
      )
    }
    const isOwn = intent.stepUp === true || intent.secondFactor === true
    if (intent.stepUp === true && intent.secondFactor === true)
      throw optionError(`createOtp intent "${name}"`, 'options "stepUp" and "secondFactor" exclude each other')
    if (isOwn && intent.recipient === undefined) {
      const option = intent.stepUp === true ? 'stepUp' : 'secondFactor'
      throw optionError(`createOtp intent "${name}"`, `option "recipient" is missing; with "${option}" the address comes from your records`)
    }
    if (!isOwn && intent.recipient !== undefined) {
      throw optionError(`createOtp intent "${name}"`, 'option "recipient" goes with "stepUp: true" or "secondFactor: true" only')
    }
    // Whoever asked for a code would wait for somebody else to log them in.
    if (intent.allowOtherBrowser === true && (name === 'login' || intent.secondFactor === true))
      throw optionError(`createOtp intent "${name}"`, 'option "allowOtherBrowser" is not for logins')
    // Elsewhere the cookie would be the only factor, or stand in for a fresh proof.
    if (intent.secondFactor !== true && intent.rememberDeviceSeconds !== undefined)
      throw optionError(`createOtp intent "${name}"`, 'option "rememberDeviceSeconds" goes with "secondFactor: true" only')
    // Of another browser no earlier cookie is known that could be compared (T17).
    const looking = intent.secondFactor === true ? 'secondFactor' : intent.allowOtherBrowser === true ? 'allowOtherBrowser' : undefined
    if (looking !== undefined && intent.userBound === false)
      throw optionError(`createOtp intent "${name}"`, `option "userBound" must not be false with "${looking}"`)
  }
}
