import type { Request, RequestHandler, Response } from 'express'
import type { Otp } from '../core/otp.js'
import { OtpError } from '../errors.js'
import { checkOptions, having, list, optionError, required, text } from '../options.js'
import type { ReceiptAnswer, ReceiptParser } from '../ports/receipt.js'
import { collectBody } from '../session/collect-body.js'

/** Options of {@link receiptRouter}. */
export interface ReceiptRouterOptions {
  /** One for each vendor, e.g. `twilioReceipts({ ... })`. Each gets the path of its name: `/otp/receipts/twilio`. */
  readonly parsers: readonly ReceiptParser[]
  /** Where they hang, relative to the mount. @default '/otp/receipts' */
  readonly path?: string | undefined
}

/** A report is a few hundred bytes; Meta sends several at once. */
const MAX_BODY_BYTES = 64 * 1024

/**
 * Mounts one path for each vendor's signed reports on messages, ahead of every body parser, because signatures are over the bytes. What it reads becomes the
 * event `receipt` and shows in `GET /otp/status`. Anything else is passed on. From `express-otp/express`.
 *
 * Answers as the vendor wants to hear it, or with 204; a forged report with 403, one that is none of this vendor's with 400, one over 64 KiB with 413, and with 503
 * while the store is away, so that the vendor says it again.
 *
 * @example
 * app.use(receiptRouter(otp, { parsers: [vonageReceipts({ signatureSecret: process.env.VONAGE_SIGNATURE_SECRET })] }))
 */
export function receiptRouter(otp: Otp, options: ReceiptRouterOptions): RequestHandler {
  checkOptions('receiptRouter', options, {
    parsers: required(list(having('parse'), 1, 20)),
    path: text(2, 100, /^(\/[a-z0-9_-]+)+$/, 'a path such as "/otp/receipts", lower case, without a slash at its end'),
  })
  const path = options.path ?? '/otp/receipts'
  const parsers = new Map(options.parsers.map((parser) => [`${path}/${parser.name}`, parser]))
  if (parsers.size !== options.parsers.length) throw optionError('receiptRouter', 'option "parsers" has two of one name')
  for (const { name } of options.parsers) otp.expectReceipts(name)

  async function take(parser: ReceiptParser, req: Request, res: Response): Promise<void> {
    if (req.readableDidRead) throw optionError('receiptRouter', 'mount it ahead of body parsers: a signature is over the bytes that came')
    const rawBody = await collectBody(req, MAX_BODY_BYTES)
    if (rawBody === undefined) return answer(res, 413)
    const outcome = parser.parse({ method: req.method, url: urlOf(req), headers: req.headers, rawBody })
    if (!outcome.ok) return answer(res, outcome.reason === 'forged' ? 403 : 400)
    // A process that has seen no session yet does not know where challenges are: the vendor asks again, or another process.
    if (outcome.receipts.length > 0 && !otp.hasStore) return answer(res, 503)
    // One after the other: two reports on one message come in the order of what happened.
    for (const receipt of outcome.receipts) await otp.receive(parser.name, receipt)
    answer(res, outcome.answer?.status ?? 204, outcome.answer)
  }

  return function receiptRouterMiddleware(req, res, next) {
    const parser = parsers.get(req.path.toLowerCase())
    if (parser === undefined) return next()
    take(parser, req, res).catch((err: unknown) => {
      if (!(err instanceof OtpError) || err.status !== 503 || res.headersSent) return next(err)
      answer(res, 503)
    })
  }
}

/** As the vendor called it, byte for byte. A forged host leads nowhere: the signature is over it. */
function urlOf(req: Request): string {
  const host = req.headers.host
  return host === undefined ? req.originalUrl : `${req.protocol}://${host}${req.originalUrl}`
}

function answer(res: Response, status: number, said?: ReceiptAnswer): void {
  const body = said?.body ?? ''
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }
  res.writeHead(status, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...said?.headers, ...length })
  res.end(body)
}
