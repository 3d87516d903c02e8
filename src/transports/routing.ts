import { checkOptions, having, integer, list, optionError, required } from '../options.js'
import type { TransportHealth } from '../ports/health.js'
import type { RandomSource } from '../ports/random-source.js'
import type { Transport } from '../ports/transport.js'
import { nodeRandom } from '../util/node-random.js'
import { DEFAULT_TIMEOUT_SECONDS } from './deadline.js'
import { refuseDelegated } from './delegated.js'

/** Options of {@link weighted}. */
export interface WeightedOptions {
  /** Two to eight transports, each with its share: a whole number from 1 to 1000. */
  readonly transports: readonly { readonly transport: Transport; readonly weight: number }[]
  /** Chance; for tests. @default node:crypto */
  readonly random?: RandomSource | undefined
}

/**
 * Shares messages out by weight: with 3 and 1, three of four messages go to the first. Put it into `failover` for a second way out.
 * From `express-otp/transports/routing`.
 */
export function weighted(options: WeightedOptions): Transport {
  checkOptions('weighted', options, {
    transports: required(list({ allowed: '{ transport, weight }', accepts: isWeighted }, 2, 8)),
    random: having('integer'),
  })
  refuseDelegated(
    'weighted',
    options.transports.map(({ transport }) => transport),
  )
  const random = options.random ?? nodeRandom
  const total = options.transports.reduce((sum, { weight }) => sum + weight, 0)

  function choose(): Transport | undefined {
    let left = random.integer(total)
    return options.transports.find(({ weight }) => {
      left -= weight
      return left < 0
    })?.transport
  }

  return router(
    'weighted',
    options.transports.map(({ transport }) => transport),
    choose,
  )
}

/**
 * Chooses by the beginning of the number: `byCallingCode({ '33': french, '1': american, default: other })`; the longest prefix wins, so that `'1876'`
 * goes before `'1'`. Mailboxes go to `default`. From `express-otp/transports/routing`.
 */
export function byCallingCode(transports: Readonly<Record<string, Transport>>): Transport {
  const others = transports.default
  if (!having('deliver').accepts(others) || others === undefined)
    throw optionError('byCallingCode', 'key "default" is missing; it must be a transport')
  const prefixes = Object.keys(transports)
    .filter((key) => key !== 'default')
    .sort((a, b) => b.length - a.length)
  for (const prefix of prefixes) {
    if (!/^[1-9]\d{0,6}$/.test(prefix)) throw optionError('byCallingCode', `key ${JSON.stringify(prefix)} must be 1 to 7 digits, without +`)
    if (!having('deliver').accepts(transports[prefix]))
      throw optionError('byCallingCode', `key ${JSON.stringify(prefix)} must be a transport`)
  }
  refuseDelegated('byCallingCode', Object.values(transports))
  return router('by_calling_code', Object.values(transports), (to) => {
    const prefix = prefixes.find((one) => to.startsWith(`+${one}`))
    return prefix === undefined ? others : transports[prefix]
  })
}

function router(name: string, transports: readonly Transport[], choose: (to: string) => Transport | undefined): Transport {
  return {
    name,
    timeoutSeconds: Math.max(...transports.map((one) => one.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS)),
    async deliver(message, options) {
      const transport = choose(message.to) ?? transports[0]
      if (transport === undefined) throw optionError(name, 'has no transport')
      return { transport: transport.name, ...(await transport.deliver(message, options)) }
    },
    health: () =>
      transports.flatMap((one): readonly TransportHealth[] => one.health?.() ?? [{ transport: one.name, state: 'closed', failures: 0 }]),
  }
}

function isWeighted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return having('deliver').accepts(Reflect.get(value, 'transport')) && integer(1, 1000).accepts(Reflect.get(value, 'weight'))
}
