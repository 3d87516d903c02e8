import type { ChannelName } from '../ports/message.js'
import type { Alphabet, AlphabetName } from './alphabet.js'

/** What an intent's `recipient` callback is told. */
export interface RecipientQuestion {
  readonly intent: string
  /** The id of the user who is signed in, or with `secondFactor` of the one who has the first factor behind them. */
  readonly userId: string
}

/** Who is sent codes: anybody, or those whom the application knows. */
export type RecipientRule = 'anyone' | 'known-only'

/** An address, one for each of several channels, or none. */
export type OwnAddress = string | Readonly<Partial<Record<ChannelName, string>>> | undefined

/**
 * What a code is good for, and how it is asked for. Every figure has a ceiling that comes from NIST SP 800-63B-4 section 3.1.3.2 or OWASP ASVS 6.5/6.6;
 * going above it is an error at start.
 */
export interface IntentOptions {
  /** Channels that this intent may use, in the order in which `auto` tries them. @default every configured channel, in order */
  readonly channels?: readonly ChannelName[] | undefined
  /** Characters of a code, 6 to 10. @default 6, with the preset `strict` 8 */
  readonly codeLength?: number | undefined
  /** What codes are made of: `digits`, or capital `letters` or `alphanumeric` without look-alikes. Phones fill in digits best. @default 'digits' */
  readonly alphabet?: AlphabetName | undefined
  /** Seconds that a code lives, 30 to 600. @default 300 */
  readonly ttlSeconds?: number | undefined
  /** Guesses for one challenge, 1 to 10. @default 5, with the preset `strict` 3 */
  readonly maxAttempts?: number | undefined
  /** Where several channels are asked for at once: whether one right code is enough, or each has to be proved (T68). @default 'any' */
  readonly mode?: 'any' | 'all' | undefined
  /**
   * With channel `auto`: true goes on to the intent's next channel that fits the address when every transport of one has definitely refused. Never
   * where the person chose a channel (T33). @default false
   */
  readonly fallback?: boolean | undefined
  /** Whether a resend ends the old code (`replace`) or leaves the newest two valid under one count (`keep`). @default 'replace' */
  readonly resend?: 'replace' | 'keep' | undefined
  /**
   * Lets the code be typed in another browser than the one that asked for it, which then names the challenge: `{ "id", "code" }` to `/otp/verify`. The proof belongs to the
   * browser in which it was typed. Not for the intent `login`, nor with `secondFactor` (T16). @default false
   */
  readonly allowOtherBrowser?: boolean | undefined
  /** Seconds that a grant lives, 10 to 600. @default 300 */
  readonly grantSeconds?: number | undefined
  /**
   * For steps of a signed-in user. The recipient then comes from `recipient`, never from the request (T18).
   * @default false
   */
  readonly stepUp?: boolean | undefined
  /**
   * For the code after a password: it is for whom `beginSecondFactor` named, who is not signed in yet, goes to the address of `recipient`, and logs in. Not
   * together with `stepUp`. @default false
   */
  readonly secondFactor?: boolean | undefined
  /**
   * For `secondFactor`: how long a browser, once it has given the right code, may be let in by the first factor alone, where the person asked for that. 3600 to
   * 2592000 seconds; see `isRemembered`. @default never
   */
  readonly rememberDeviceSeconds?: number | undefined
  /**
   * The user's own address, from the application's records, or one for each channel to be used at once. Required with `stepUp` and with
   * `secondFactor`, refused without.
   */
  readonly recipient?: ((question: RecipientQuestion) => OwnAddress | Promise<OwnAddress>) | undefined
  /**
   * `known-only`: an answer never tells whether somebody is known. The message goes to those whom `findRecipient` knows, everybody else gets a decoy (T31). Not for `stepUp` and
   * `secondFactor`, where the address is the user's own. @default that of `createOtp`
   */
  readonly recipients?: RecipientRule | undefined
  /**
   * Names of the context fields that a challenge is bound to, e.g. `['amount', 'payee']` (T15; PSD2 RTS article 5). Each is a text of at most 40 characters that the
   * message shows, or a number, which is its shortest text: 12.5 is "12.5", and "12.50" is another amount. Compared letter by letter after Unicode's
   * normalization (NFC), in any order of the fields: dates, currencies and blanks are to be written the same way each time. @default []
   */
  readonly context?: readonly string[] | undefined
  /**
   * How a router ahead of the session sees that nobody came or went between send and verify (T17): true loads the session for each request, false
   * compares the session's cookie once the code was right. Behind the session it always looks at the user, and this changes nothing.
   * Must be true with `secondFactor` and `allowOtherBrowser`. @default true, except for `login` and `signup`
   */
  readonly userBound?: boolean | undefined
}

/** An intent with every option decided. */
export interface Intent {
  readonly name: string
  readonly channels: readonly ChannelName[]
  readonly codeLength: number
  readonly alphabet: Alphabet
  readonly ttlSeconds: number
  readonly maxAttempts: number
  readonly mode: 'any' | 'all'
  readonly fallback: boolean
  readonly resend: 'replace' | 'keep'
  readonly allowOtherBrowser: boolean
  readonly grantSeconds: number
  /** True where the address comes from `recipient`: also with `secondFactor`. */
  readonly stepUp: boolean
  readonly secondFactor: boolean
  readonly rememberDeviceSeconds: number | undefined
  readonly recipient: IntentOptions['recipient']
  readonly recipients: RecipientRule
  readonly context: readonly string[]
  readonly userBound: boolean
}

/** Defaults of {@link IntentOptions}. */
export const INTENT_DEFAULTS: Required<
  Pick<
    Intent,
    | 'codeLength'
    | 'alphabet'
    | 'ttlSeconds'
    | 'maxAttempts'
    | 'mode'
    | 'fallback'
    | 'resend'
    | 'allowOtherBrowser'
    | 'grantSeconds'
    | 'stepUp'
    | 'secondFactor'
    | 'recipients'
    | 'context'
  >
> = {
  codeLength: 6,
  alphabet: 'digits',
  ttlSeconds: 300,
  maxAttempts: 5,
  mode: 'any',
  fallback: false,
  resend: 'replace',
  allowOtherBrowser: false,
  grantSeconds: 300,
  stepUp: false,
  secondFactor: false,
  recipients: 'anyone',
  context: [],
}

/** Intents of people who are not signed in yet. */
const ANONYMOUS_INTENTS: readonly string[] = ['login', 'signup']

/** An intent with its defaults; a preset and `createOtp` bring `figures` of their own. */
export function completeIntent(
  name: string,
  options: IntentOptions,
  channels: readonly ChannelName[],
  figures: Pick<Intent, 'codeLength' | 'maxAttempts' | 'recipients'>,
): Intent {
  const secondFactor = options.secondFactor ?? INTENT_DEFAULTS.secondFactor
  const stepUp = secondFactor || (options.stepUp ?? INTENT_DEFAULTS.stepUp)
  return {
    name,
    channels: options.channels ?? channels,
    codeLength: options.codeLength ?? figures.codeLength,
    alphabet: options.alphabet ?? INTENT_DEFAULTS.alphabet,
    ttlSeconds: options.ttlSeconds ?? INTENT_DEFAULTS.ttlSeconds,
    maxAttempts: options.maxAttempts ?? figures.maxAttempts,
    mode: options.mode ?? INTENT_DEFAULTS.mode,
    fallback: options.fallback ?? INTENT_DEFAULTS.fallback,
    resend: options.resend ?? INTENT_DEFAULTS.resend,
    allowOtherBrowser: options.allowOtherBrowser ?? INTENT_DEFAULTS.allowOtherBrowser,
    grantSeconds: options.grantSeconds ?? INTENT_DEFAULTS.grantSeconds,
    stepUp,
    secondFactor,
    rememberDeviceSeconds: options.rememberDeviceSeconds,
    recipient: options.recipient,
    recipients: stepUp ? 'anyone' : (options.recipients ?? figures.recipients),
    context: options.context ?? INTENT_DEFAULTS.context,
    userBound: options.userBound ?? (secondFactor || options.allowOtherBrowser === true || !ANONYMOUS_INTENTS.includes(name)),
  }
}
