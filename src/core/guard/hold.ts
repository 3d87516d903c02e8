import type { Limited } from '../../ports/store.js'
import { addressBlock } from '../../util/address-block.js'
import type { CodedRoute, Order } from '../draft.js'
import type { Engine } from '../engine.js'
import { priceOf } from '../price.js'
import { word } from '../word.js'
import type { AdaptiveLimits } from './adaptive.js'
import { type Budget, budgetsOf } from './budgets.js'
import { leavePlaces, type Place, takePlace } from './places.js'
import { askMark, type Mark } from './proved.js'
import type { GuardRules, SpendCaps } from './rules.js'

/** What the budgets said to one message. */
export interface Held {
  readonly route: CodedRoute
  /** Those that count. */
  readonly places: readonly Place[]
  /** Those that an unproved recipient would have: they go back at once. */
  readonly freed: readonly Place[]
  /** Nothing without the option `guard`. */
  readonly mark: Mark | undefined
  readonly refusal: Limited | undefined
}

/** What `createOtp` was told about paid messages. */
export interface Policy {
  readonly rules: GuardRules | undefined
  readonly caps: SpendCaps | undefined
}

/** Takes a place in every budget of one message, all side by side, and asks whether its recipient was proved. What is taken stays taken, also where one refuses. */
export async function hold(
  engine: Engine,
  { caps, rules }: Policy,
  limits: AdaptiveLimits,
  order: Order,
  route: CodedRoute,
): Promise<Held> {
  const { callingCode = '' } = route.recipient
  const { ip, tenant } = order.caller
  const block = engine.keys.blockKey(tenant, addressBlock(ip))
  const price = caps === undefined ? 0 : rehearsedPrice(engine, order, route)
  const budgets = budgetsOf(engine.keys, rules, caps, { tenant, callingCode, block, price })
  // What the option `guard` says may be only recorded; money is always a ceiling.
  const isRecorded = ({ limit }: Budget): boolean => rules?.mode === 'record' && !limit.startsWith('spend')
  const [asked, ...answers] = await Promise.allSettled([
    rules === undefined ? undefined : askMark(engine, route.recipientKey),
    ...budgets.map((budget) => {
      const times = order.extraPlaces?.some((limit) => limit === budget.limit) ? 2 : 1
      return takePlace(engine, limits, budget, { times, isRecorded: isRecorded(budget) })
    }),
  ])
  const all = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = answers.find((one) => one.status === 'rejected')
  if (asked.status === 'rejected' || failed !== undefined) {
    // Not waited for: a store that hangs was waited for once.
    void leavePlaces(engine, all)
    throw asked.status === 'rejected' ? asked.reason : failed?.reason
  }
  const mark = asked.value
  const isFree = ({ budget }: Place): boolean => budget.adapts && mark?.isProved === true
  const places = all.filter((place) => !isFree(place))
  return { route, places, freed: all.filter(isFree), mark, refusal: refusalOf(places.filter((place) => !isRecorded(place.budget))) }
}

function refusalOf(places: readonly Place[]): Limited | undefined {
  const refusing = places.filter((place) => place.isOver)
  const [first] = refusing
  if (first === undefined) return undefined
  return { outcome: 'limited', limit: first.budget.limit, retryAfterMs: Math.max(1, ...refusing.map((place) => place.remainingMs)) }
}

/** What the message will cost: its length depends on nothing but lengths that are known before the challenge is. */
function rehearsedPrice(engine: Engine, order: Order, route: CodedRoute): number {
  if (engine.prices === undefined) return 0
  const { codeLength, ttlSeconds } = order.intent
  const said = { code: '0'.repeat(codeLength), reference: 'WW', ttlSeconds, expiresAt: engine.clock.now() + ttlSeconds * 1000 }
  // What a vendor words is one message.
  const parts = route.delegate === undefined ? word(engine, order, route, said).parts : 1
  return priceOf(engine.prices, route.channel.name, route.recipient.callingCode, parts)
}
