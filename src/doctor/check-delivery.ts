import { PAID_CHANNELS } from '../core/guard/rules.js'
import type { Channel } from '../ports/channel.js'
import { type Finding, fieldsOf, finding, named, type Subject } from './subject.js'

/** A number of the freephone service that belongs to no country (ITU-T E.169.1): a list of countries refuses it, a missing one does not. */
const NOWHERE = '+80012345678'

/** Ways out that show codes to others, or say too little. */
export function checkDelivery({ channels, dangerous, options, refusals }: Subject): readonly Finding[] {
  const names = channels.map(({ name }) => name)
  const printing = channels.flatMap((channel) => transportsOf(channel).filter((name) => name === 'console' || name === 'file'))
  const over = names.filter((name) => name === 'sms' || name === 'call')
  const isRefused = refusals.some((refusal) => refusal.includes('"sandbox"'))
  return [
    finding('sandbox', !isRefused && options.sandbox !== undefined && options.sandbox !== false && 'answers with codes'),
    finding('dangerous', named('true', dangerous)),
    ...(channels.length === 0
      ? []
      : [
          finding('print-transport', named('codes can be read at', [...new Set(printing)])),
          finding('pstn', named('codes go over', over)),
          finding('email-factor', names.includes('email') && 'codes go by e-mail'),
        ]),
    ...(names.includes('sms') ? [finding('sms-host', options.host === undefined && 'no host')] : []),
  ]
}

/** What messages may cost (T29). Nothing where none costs anything. */
export function checkMoney({ channels, options, refusals }: Subject): readonly Finding[] {
  const paid = channels.filter(({ name }) => PAID_CHANNELS.includes(name))
  if (paid.length === 0) return []
  const guard = fieldsOf(options.guard)
  const cap = fieldsOf(options.spendCap)
  const prices = fieldsOf(options.prices)
  const capped = cap.perHour !== undefined || cap.perDay !== undefined
  const counted = guard.paidPerHour !== undefined && guard.mode !== 'record'
  const isRefused = refusals.some((refusal) => refusal.includes('spendCap'))
  return [
    finding(
      'countries',
      named(
        'no countries for',
        paid.filter(servesEverywhere).map(({ name }) => name),
      ),
    ),
    finding('spend-ceiling', !isRefused && !capped && !counted && 'no ceiling in all'),
    finding('spend-cap', !capped && 'no ceiling of money'),
    finding(
      'prices',
      named(
        'no default price',
        paid.map(({ name }) => name).filter((name) => fieldsOf(prices[name]).default === undefined),
      ),
    ),
    finding('guard-off', options.guard === false && 'guard: false'),
    finding('guard-record', guard.mode === 'record' && "mode: 'record'"),
  ]
}

function transportsOf({ transport }: Channel): readonly string[] {
  return [transport.name, ...(transport.health?.() ?? []).map((health) => health.transport)]
}

function servesEverywhere(channel: Channel): boolean {
  const answer = channel.parse(NOWHERE)
  return !('refused' in answer)
}
