/** Every way to reach a person. */
export const CHANNEL_NAMES = ['sms', 'call', 'whatsapp', 'email'] as const

/** `sms`, `call`, `whatsapp` or `email`. */
export type ChannelName = (typeof CHANNEL_NAMES)[number]

/** Everything a message says, before it is worded for its medium. */
export interface Wording {
  readonly code: string
  readonly intent: string
  /** Two letters, shown by the page too, so that a person with two messages knows which to read. */
  readonly reference: string
  /** Whole seconds until the code expires. */
  readonly ttlSeconds: number
  /** BCP 47 tag asked for, if any. */
  readonly locale: string | undefined
  /** ISO 3166-1 alpha-2 of the recipient's number, where it tells: people who ask for no language get that of most there. */
  readonly country?: string | undefined
  /** What is being approved, for intents bound to a transaction: checked, one-line values. */
  readonly context: Readonly<Record<string, string>> | undefined
  /** Name of the service, from `createOtp({ service })`. */
  readonly service: string
  /** Host for the origin-bound last line of an SMS, from `createOtp({ host })`. */
  readonly host: string | undefined
  /**
   * An authenticated caller's own text, with `{code}` in it at least once; every `{code}` stands for the code, every other brace for itself. At most 1224
   * characters with the code in them, no control characters but the line feed. A channel throws `ERR_OTP_OPTION` for any other. It takes the place of all
   * wording, an SMS gets no last lines, and a template that a vendor has approved stays as it is.
   */
  readonly text?: string | undefined
  /**
   * The voice that an authenticated caller wishes for a call: its language, BCP 47, spoken where the channel has a voice for it, and its gender.
   * Default: as the channel is configured.
   */
  readonly voice?: { readonly language?: string | undefined; readonly gender?: 'female' | 'male' | undefined } | undefined
}

/** What a voice call says, in plain words; a transport escapes them for its vendor's markup. */
export interface Speech {
  /** BCP 47 tag of a voice, e.g. `en-GB`. */
  readonly language: string
  readonly gender: 'female' | 'male'
  /** Asks for a key press, e.g. "Press any key to hear your code". With `requireKeypress` nothing else is said before one (T33). */
  readonly prompt: string
  readonly requireKeypress: boolean
  /** Said before the code. */
  readonly before: string
  /** The code, one word for each character, to be spoken one by one and slowly. */
  readonly spelled: readonly string[]
  /** Said after the code. */
  readonly after: string
  /** How often the code is spoken. */
  readonly times: number
}

/** A message that the vendor words from a template it has approved, such as a WhatsApp authentication template. */
export interface Template {
  readonly name: string
  /** The vendor's language code, e.g. `en_US`. */
  readonly language: string
}

/** What a transport receives. */
export interface Message {
  readonly channel: ChannelName
  /** Canonical address. */
  readonly to: string
  readonly code: string
  /** The whole text, code included. */
  readonly text: string
  /** Subject line, for e-mail. */
  readonly subject?: string | undefined
  /** HTML alternative, for e-mail. */
  readonly html?: string | undefined
  /** For calls. */
  readonly speech?: Speech | undefined
  /** For vendors that word messages from templates; the code is its parameter. */
  readonly template?: Template | undefined
  readonly intent: string
  readonly reference: string
  /** Sender that an authenticated caller wishes for an SMS, in place of the transport's own: 3 to 11 letters or digits. No other channel has one. */
  readonly sender?: string | undefined
  /** Challenge id: the same for each try to deliver this code, fit as an idempotency key with `reference`. */
  readonly challengeId: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** A message as its medium wants it. */
export interface Worded extends Pick<Message, 'text' | 'subject' | 'html' | 'speech' | 'template'> {
  /** SMS segments; 1 elsewhere. */
  readonly parts: number
}
