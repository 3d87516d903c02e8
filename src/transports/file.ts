import { appendFile } from 'node:fs/promises'
import { checkOptions, flag, optionError, required, text } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'
import { deliveryError } from './delivery-error.js'

/** Options of {@link fileTransport}. */
export interface FileTransportOptions {
  /** The file; made when it is missing, readable for its owner alone. Its folder must exist. */
  readonly path: string
  /**
   * Allows it with `NODE_ENV=production`, where every code would stand in a file for whoever reads it. @default false
   */
  readonly dangerouslyInProduction?: boolean | undefined
}

const NAME = 'file'

/**
 * Appends each message, code included, to a file instead of sending it: one line of JSON with `at` and the fields of a message. For
 * development and end-to-end tests. Says so once when it is made, with a process warning, and refuses to be made with
 * `NODE_ENV=production`. From `express-otp/transports/file`.
 *
 * @example
 * ```ts
 * import { fileTransport } from 'express-otp/transports/file'
 *
 * const transport = fileTransport({ path: 'outbox.jsonl' })
 * ```
 */
export function fileTransport(options: FileTransportOptions): Transport {
  checkOptions('fileTransport', options, {
    path: required(text(1, 4096, /^[^\0]+$/, 'the path of a file')),
    dangerouslyInProduction: flag,
  })
  if (process.env.NODE_ENV === 'production' && options.dangerouslyInProduction !== true) {
    throw optionError('fileTransport', 'writes codes to a file instead of sending them; with NODE_ENV=production use another transport')
  }
  const { path } = options
  process.emitWarning('fileTransport writes every one-time code to a file, for all recipients, and delivers nothing', {
    type: 'SecurityWarning',
    code: 'OTP_FILE_TRANSPORT',
  })
  return {
    name: NAME,
    async deliver(message) {
      try {
        await appendFile(path, `${line(message)}\n`, { encoding: 'utf8', mode: 0o600 })
      } catch (err) {
        const code: unknown = typeof err === 'object' && err !== null ? Reflect.get(err, 'code') : undefined
        const errorCode = typeof code === 'string' ? code : undefined
        throw deliveryError({ transport: NAME, errorCode, retryable: true, uncertain: false })
      }
      return {}
    },
  }
}

function line(message: Message): string {
  const { channel, to, code, text, subject, html, speech, template, intent, reference } = message
  return JSON.stringify({
    at: new Date().toISOString(),
    channel,
    to,
    code,
    text,
    subject,
    html,
    speech,
    template,
    intent,
    reference,
    expiresAt: new Date(message.expiresAt).toISOString(),
  })
}
