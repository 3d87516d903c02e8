import type { Attributes } from '@opentelemetry/api'
import type { TelemetryHost } from '../core/telemetry.js'
import type { Instruments } from './instruments.js'
import type { Divided } from './names.js'

/** Counts what the events tell that no answer says: which limit refused, what the guard decided, what a vendor reported. */
export function countEvents({ on }: TelemetryHost, { count }: Instruments, by: (names: Divided) => Attributes): void {
  on('issued', ({ channel, country, intent, renewed }) =>
    count('otp.codes.issued', { ...by({ channel, country, intent }), 'otp.renewed': renewed }),
  )
  on('decoyed', ({ channel, country, intent, reason }) =>
    count('otp.codes.decoyed', { ...by({ channel, country, intent }), 'otp.decoy.reason': reason }),
  )
  on('send_refused', ({ channel, country, intent, limit }) =>
    count('otp.refusals', { ...by({ channel, country, intent }), 'otp.operation': 'send', 'otp.limit': limit }),
  )
  on('rejected', ({ intent, limit }) => {
    if (limit !== undefined) count('otp.refusals', { ...by({ intent }), 'otp.operation': 'verify', 'otp.limit': limit })
  })
  on('decided', ({ channel, country, decision, intent, rule }) =>
    count('otp.guard.decisions', { ...by({ channel, country, intent }), 'otp.decision': decision, 'otp.rule': rule }),
  )
  on('receipt', ({ channel, country, intent, status, transport }) =>
    count('otp.receipts', { ...by({ channel, country, intent, transport }), 'otp.receipt.status': status }),
  )
  const alert = (kind: string, attributes: Attributes, callingCode?: string): void =>
    count('otp.alerts', { ...by({ country: callingCode && `+${callingCode}` }), ...attributes, 'otp.alert': kind })
  on('budget', ({ callingCode, limit, percent }) => alert('budget', { 'otp.limit': limit, 'otp.threshold': percent }, callingCode))
  on('pumping', ({ callingCode, limit }) => alert('pumping', { 'otp.limit': limit }, callingCode))
  on('failures', ({ count: reached }) => alert('failures', { 'otp.threshold': reached }))
  on('unavailable', ({ code }) => alert('unavailable', { 'error.type': code }))
}
