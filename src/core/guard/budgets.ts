import type { GuardFigure, GuardLimitName } from '../../ports/guard.js'
import type { Keyring } from '../keyring.js'
import { writeAmount } from '../price.js'
import type { Cap, GuardRules, SpendCaps } from './rules.js'

const HOUR_SECONDS = 3600
export const DAY_SECONDS = 86_400

/** One total that a message takes a part of. */
export interface Budget {
  readonly limit: GuardLimitName
  /** Key in the register. */
  readonly key: string
  /** What this message takes: 1, or its price in millionths. */
  readonly amount: number
  /** The most that may stand; for a budget that adapts, the least that it ever is. */
  readonly most: number
  readonly windowSeconds: number
  /** True for what was sent and not proved: it grows with what was proved, and a proved recipient is not counted. */
  readonly adapts: boolean
  /** Whom the total is about, where it is not about everybody. */
  readonly about: { readonly tenant?: string; readonly callingCode?: string; readonly block?: string }
}

/** What the budgets of a message depend on. */
export interface Spending {
  readonly tenant: string
  readonly callingCode: string
  /** Keyed hash, `''` for none. */
  readonly block: string
  /** Millionths. */
  readonly price: number
}

/** Every total that a message takes a part of. */
export function budgetsOf(
  keys: Pick<Keyring, 'registerKey'>,
  rules: GuardRules | undefined,
  caps: SpendCaps | undefined,
  spending: Spending,
): readonly Budget[] {
  return [...unprovedBudgets(keys, rules, spending), ...spendBudgets(keys, caps, spending)]
}

function unprovedBudgets(
  keys: Pick<Keyring, 'registerKey'>,
  rules: GuardRules | undefined,
  { block, callingCode, tenant }: Spending,
): readonly Budget[] {
  if (rules === undefined) return []
  const hourly = { amount: 1, windowSeconds: HOUR_SECONDS }
  const budgets: Budget[] = [
    {
      ...hourly,
      limit: 'pumping_country',
      key: keys.registerKey(['unproved', tenant, 'country', callingCode]),
      most: rules.floorPerHour,
      adapts: true,
      about: { tenant, callingCode },
    },
  ]
  if (block !== '') {
    const key = keys.registerKey(['unproved', tenant, 'block', block])
    budgets.push({ ...hourly, limit: 'pumping_block', key, most: rules.blockFloorPerHour, adapts: true, about: { tenant, block } })
  }
  if (rules.paidPerHour !== undefined) {
    const key = keys.registerKey(['paid', 'hour'])
    budgets.push({ ...hourly, limit: 'paid_hour', key, most: rules.paidPerHour, adapts: false, about: {} })
  }
  return budgets
}

function spendBudgets(
  keys: Pick<Keyring, 'registerKey'>,
  caps: SpendCaps | undefined,
  { callingCode, price, tenant }: Spending,
): readonly Budget[] {
  if (caps === undefined || price === 0) return []
  const inWindow = (limit: GuardLimitName, most: number | undefined, windowSeconds: number, about: Budget['about']): readonly Budget[] =>
    most === undefined
      ? []
      : [
          {
            limit,
            key: keys.registerKey(['spend', limit, about.tenant ?? '', about.callingCode ?? '']),
            amount: price,
            most,
            windowSeconds,
            adapts: false,
            about,
          },
        ]
  const both = (name: 'spend' | 'spend_country' | 'spend_tenant', cap: Cap | undefined, about: Budget['about']): readonly Budget[] => [
    ...inWindow(`${name}_hour`, cap?.perHour, HOUR_SECONDS, about),
    ...inWindow(`${name}_day`, cap?.perDay, DAY_SECONDS, about),
  ]
  return [
    ...both('spend', caps.all, {}),
    ...both('spend_country', caps.countries.get(callingCode) ?? caps.countries.get('default'), { callingCode }),
    ...both('spend_tenant', caps.eachTenant, { tenant }),
  ]
}

/** A figure for listeners. */
export function figureOf({ limit, windowSeconds }: Budget, used: number, most: number): GuardFigure {
  return limit.startsWith('spend')
    ? { limit, windowSeconds, unit: 'money', used: writeAmount(used), most: writeAmount(most) }
    : { limit, windowSeconds, unit: 'messages', used, most }
}
