import { callback, checkOptions, flag, optionError } from '../options.js'
import type { Message } from '../ports/message.js'
import type { Transport } from '../ports/transport.js'

/** Options of {@link consoleTransport}. */
export interface ConsoleTransportOptions {
  /** Where the message goes. Default: standard output. */
  readonly write?: ((text: string) => void) | undefined
  /**
   * Allows it with `NODE_ENV=production`, where every code would stand in the log for whoever reads it. @default false
   */
  readonly dangerouslyInProduction?: boolean | undefined
}

/**
 * Prints each message, code included, instead of sending it: for development. Says so once when it is made, with a process
 * warning, and refuses to be made with `NODE_ENV=production`. From `express-otp/transports/console`.
 *
 * @example
 * ```ts
 * import { consoleTransport } from 'express-otp/transports/console'
 *
 * const transport = consoleTransport()
 * ```
 */
export function consoleTransport(options: ConsoleTransportOptions = {}): Transport {
  checkOptions('consoleTransport', options, { write: callback, dangerouslyInProduction: flag })
  if (process.env.NODE_ENV === 'production' && options.dangerouslyInProduction !== true) {
    throw optionError('consoleTransport', 'prints codes instead of sending them; with NODE_ENV=production use another transport')
  }
  const write = options.write ?? ((text) => void process.stdout.write(text))
  process.emitWarning('consoleTransport prints every one-time code, for all recipients, and delivers nothing', {
    type: 'SecurityWarning',
    code: 'OTP_CONSOLE_TRANSPORT',
  })
  return {
    name: 'console',
    async deliver(message) {
      write(shown(message))
      return {}
    },
  }
}

function shown(message: Message): string {
  const head = `${message.channel} to ${message.to} (${message.intent}, ${message.reference})`
  const subject = message.subject === undefined ? [] : [message.subject, '']
  return `\n${[head, ...[...subject, ...message.text.split('\n')].map((line) => `  | ${line}`)].join('\n')}\n`
}
