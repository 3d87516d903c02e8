/** What became of a message, as its vendor reports it. */
export interface Receipt {
  /** The vendor's message id, as the transport returned it. */
  readonly id: string
  /** `sent`: on its way. `delivered` and `failed` are final: of several reports on one message the first final one counts. */
  readonly status: 'sent' | 'delivered' | 'failed'
  /** The vendor's own code, at most 40 characters of `[A-Za-z0-9_.-]`. */
  readonly errorCode?: string | undefined
}

/** A vendor's request, as it came: nothing parsed, nothing decoded. */
export interface ReceiptRequest {
  readonly method: string
  /** Absolute as the vendor called it, or path and query where the parser was told its own address. */
  readonly url: string
  /** With lower-case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Every byte of the body: signatures are over these. */
  readonly rawBody: Uint8Array
}

/** What the vendor wants to hear. */
export interface ReceiptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * What a request came to. With `answer`, say that; without, any 2xx with an empty body. `forged`: the signature is missing or wrong
 * (say 403). `malformed`: not a request of this vendor (say 400).
 */
export type ReceiptOutcome =
  | { readonly ok: true; readonly receipts: readonly Receipt[]; readonly answer?: ReceiptAnswer | undefined }
  | { readonly ok: false; readonly reason: 'forged' | 'malformed' }

/** Reads one vendor's reports. Pure: the same request gives the same outcome, except for what expires. Never throws. */
export interface ReceiptParser {
  /** The transport whose ids these are. */
  readonly name: string
  parse(request: ReceiptRequest): ReceiptOutcome
}
