import { checkOptions, having, optionError, required, text } from '../options.js'
import type { DelegatedVerification } from '../ports/delegated-verification.js'
import type { Transport } from '../ports/transport.js'
import { TIMEOUT_CHECK } from './deadline.js'
import { deliveryError } from './delivery-error.js'

/**
 * Lets a vendor make, send and compare the codes of a channel: `smsChannel({ transport: delegated(octopushDelegate({ ... })) })`. Limits, attempts and the single
 * use of a success stay here, over every door. The vendor words the message, so that it names neither the reference nor the context, and has no origin-bound
 * last line; what the vendor counts, it counts too. The intent's `codeLength` and `alphabet` must be those of the vendor's codes. It stands alone: `failover`,
 * `weighted` and `byCallingCode` refuse it, because only the vendor that made a code can compare it. From `express-otp/transports`.
 *
 * @example
 * ```ts
 * import { delegated } from 'express-otp/transports'
 * import { octopushDelegate } from 'express-otp/transports/octopush'
 *
 * const transport = delegated(octopushDelegate({ apiLogin: process.env.OCTOPUSH_LOGIN ?? '', apiKey: process.env.OCTOPUSH_KEY ?? '', codeLength: 6 }))
 * ```
 */
export function delegated(verification: DelegatedVerification): Transport {
  if (!having('start', 'check').accepts(verification))
    throw optionError('delegated', 'the argument must be a vendor that keeps its codes, with start() and check()')
  const { name, timeoutSeconds } = verification
  checkOptions(
    'delegated',
    { name, timeoutSeconds },
    {
      name: required(text(1, 40, /^[\w.-]+$/, '1 to 40 letters, digits and "_.-"')),
      timeoutSeconds: required(TIMEOUT_CHECK),
    },
  )
  return {
    name,
    timeoutSeconds,
    delegate: verification,
    // Nobody asks for this but a wrapper that does not know of delegates: it has a code of ours, which the vendor could not compare.
    async deliver() {
      throw deliveryError({ transport: name, errorCode: 'DELEGATED', retryable: true, uncertain: false })
    },
  }
}

/** Throws `ERR_OTP_OPTION` where one of these transports is {@link delegated}: behind others nobody would know whom to ask about a code. */
export function refuseDelegated(owner: string, transports: readonly Transport[]): void {
  const vendor = transports.find(({ delegate }) => delegate !== undefined)
  if (vendor === undefined) return
  throw optionError(owner, `the transport ${JSON.stringify(vendor.name)} is delegated: it must be the only transport of its channel`)
}
