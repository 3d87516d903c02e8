import type { Intent } from '../core/intents.js'
import type { Otp } from '../core/otp.js'
import { type Check, callback, checkOptions, flag, integer, list, optionError, required, text } from '../options.js'
import type { RequireOtpOptions } from './require-otp.js'

/** Every option decided. */
export interface GuardSettings extends Pick<RequireOtpOptions, 'context' | 'currentUser' | 'loginPage' | 'returnTo'> {
  /** In order, each once. */
  readonly intents: readonly Intent[]
  readonly maxAgeSeconds: number
  readonly once: boolean
}

const NAME = text(1, 36)
const NAMES = list(NAME, 1, 8)
const INTENT: Check = {
  allowed: 'the name of an intent, or an array of 1 to 8',
  accepts: (value) => NAME.accepts(value) || NAMES.accepts(value),
}
const PAGE = text(1, 200, /^\/(?!\/)[\w./?=&%-]*$/, 'a path of this site, e.g. "/login"')

/** Checks and completes the options of `requireOtp`. */
export function completeGuardOptions(otp: Otp, options: RequireOtpOptions): GuardSettings {
  checkOptions('requireOtp', options, {
    intent: required(INTENT),
    maxAgeSeconds: integer(1, 600),
    once: flag,
    context: callback,
    loginPage: PAGE,
    returnTo: PAGE,
    currentUser: callback,
  })
  const { context, currentUser, loginPage, once = true, returnTo } = options
  const names = typeof options.intent === 'string' ? [options.intent] : options.intent
  const intents = [...new Set(names)].map((name) => {
    const intent = otp.intents.get(name)
    if (intent === undefined)
      throw optionError('requireOtp', `option "intent" names ${JSON.stringify(name)}, which createOtp does not know`)
    if (intent.secondFactor) throw optionError('requireOtp', `option "intent" names "${name}", whose code logs in and leaves no proof`)
    const { grantSeconds } = intent
    // A proof that is gone by then would be asked for again, without anybody seeing why.
    if (options.maxAgeSeconds !== undefined && options.maxAgeSeconds > grantSeconds) {
      const { maxAgeSeconds } = options
      throw optionError(
        'requireOtp',
        `option "maxAgeSeconds" is ${maxAgeSeconds}, but a proof for the intent "${name}" lives ${grantSeconds} s, its "grantSeconds"`,
      )
    }
    return intent
  })
  const bound = intents.find((intent) => intent.context.length > 0)
  if (bound !== undefined && context === undefined) {
    throw optionError('requireOtp', `option "context" is missing; the intent "${bound.name}" is bound to ${bound.context.join(', ')}`)
  }
  if (bound === undefined && context !== undefined) {
    throw optionError(
      'requireOtp',
      `option "context" is given, but the intent ${names.map((name) => `"${name}"`).join(', ')} is bound to none`,
    )
  }
  if (returnTo !== undefined && loginPage === undefined) throw optionError('requireOtp', 'option "returnTo" goes with "loginPage" only')
  const maxAgeSeconds = options.maxAgeSeconds ?? Math.min(...intents.map(({ grantSeconds }) => grantSeconds))
  return { context, currentUser, intents, loginPage, maxAgeSeconds, once, returnTo }
}
